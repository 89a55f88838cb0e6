"""How a model does against small changes that are meant to mislead it. Loads torch."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from workbench.core import devices
from workbench.core.errors import Stopped
from workbench.core.events import Progress
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.linear_head import LinearHead
from workbench.core.results.probabilities import softmax
from workbench.core.stress.attacks import STEPS, fgsm, gradient, pgd, stepped
from workbench.core.stress.disturbances import ATTACKS
from workbench.core.stress.findings import PhotosTested, RowFound, StressFound, judged
from workbench.core.stress.held_out import HeldOut
from workbench.core.stress.photos import in_turn, small
from workbench.core.stress.plan import ATTACK_BUDGET, photos_within
from workbench.core.stress.stressing import Answered, answered_undisturbed, photos_tested, point_of, square_of
from workbench.core.tensors import as_tensor

MOST = 200
"""Photos."""
_BATCH = 8
_TRIED = 8  # photos, one of which can surely be read
_PASSES = 1 + len(ATTACKS.of("pgd").strengths) + 2 * STEPS
"""Of the network a photo, roughly: most photos have fallen after a few steps."""

Integers = NDArray[np.int64]
Doubles = NDArray[np.float64]


class Attacked:
    """The network of a model file in torch; of a model that was fitted without some photos, with that head.

    Args:
        file: The model file.
        held: Photos and who answers for them.
        device: `auto`, `cpu` or `cuda`.
        stop: Asked whenever the network is.
    """

    def __init__(self, file: Path, held: HeldOut, device: str = "auto", stop: StopRequested = never) -> None:
        checkpoint = Checkpoint.load(file)
        self._held, self._preprocessing, self._stop = held, checkpoint.preprocessing, stop
        self._device = devices.choose(device)
        self._model = checkpoint.build_model().requires_grad_(False).to(self._device)

    def heads(self, positions: Integers) -> list[tuple[LinearHead | None, Integers]]:
        """Places among `positions` by the head that answers for them; None for the model's own."""
        if self._held.fitted is None:
            return [(None, np.arange(len(positions)))]
        whose = self._held.fitted[positions]
        return [
            (self._held.heads[number], np.flatnonzero(whose == number))
            for number in np.unique(whose).tolist()
        ]

    def network(self, head: LinearHead | None) -> Callable[[Tensor], Tensor]:
        """From pixels as `attacks` takes them to logits, for one head at a time; raises `Stopped`."""
        if head is not None:
            layer = self._model.get_classifier()  # type: ignore[operator]
            assert isinstance(layer, nn.Linear)
            layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(head.weight)))
            layer.bias.copy_(torch.from_numpy(np.ascontiguousarray(head.bias)))

        def logits(pixels: Tensor) -> Tensor:
            if self._stop():
                raise Stopped
            found: Tensor = self._model(self._preprocessing.normalise(pixels))
            return found

        return logits

    def tensor(self, squares: NDArray[np.uint8]) -> Tensor:
        """Squares (n, side, side, channels) as (n, channels, side, side), float, where the network is."""
        return as_tensor(squares).to(self._device).float()

    def targets(self, values: Integers) -> Tensor:
        """Class indices where the network is."""
        return torch.from_numpy(values).to(self._device)


def attack(
    file: Path,
    held: HeldOut,
    recipe: Preprocessing,
    *,
    photos: int = 0,
    budget: float = ATTACK_BUDGET,
    device: str = "auto",
    stop: StopRequested = never,
) -> Generator[Progress | PhotosTested | RowFound, None, StressFound]:
    """Changes what the network is given of photos so that it is misled most; see `attacks`.

    A photo that falls at some strength counts as fallen at every greater one, within which that change
    lies, too.

    Yields:
        Progress, on which photos it is, and what each row did as soon as that is known.

    Raises:
        InputError: The model file or no photo can be read.
        Stopped: `stop` returned true before the first attack was done.
    """
    begun = time.monotonic()
    yield Progress("stress", 0, 0, Message("getting_ready_to_mislead"))
    attacked, order = Attacked(file, held, device, stop), in_turn(held.photos, 0)
    if not photos:
        each = yield from _seconds_each(attacked, held, recipe, order[:_TRIED], stop)
        photos = photos_within(budget, each, MOST)
    answered = yield from answered_undisturbed(held, order[:photos], recipe, stop)
    tested = photos_tested(held, answered)
    yield tested
    found: list[RowFound] = []
    work = _Work(attacked, held, answered, recipe)
    try:
        for key, done_before in (("fgsm", 0), ("pgd", 1)):
            strengths = ATTACKS.of(key).strengths
            answers, pictures = yield from work.run(key, done_before)
            points = tuple(
                point_of(held, answered, strength, answers[place], pictures[place])
                for place, strength in enumerate(strengths)
            )
            different = len(np.unique(held.photos.groups[answered.positions]))
            verdict = judged(work.undisturbed, points, different=different, baseline=tested.baseline)
            row = RowFound(key, work.undisturbed, points, verdict)
            found.append(row)
            yield row
    except Stopped:
        if not found:
            raise
        return StressFound("attacks", tested, tuple(found), seconds=time.monotonic() - begun, stopped=True)
    return StressFound("attacks", tested, tuple(found), seconds=time.monotonic() - begun)


