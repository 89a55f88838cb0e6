"""What one training of a tail survives: too little memory, and numbers that are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.core.training_help import drive
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.pooled_stages import pooled_stages
from workbench.core.config.training_config import recommended
from workbench.core.errors import ResourceError
from workbench.core.events import Note
from workbench.core.improve.partition import TunedStages
from workbench.core.improve.plan import Plan
from workbench.core.improve.tuning import StandardHead, Tuning
from workbench.core.improve.views import Input, Views
from workbench.core.models.linear_head import LinearHead
from workbench.core.training.amp import Amp

pytestmark = pytest.mark.e2e

STEPS, PHOTOS, CPU = 3, 24, torch.device("cpu")
PLAN = Plan(views=1, passes=1, folds=1, rate=1e-3, fewest_steps=STEPS, most_steps=STEPS)


class Noise(Views):
    """The same noise for a photo each time."""

    def plain(self, positions: NDArray[np.int64], view: int) -> Input:
        return self.random(positions, 0)

    def random(self, positions: NDArray[np.int64], seed: int, done: float = 1.0) -> Input:
        images = torch.randn(PHOTOS, 3, 64, 64, generator=torch.Generator().manual_seed(0))
        return Input(images[torch.from_numpy(positions)], torch.empty(len(positions), 0))

    def close(self) -> None:
        pass


def made() -> Tuning:
    torch.manual_seed(0)
    stages = pooled_stages(architecture_of("resnet18"), channels=3, input_size=64).eval()
    width = stages(torch.zeros(1, 3, 64, 64)).shape[1]
    random = np.random.default_rng(0)
    features = random.normal(size=(PHOTOS, width)).astype(np.float32)
    head = LinearHead(random.normal(size=(2, width)).astype(np.float32) / 100, np.zeros(2, np.float32))
    tuned = TunedStages(stages, "resnet18", partitioned=False)
    return Tuning(tuned, StandardHead(head, features), Noise(), recommended("improve"), PLAN, CPU, Amp())


def weights(tuning: Tuning) -> dict[str, torch.Tensor]:
    modules = torch.nn.ModuleDict({"stages": tuning.stages, "head": tuning.head})
    return {name: value.clone() for name, value in modules.state_dict().items()}


def run(tuning: Tuning) -> list[Any]:
    everything = np.arange(PHOTOS)
    events, finished = drive(
        tuning.run(
            everything, everything % 2, "test", first_step=0, all_steps=STEPS, epoch=1, stop=lambda: False
        )
    )
    assert finished
    return events


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Has so many forward passes run out of memory; gives how many photos each one was asked for."""

    def install(failing: int) -> list[int]:
        forward, sizes = TunedStages.forward, []

        def counted(self: TunedStages, activation: torch.Tensor, early: torch.Tensor) -> torch.Tensor:
            sizes.append(len(activation))
            if len(sizes) <= failing:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
            return forward(self, activation, early)

        monkeypatch.setattr(TunedStages, "forward", counted)
        return sizes

    return install


def test_where_memory_is_short_fewer_photos_at_a_time_learn_the_same(
    asked: Callable[[int], list[int]],
) -> None:
    whole, parts = made(), made()
    run(whole)
    sizes = asked(2)
    events = run(parts)
    assert sizes == [PHOTOS, *[PHOTOS // 2] * 1, *[8] * 3 * STEPS]
    assert [event.code for event in events if isinstance(event, Note)] == ["out_of_memory"] * 2
    expected = weights(whole)
    for name, value in weights(parts).items():
        torch.testing.assert_close(value, expected[name], rtol=1e-3, atol=2e-4)


def test_without_any_memory_a_sentence_says_so(asked: Callable[[int], list[int]]) -> None:
    asked(1000)
    with pytest.raises(ResourceError, match="not enough memory"):
        run(made())


def test_steps_that_are_not_finite_change_nothing() -> None:
    tuning = made()
    before = weights(tuning)
    poison = tuning.head.weight.register_hook(lambda gradient: gradient * float("nan"))
    run(tuning)
    for name, value in weights(tuning).items():
        assert torch.equal(value, before[name]), name
    poison.remove()
    run(tuning)
    assert not torch.equal(weights(tuning)["head.weight"], before["head.weight"])
