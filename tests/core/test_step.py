"""The one optimizer step, with an objective that the program does not have."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from workbench.core.errors import ResourceError
from workbench.core.training.amp import Amp
from workbench.core.training.step import Classification, Objective, OptimizerStep

CPU = torch.device("cpu")


class Reconstruction(Objective):
    """Squared error against the inputs; the prediction is the output itself."""

    def __call__(self, outputs: Tensor, inputs: tuple[Tensor, ...], targets: Tensor) -> tuple[Tensor, Tensor]:
        return (outputs - inputs[0]).square().sum(), outputs.detach()


def taker(model: nn.Module, objective: Objective, micro_batch: int = 8) -> OptimizerStep:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, fused=True)
    parameters = list(model.parameters())
    return OptimizerStep(model, objective, optimizer, Amp(), CPU, micro_batch, 1, 0.0, parameters)


def line() -> nn.Linear:
    model = nn.Linear(3, 3)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    return model


def test_another_objective_is_trained_for() -> None:
    inputs = torch.randn(16, 3, generator=torch.Generator().manual_seed(0))
    model = line()
    steps = taker(model, Reconstruction())
    losses = [steps.take(n, lambda: ((inputs,), inputs)).loss_sum.item() for n in range(200)]
    assert losses[-1] < 0.01 * losses[0]
    torch.testing.assert_close(model.weight.detach(), torch.eye(3), rtol=0, atol=0.1)


@pytest.mark.parametrize("micro_batch", [1, 3, 16])
def test_one_step_is_that_of_plain_torch(micro_batch: int) -> None:
    random = torch.Generator().manual_seed(0)
    inputs, targets = torch.randn(16, 3, generator=random), torch.arange(16) % 3
    ours, theirs = line(), line()
    taken = taker(ours, Classification(label_smoothing=0.1), micro_batch).take(
        0, lambda: ((inputs,), targets)
    )
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05)
    loss = nn.functional.cross_entropy(theirs(inputs), targets, label_smoothing=0.1)
    loss.backward()
    optimizer.step()
    assert taken.loss_sum.item() == pytest.approx(16 * loss.item(), rel=1e-5)
    assert taken.predicted.shape == (16,)
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)


def test_the_same_samples_are_taken_again_in_smaller_parts() -> None:
    inputs, targets = torch.ones(8, 3), torch.arange(8) % 3
    model, asked = line(), []
    steps = taker(model, Classification())

    def forward(images: Tensor) -> Tensor:
        asked.append(len(images))
        if len(images) > 2:
            raise torch.OutOfMemoryError("out of memory")
        found: Tensor = model(images)
        return found

    steps.forward = forward
    steps.take(0, lambda: ((inputs,), targets))
    assert asked == [8, 4, 2, 2, 2, 2]
    assert [note.code for note in steps.notes] == ["out_of_memory"] * 2
    steps.smallest = 2
    with pytest.raises(ResourceError, match="not enough memory"):
        steps.make_room()


def test_a_step_that_is_not_finite_changes_nothing_and_says_so() -> None:
    inputs, targets = torch.full((4, 3), float("inf")), torch.arange(4) % 3
    model, averaged = line(), []
    steps = taker(model, Classification())
    steps.average = averaged.append
    assert not steps.take(7, lambda: ((inputs,), targets)).finite
    assert not model.weight.any()
    assert averaged == [7]
