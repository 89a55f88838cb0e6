"""Schedules against torch's own, groups by depth, metrics against scikit-learn, mixed precision."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.metrics
import torch
from torch import nn

from tests.core.training_help import tiny_config
from workbench.core import devices
from workbench.core.architectures.build import build, layer_positions
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError
from workbench.core.project.event_log import from_json, to_json
from workbench.core.results.metrics import metrics_of_measures
from workbench.core.seeds import derived_seed
from workbench.core.settings import parse, settings_of
from workbench.core.training.amp import choose_amp
from workbench.core.training.batches import cuts
from workbench.core.training.optimisation import Plateau, make_optimizer, schedule_factor
from workbench.core.training.prediction_buffer import PredictionBuffer, measures_of


def rates_of(scheduler: torch.optim.lr_scheduler.LRScheduler, steps: int) -> list[float]:
    rates = []
    for _ in range(steps):
        rates.append(scheduler.get_last_lr()[0])
        scheduler.optimizer.step()
        scheduler.step()
    return rates


def sgd(rate: float = 1.0) -> torch.optim.SGD:
    return torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=rate)


def test_one_cycle_is_that_of_torch() -> None:
    config = tiny_config(schedule="one_cycle", warmup=0.25)
    ours = [schedule_factor(config, step, 101, 10) for step in range(101)]
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        sgd(), max_lr=1.0, total_steps=101, pct_start=0.25, cycle_momentum=False
    )
    np.testing.assert_allclose(ours, rates_of(scheduler, 101), rtol=1e-9)


def test_steps_are_those_of_torch() -> None:
    config = tiny_config(schedule="step", decay_epochs=3, decay_factor=0.5)
    ours = [schedule_factor(config, step, 100, 10) for step in range(100)]
    expected = rates_of(torch.optim.lr_scheduler.StepLR(sgd(), step_size=30, gamma=0.5), 100)
    np.testing.assert_allclose(ours, expected, rtol=1e-12)


def test_cosine_without_warm_up_is_that_of_torch() -> None:
    config = tiny_config(schedule="cosine", warmup=0.0)
    ours = [schedule_factor(config, step, 100, 10) for step in range(100)]
    expected = rates_of(torch.optim.lr_scheduler.CosineAnnealingLR(sgd(), T_max=100), 100)
    np.testing.assert_allclose(ours, expected, atol=1e-9)


def test_plateau_is_that_of_torch() -> None:
    config = tiny_config(schedule="plateau", plateau_patience=2, decay_factor=0.5)
    losses = [1.0, 0.9, 0.95, 0.94, 0.93, 0.92, 0.91, 0.905, 0.8, 0.9, 0.9, 0.9, 0.9]
    optimizer, plateau = sgd(), Plateau()
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, threshold=0.0)
    for loss in losses:
        scheduler.step(loss)
        plateau.update(loss, config)
        assert plateau.factor == pytest.approx(optimizer.param_groups[0]["lr"])
    assert plateau.factor < 1


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "one_cycle", "plateau"])
@pytest.mark.parametrize("warmup", [0.0, 0.1, 0.25, 0.9])
def test_runs_of_any_length_have_a_rate_at_every_step(schedule: str, warmup: float) -> None:
    config = tiny_config(schedule=schedule, warmup=warmup)
    rates = [schedule_factor(config, step, steps, 2) for steps in range(1, 25) for step in range(steps)]
    assert all(0 <= rate <= 1 for rate in rates)


def test_warm_up_climbs_and_decay_falls_to_nothing() -> None:
    for schedule in ("cosine", "one_cycle"):
        config = tiny_config(schedule=schedule, warmup=0.2)
        factors = [schedule_factor(config, step, 50, 10) for step in range(50)]
        assert factors[0] < 0.2
        assert max(factors) == pytest.approx(1.0, abs=0.02)
        assert factors[-1] < 0.01
        assert all(np.diff(factors[:10]) > 0)
        assert all(np.diff(factors[11:]) < 0)


def test_groups_hold_every_parameter_once_with_shares_that_rise_to_the_head() -> None:
    config = recommended("transfer")
    model = build(
        "efficientnet_lite0", classes=3, channels=3, input_size=64, dropout=0.0, design=config.design
    )
    optimizer = make_optimizer(model, config, layer_positions(model))
    held = [id(p) for group in optimizer.param_groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in model.parameters())
    shares = {id(p): group["share"] for group in optimizer.param_groups for p in group["params"]}
    assert shares[id(model.conv_stem.weight)] == pytest.approx(config.early_layer_rate)
    assert shares[id(model.classifier.weight)] == 1.0
    decays = {id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    assert decays[id(model.bn1.weight)] == 0.0
    assert decays[id(model.classifier.weight)] == config.weight_decay


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_metrics_are_those_of_scikit_learn(classes: int) -> None:
    random = np.random.default_rng(classes)
    true = random.integers(classes, size=200)
    predicted = np.where(random.random(200) < 0.6, true, random.integers(classes, size=200))
    measures = measures_of(torch.from_numpy(predicted), torch.from_numpy(true), 100.0, classes)
    ours = metrics_of_measures(measures)
    assert ours is not None
    assert (ours.accuracy, ours.macro_f1, ours.loss) == (measures.accuracy, measures.macro_f1, measures.loss)
    assert measures.samples == 200
    everything = range(classes)
    precision, recall, f1, _ = sklearn.metrics.precision_recall_fscore_support(
        true, predicted, labels=everything, zero_division=0
    )
    assert ours.accuracy == pytest.approx(sklearn.metrics.accuracy_score(true, predicted))
    np.testing.assert_allclose(ours.precision, precision, rtol=1e-6)
    np.testing.assert_allclose(ours.recall, recall, rtol=1e-6)
    np.testing.assert_allclose(ours.f1, f1, rtol=1e-6)
    assert ours.macro_f1 == pytest.approx(f1.mean())
    np.testing.assert_array_equal(ours.confusion, sklearn.metrics.confusion_matrix(true, predicted))
    assert ours.loss == 0.5


def test_macro_f1_leaves_out_classes_without_samples() -> None:
    true, predicted = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1])
    expected = sklearn.metrics.f1_score(true, predicted, labels=[0, 1], average="macro")
    assert measures_of(predicted, true, 0.0, 3).macro_f1 == pytest.approx(expected)


def test_a_tally_goes_on_from_its_tensors() -> None:
    whole, first = PredictionBuffer(), PredictionBuffer()
    parts = [
        (torch.tensor([0, 1]), torch.tensor([0, 0]), torch.tensor(1.5)),
        (torch.tensor([1]), torch.tensor([1]), torch.tensor(0.1)),
    ]
    for part in parts:
        whole.add(*part)
    first.add(*parts[0])
    second = PredictionBuffer.of(first.tensors())
    second.add(*parts[1])
    assert second.measures(2) == whole.measures(2)
    np.testing.assert_array_equal(second.measures(2).confusion, whole.measures(2).confusion)


def test_batches_are_about_equal_and_never_of_a_single_sample() -> None:
    for count in range(2, 80):
        for size in range(2, 12):
            parts = [part.stop - part.start for part in cuts(count, size)]
            assert sum(parts) == count
            assert min(parts) > 1
            assert max(parts) - min(parts) <= 1
            assert max(parts) <= size + 1
    assert len(cuts(7, 1)) == 7


def test_seeds_are_the_same_everywhere_and_differ() -> None:
    assert derived_seed(0, "step", 1, 2) == derived_seed(0, "step", 1, 2)
    assert len({derived_seed(0, "step", e, p) for e in range(50) for p in range(50)}) == 2500
    assert 0 <= derived_seed("x") < 2**63


def test_mixed_precision_is_only_used_where_the_processor_has_it() -> None:
    cpu = torch.device("cpu")
    assert choose_amp("auto", cpu).name == ("bf16" if devices.cpu_has_bf16() else "off")
    assert choose_amp("off", cpu).name == "off"
    with pytest.raises(InputError, match="graphics card"):
        choose_amp("fp16", cpu)


def test_a_processor_without_bf16_is_not_asked_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True}, raising=False)
    assert choose_amp("auto", torch.device("cpu")).name == "off"
    with pytest.raises(InputError, match="slower"):
        choose_amp("bf16", torch.device("cpu"))


def test_every_setting_survives_its_dictionary_and_its_text() -> None:
    config = recommended("scratch", "small_vit")
    assert TrainingConfig.from_dict(config.to_dict()) == config
    for name in settings_of(TrainingConfig):
        assert parse(TrainingConfig, name, str(getattr(config, name))) == getattr(config, name)


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"epochs": 0}, "from 1 to 2000"),
        ({"epochs": "many"}, "whole number"),
        ({"optimizer": "adamm"}, "adamw"),
        ({"learning_rate": float("nan")}, "from 1e-07 to 10"),
        ({"channels": 2}, "1 or 3"),
        ({"epoch": 3}, "Did you mean “epochs”"),
    ],
)
def test_settings_that_do_not_fit_say_what_does(changes: dict, hint: str) -> None:
    with pytest.raises(InputError) as raised:
        TrainingConfig.from_dict({**TrainingConfig().to_dict(), **changes})
    assert hint in raised.value.hint


def test_settings_of_a_newer_version_say_so() -> None:
    with pytest.raises(InputError, match="newer version"):
        TrainingConfig.from_dict({"schema_version": 99})


def test_events_survive_json() -> None:
    import json

    from workbench.core.events import EpochDone, StepDone

    measures = measures_of(torch.tensor([0, 1]), torch.tensor([0, 0]), 1.0, 2)
    for event in (
        EpochDone(1, 2, measures, None, True, 0.1, 2.0),
        StepDone(1, 1, 0.5, 0.1, 0.9, 0.1, 10.0, -1.0),
    ):
        again = from_json(json.loads(json.dumps(to_json(event))))
        assert to_json(again) == to_json(event)
        assert type(again) is type(event)
