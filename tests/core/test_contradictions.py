"""Settings that contradict each other: one of them gives way with a sentence, or both are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli_help import two_colours
from tests.core.training_help import catalog_of, drive
from workbench.cli.options import training_config
from workbench.core import learning
from workbench.core.config.applying import applies, asked_for
from workbench.core.config.contradictions import CONTRADICTIONS
from workbench.core.config.possible import check_possible
from workbench.core.config.schedule import learning_rates, schedule_factor
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError
from workbench.core.events import Note
from workbench.core.messages import Message
from workbench.core.settings import replace
from workbench.ui.session.configuring import with_architecture, with_augmentation, with_design, with_setting


def asked(*assignments: str, mode: str = "transfer") -> tuple[TrainingConfig, list[str]]:
    said: list[Message] = []
    config = training_config(mode=mode, assignments=assignments, say=said.append)
    return config, [message.title for message in said]


@pytest.mark.parametrize(
    ("assignments", "changed", "says"),
    [
        # Nothing would fall, end or wait within the run as it is recommended: 6 epochs, 4 for the head.
        (["schedule=step"], {"decay_epochs": 2}, "fall every 10 epochs"),
        (["schedule=step", "epochs=12"], {"decay_epochs": 4}, "no part of the run has more than 8"),
        (["decay_epochs=9", "schedule=step"], {"decay_epochs": 2}, "decay_epochs is 2 here"),
        (["schedule=plateau", "epochs=5"], {"plateau_patience": 2}, "wait for 3 without progress"),
        (["schedule=plateau", "plateau_patience=5"], {"plateau_patience": 3}, "plateau_patience is 3 here"),
        (["early_stopping=6"], {"early_stopping": 4}, "early_stopping is 4 here"),
        (["schedule=plateau", "epochs=20", "early_stopping=3"], {"plateau_patience": 1}, "can fall and help"),
        (
            ["schedule=plateau", "epochs=20", "plateau_patience=6", "early_stopping=0"],
            {"plateau_patience": 6},
            None,
        ),
        (["schedule=plateau", "epochs=20", "early_stopping=9"], {"plateau_patience": 3}, None),
        (["augmentation.alternating_flip=1"], {}, "takes the place of “horizontal_flip”"),
        (["epochs=7", "epochs=9"], {"epochs": 9}, "set more than once; 9 counts"),
    ],
)
def test_what_nobody_asked_for_gives_way(
    assignments: list[str], changed: dict[str, Any], says: str | None
) -> None:
    config, said = asked(*assignments)
    for name, value in changed.items():
        assert getattr(config, name) == value
    assert [text for text in said if says and says in text] or says is None
    if says is None:
        assert said == []


@pytest.mark.parametrize(
    ("assignments", "mode", "says"),
    [
        (
            ["early_stopping=9", "epochs=10"],
            "transfer",
            "cannot end early after 9 .*early_stopping to 8 or less",
        ),
        (["schedule=step", "decay_epochs=30", "epochs=30"], "scratch", "fall every 30 epochs"),
        (["schedule=plateau", "plateau_patience=8", "epochs=9"], "scratch", "wait for 8 without progress"),
        (
            ["schedule=plateau", "plateau_patience=8", "early_stopping=4"],
            "scratch",
            "end after 4 epochs .*waits for 8.*early_stopping to 10 or more",
        ),
        (["schedule=plateau", "epochs=2"], "scratch", "In 2 epochs, the learning rate cannot wait"),
        (["head_epochs=6", "fine_tune_rate=0.1"], "transfer", "no effect where the head learns alone"),
        (["head_epochs=6", "keep_statistics=no"], "transfer", "no effect where the head learns alone"),
        (
            ["augmentation.alternating_flip=1", "augmentation.horizontal_flip=1"],
            "transfer",
            "both mirror the photos",
        ),
        (["augmentation.grayscale=1", "channels=1"], "transfer", "no effect where the photos are grey"),
        (["augmentation=custom"], "transfer", "no change is named"),
        (["design.channels=64", "design.max_channels=32"], "scratch", "more than the 32"),
        (["design.blocks=6", "input_size=32"], "scratch", "image size of at least 64"),
        (["input_size=100", "architecture=vit_b_16"], "scratch", "multiple of 16"),
    ],
)
def test_what_was_asked_for_and_cannot_be_is_refused(assignments: list[str], mode: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        asked(*assignments, mode=mode)


def test_a_first_block_may_be_as_wide_as_is_asked() -> None:
    config, said = asked("design.max_channels=8", mode="scratch")
    assert (config.design.channels, config.design.max_channels) == (8, 8)
    assert "design.channels is 8 here" in said[0]


def test_a_file_of_settings_is_held_to_the_same(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('mode = "transfer"\n[augmentations]\nhorizontal_flip = 1\nalternating_flip = 1\n')
    with pytest.raises(InputError, match="both mirror"):
        training_config(file=file)
    file.write_text('mode = "scratch"\nschedule = "step"\ndecay_epochs = 40\nepochs = 30\n')
    with pytest.raises(InputError, match="fall every 40"):
        training_config(file=file)


def test_python_is_held_to_the_same() -> None:
    said: list[Message] = []
    config = asked_for("transfer", None, {"schedule": "step"}, said.append)
    assert config.decay_epochs == 2
    assert len(said) == 1
    with pytest.raises(InputError, match="cannot end early"):
        asked_for("transfer", None, {"epochs": 4, "early_stopping": 3})


def test_no_recommendation_contradicts_itself_and_stored_settings_are_left_alone() -> None:
    for mode in ("instant", "improve", "transfer", "scratch"):
        config = recommended(mode)
        assert not [row.code for row in CONTRADICTIONS if row.stands(config)]
    stored = replace(recommended("transfer"), {"early_stopping": 9, "schedule": "step"}).to_dict()
    read = TrainingConfig.from_dict(stored)
    assert (read.early_stopping, read.decay_epochs) == (9, 10)


@pytest.mark.parametrize("row", CONTRADICTIONS, ids=lambda row: row.code)
def test_a_row_no_longer_stands_once_something_gave_way(row: Any) -> None:
    odd = [
        replace(
            recommended("scratch"),
            {
                "schedule": schedule,
                "epochs": epochs,
                "early_stopping": stuck,
                "plateau_patience": patience,
                "decay_epochs": every,
            },
        )
        for schedule in ("step", "plateau", "cosine")
        for epochs in (1, 2, 3, 7, 30)
        for stuck in (0, 1, 2, 5, 40)
        for patience in (0, 1, 4, 40)
        for every in (1, 3, 40)
    ]
    stood = [config for config in odd if row.stands(config)]
    assert stood
    for config in stood:
        for name, find in row.gives_way.items():
            if (value := find(config)) is not None:
                assert not row.stands(replace(config, {name: value}))


@pytest.mark.parametrize("every", [1, 2, 3, 5, 8, 13])
def test_the_rate_falls_where_no_contradiction_is_seen(every: int) -> None:
    """Against the schedule itself: the rate changes within a phase exactly where the row does not stand."""
    (row,) = (row for row in CONTRADICTIONS if row.code.endswith(".decay"))
    for epochs, head in ((6, 4), (9, 0), (13, 5)):
        changes = {"schedule": "step", "decay_epochs": every, "epochs": epochs, "head_epochs": head}
        config = replace(recommended("transfer"), changes)
        lengths = [length for length in (head, epochs - head) if length]
        falls = any(
            schedule_factor(config, step, 7 * length, 7) < 1
            for length in lengths
            for step in range(7 * length)
        )
        assert falls != row.stands(config)


def test_the_window_keeps_settings_from_contradicting_each_other() -> None:
    config, said = with_setting(recommended("transfer"), "early_stopping", 50)
    assert config.early_stopping == 4
    assert "So “Stop when stuck for” is 4 here." in said
    config, said = with_setting(replace(config, {"early_stopping": 4}), "epochs", 4)
    assert (config.epochs, config.early_stopping) == (4, 2)
    config, said = with_setting(recommended("scratch"), "input_size", 4)
    assert config == recommended("scratch")
    assert "at least 8" in said
    config, said = with_design(recommended("scratch"), "channels", 256)
    assert (config.design.channels, said) == (256, "")
    config, said = with_design(config, "max_channels", 64)
    assert (config.design.channels, config.design.max_channels) == (64, 64)
    assert said
    config, said = with_design(replace(recommended("scratch"), {"input_size": 32}), "blocks", 6)
    assert config.design.blocks == 3
    assert "at least 64" in said
    chosen = replace(recommended("scratch", "lenet5"), {"input_size": 40})
    assert with_architecture(chosen, "vit_b_16").input_size == 0
    assert (
        "horizontal_flip"
        not in with_augmentation(recommended("transfer"), "alternating_flip", 1.0).augmentations
    )


def test_settings_of_fine_tuning_are_not_shown_where_there_is_none() -> None:
    config = replace(recommended("transfer"), {"head_epochs": 6})
    assert not applies(config, "fine_tune_rate")
    assert applies(recommended("transfer"), "fine_tune_rate")


def test_what_could_only_fail_later_is_refused_before_anything_is_read() -> None:
    for mode in ("improve", "transfer", "scratch"):
        with pytest.raises(InputError, match="needs a graphics card"):
            check_possible(replace(recommended(mode), {"amp": "fp16"}), "cpu")
    with pytest.raises(InputError, match="cannot be read"):
        check_possible(replace(recommended("instant"), {"weights_file": "/there/is/none.pth"}))
    check_possible(replace(recommended("scratch"), {"weights_file": "/there/is/none.pth"}))


def notes_of(photos: Path, config: TrainingConfig, run: Path) -> str:
    run.mkdir()
    events, _ = drive(learning.train(catalog_of(photos), config, run, device="cpu"))
    return " ".join(event.text for event in events if isinstance(event, Note))


def test_what_the_photos_leave_of_the_settings_is_said(tmp_path: Path) -> None:
    quick = {"epochs": 1, "input_size": 32, "augmentation": "none"}
    for name in ("photos", "sets", "sets/train", "sets/val"):
        (tmp_path / name).mkdir()
    photos = two_colours(tmp_path / "photos")
    config = replace(recommended("scratch", "lenet5"), quick | {"batch_size": 500})
    assert "would take 500 photos, more than the 32" in notes_of(photos, config, tmp_path / "1")
    two_colours(tmp_path / "sets" / "train")
    for name in ("red", "blue"):
        (tmp_path / "sets" / "val" / name).mkdir()
        (tmp_path / "sets" / "train" / name / "0.png").rename(tmp_path / "sets" / "val" / name / "0.png")
    config = replace(recommended("scratch", "lenet5"), quick | {"validation_fraction": 0.4})
    assert "validation set of its own with 2 photos" in notes_of(tmp_path / "sets", config, tmp_path / "2")


def test_the_rates_that_are_drawn_are_those_of_the_run() -> None:
    for schedule in ("constant", "step", "cosine", "one_cycle", "plateau"):
        config = replace(recommended("transfer"), {"schedule": schedule, "decay_epochs": 1})
        rates = learning_rates(config, points=60)
        assert [epoch for epoch, _ in rates] == pytest.approx([step / 10 for step in range(60)])
        for epoch, rate in rates:
            frozen = epoch < 4 - 1e-9
            step, steps = round(epoch * 10) - (0 if frozen else 40), 40 if frozen else 20
            share = 1.0 if frozen else config.fine_tune_rate
            assert rate == pytest.approx(2e-3 * share * schedule_factor(config, step, steps, 10))