class _Work:
    """The squares of all photos, and the two attacks on them."""

    def __init__(
        self,
        attacked: Attacked,
        held: HeldOut,
        answered: Answered,
        recipe: Preprocessing,
    ) -> None:
        self._attacked, self._answered = attacked, answered
        self._squares = np.stack([square_of(each, recipe) for each in answered.pixels])
        self._classes = len(held.photos.classes)
        shown = small(self._squares[answered.example])
        self.undisturbed = replace(answered.undisturbed, picture=shown)

    def run(self, key: str, done_before: int) -> Generator[Progress, None, tuple[Doubles, list[bytes]]]:
        """The answers at each strength, (strengths, photos, classes), and the example's pictures."""
        strengths = [int(each) for each in ATTACKS.of(key).strengths]
        answered, count = self._answered, len(self._squares)
        answers = np.empty((len(strengths), count, self._classes))
        pictures = [b""] * len(strengths)
        done = 0
        for head, places in self._attacked.heads(answered.positions):
            network = self._attacked.network(head)
            for first in range(0, len(places), _BATCH):
                some = places[first : first + _BATCH]
                pixels = self._attacked.tensor(self._squares[some])
                targets = self._attacked.targets(answered.table.targets[some])
                made = self._fgsm if key == "fgsm" else self._pgd
                for number, changed in enumerate(made(network, pixels, targets, strengths)):
                    with torch.no_grad(), devices.in_float32():
                        logits = network(changed).double().cpu().numpy()
                    answers[number, some] = softmax(logits)
                    here = np.flatnonzero(some == answered.example)
                    if len(here):
                        picture = changed[int(here[0])].permute(1, 2, 0).round().byte().cpu().numpy()
                        pictures[number] = small(picture)
                done += len(some)
                total = len(ATTACKS) * count
                yield Progress("stress", done_before * count + done, total, Message("misleading"))
        return answers, pictures

    def _fgsm(
        self, network: Callable[[Tensor], Tensor], pixels: Tensor, targets: Tensor, strengths: list[int]
    ) -> list[Tensor]:
        with devices.in_float32():
            slope = gradient(network, pixels, targets)[1]
        return [stepped(pixels, pixels, slope, eps, eps) for eps in strengths]

    def _pgd(
        self, network: Callable[[Tensor], Tensor], pixels: Tensor, targets: Tensor, strengths: list[int]
    ) -> list[Tensor]:
        found, at = [], pixels
        with devices.in_float32():
            fallen = gradient(network, pixels, targets)[2]
            for eps in strengths:
                left = torch.nonzero(~fallen).flatten()
                if len(left):
                    at = at.clone()
                    at[left] = pgd(network, pixels[left], targets[left], eps, until_wrong=True)
                    with torch.no_grad():
                        fallen = network(at).argmax(1) != targets
                found.append(at)
        return found


def _seconds_each(
    attacked: Attacked, held: HeldOut, recipe: Preprocessing, positions: Integers, stop: StopRequested
) -> Generator[Progress, None, float]:
    """About how long a photo takes: so many passes as one takes here, forwards and backwards."""
    one = yield from answered_undisturbed(held, positions, recipe, stop)
    ((head, _),) = attacked.heads(one.positions[:1])
    network = attacked.network(head)
    pixels = attacked.tensor(np.stack([square_of(one.pixels[0], recipe)] * _BATCH))
    targets = attacked.targets(one.table.targets[[0] * _BATCH])
    gradient(network, pixels, targets)  # the first one takes longer
    begun = time.monotonic()
    fgsm(network, pixels, targets, 1)
    return (time.monotonic() - begun) / _BATCH * _PASSES
