"""The stress test: the same photos at rising strengths of every disturbance."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.errors import InputError, Stopped
from workbench.core.events import Progress
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.registry import resolve
from workbench.core.results.comparison import Comparison, gains
from workbench.core.results.estimate import Estimate
from workbench.core.results.metrics import metrics_of
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.trust import Baseline
from workbench.core.seeds import derived_seed
from workbench.core.stress.disturbances import Disturbance, rows_for
from workbench.core.stress.findings import PhotosTested, Point, RowFound, StressFound, judged
from workbench.core.stress.held_out import HeldOut
from workbench.core.stress.photos import MEMORY, Pixels, in_turn, opened, small
from workbench.core.stress.plan import BUDGET, photos_within
from workbench.core.threads import in_threads

_TRIED = 2
_BATCH = 32  # pictures that are answered for at once
_SEED = 0

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Answered:
    """Photos with the answers that they get as they are.

    Attributes:
        positions: Of the photos in `HeldOut.photos`, (photos,).
        pixels: Each as the recipe's first step leaves it.
        table: The answers.
        undisturbed: How good they are.
        example: Which of the photos is shown: the first that is recognised, else the first.
    """

    positions: Integers
    pixels: tuple[Pixels, ...]
    table: PredictionTable
    undisturbed: Point
    example: int


def stress(
    held: HeldOut,
    recipe: Preprocessing,
    *,
    photos: int = 0,
    budget: float = BUDGET,
    stop: StopRequested = never,
) -> Generator[Progress | PhotosTested | RowFound, None, StressFound]:
    """Disturbs photos before a model's preprocessing and asks who answers for them.

    Yields:
        Progress, on which photos it is, and what each row did as soon as that is known.

    Args:
        held: Photos and who answers.
        recipe: The model's preprocessing.
        photos: How many; 0 takes as many as fit into `budget`, from `MINIMUM` to `MOST`.
        budget: In seconds.
        stop: Once it is true, the rows that are done are all there is.

    Raises:
        InputError: No photo can be read.
        Stopped: `stop` returned true before the first row was done.
    """
    begun, rows, found = time.monotonic(), rows_for(recipe.channels), list[RowFound]()
    order = in_turn(held.photos, _SEED)
    if not photos:
        each = _seconds_each(held, order, rows, recipe, stop)
        photos = photos_within(budget, each)
    answered = yield from answered_undisturbed(held, order[:photos], recipe, stop)
    tested = photos_tested(held, answered)
    yield tested
    total = len(answered.positions) * sum(len(row.strengths) for row in rows)
    done, stopped = 0, False
    try:
        for row in rows:
            result = yield from _row(held, answered, row, recipe, tested.baseline, (done, total), stop)
            done += len(answered.positions) * len(row.strengths)
            found.append(result)
            yield result
    except Stopped:
        if not found:
            raise
        stopped = True
    return StressFound(
        "disturbances", tested, tuple(found), seconds=time.monotonic() - begun, stopped=stopped
    )


def photos_tested(held: HeldOut, answered: Answered) -> PhotosTested:
    """On which photos a test is made, and what it is held against."""
    baseline = Baseline.of(answered.table)
    assert baseline is not None, "the classes of all photos are known"
    return PhotosTested(
        held.how,
        len(answered.positions),
        held.available,
        baseline.accuracy,
        held.photos.classes[baseline.index],
        held.notes,
    )


def answered_undisturbed(
    held: HeldOut, positions: Integers, recipe: Preprocessing, stop: StopRequested
) -> Generator[Progress, None, Answered]:
    """Opens photos, each once, and asks about them as they are.

    Raises:
        InputError: None can be read.
        Stopped: `stop` returned true.
    """
    kept, pixels, size, due = [], [], 0, Throttle()
    for position, photo in opened(held, positions, recipe, stop):
        kept.append(position)
        pixels.append(photo)
        size += photo.nbytes
        if due():
            yield Progress("decode", len(kept), len(positions), Message("reading_photos"))
        if size > MEMORY:
            break
    if not kept:
        raise InputError("photos_gone")
    found = np.array(kept, np.int64)
    answers = []
    for first in range(0, len(kept), _BATCH):
        if stop():
            raise Stopped
        squares = np.stack([square_of(each, recipe) for each in pixels[first : first + _BATCH]])
        answers.append(held.answer(squares, found[first : first + _BATCH]))
    table = held.photos.table("", np.concatenate(answers), rows=found)
    undisturbed = Point.of(0.0, _estimate(held, table))
    right = np.flatnonzero(table.is_right)
    example = int(right[0]) if len(right) else 0
    undisturbed = replace(undisturbed, picture=small(pixels[example]))
    return Answered(found, tuple(pixels), table, undisturbed, example)


def point_of(
    held: HeldOut, answered: Answered, strength: float, answers: NDArray[np.float64], picture: bytes
) -> Point:
    """How a model does at a strength, compared with the same photos as they are.

    Args:
        answers: Probabilities for the photos of `answered`, (photos, classes).
    """
    table = held.photos.table("", answers, rows=answered.positions)
    before, after = (
        dict(zip(each.samples, each.is_right.tolist(), strict=True)) for each in (answered.table, table)
    )
    groups = dict(zip(table.samples, held.photos.groups[answered.positions].tolist(), strict=True))
    compared = Comparison.of_gains(gains(before, after, groups))
    return replace(Point.of(strength, _estimate(held, table), compared), picture=picture)


def square_of(pixels: Pixels, recipe: Preprocessing) -> Pixels:
    """What the network is given of a photo, (crop, crop, channels)."""
    return recipe.square(Image.fromarray(pixels))


def disturbed(pixels: Pixels, row: Disturbance, digest: str) -> Iterator[Pixels]:
    """A photo at every strength of a row; the same for the same photo, wherever it lies.

    Args:
        digest: Of its file.
    """
    change, seed = resolve(row.change), derived_seed(_SEED, row.key, digest)
    for strength in row.strengths:
        yield change(pixels, strength, np.random.default_rng(seed))


def _row(
    held: HeldOut,
    answered: Answered,
    row: Disturbance,
    recipe: Preprocessing,
    baseline: float,
    progress: tuple[int, int],
    stop: StopRequested,
) -> Generator[Progress, None, RowFound]:
    count, strengths = len(answered.positions), len(row.strengths)
    answers = np.empty((strengths, count, len(held.photos.classes)))
    pictures: list[bytes] = []

    def at_every_strength(place: int) -> tuple[int, Pixels]:
        digest = held.photos.samples[answered.positions[place]].digest
        views = list(disturbed(answered.pixels[place], row, digest))
        if place == answered.example:
            pictures.extend(map(small, views))
        return place, np.stack([square_of(view, recipe) for view in views])

    waiting: list[tuple[int, Pixels]] = []
    done, total = progress
    due = Throttle()

    def ask() -> None:
        places = np.array([place for place, _ in waiting])
        squares = np.concatenate([squares for _, squares in waiting])
        found = held.answer(squares, answered.positions[places.repeat(strengths)])
        answers[:, places] = found.reshape(len(places), strengths, -1).swapaxes(0, 1)
        waiting.clear()

    for made in in_threads(at_every_strength, range(count), stop=stop, chunk=1):
        waiting.append(made)
        if len(waiting) * strengths >= _BATCH:
            ask()
            if due():
                yield Progress("stress", done + (made[0] + 1) * strengths, total, Message("disturbing"))
    if waiting:
        ask()
    points = tuple(
        point_of(held, answered, strength, answers[number], pictures[number])
        for number, strength in enumerate(row.strengths)
    )
    different = len(np.unique(held.photos.groups[answered.positions]))
    verdict = judged(answered.undisturbed, points, different=different, baseline=baseline)
    return RowFound(row.key, answered.undisturbed, points, verdict)


def _estimate(held: HeldOut, table: PredictionTable) -> Estimate:
    return Estimate.of(held.how, metrics_of(table).measures)


def _seconds_each(
    held: HeldOut,
    order: Integers,
    rows: Sequence[Disturbance],
    recipe: Preprocessing,
    stop: StopRequested,
) -> float:
    """How long a photo takes, as measured with the first ones.

    Raises:
        InputError: They cannot be read.
        Stopped: `stop` returned true.
    """
    some = list(opened(held, order[: 4 * _TRIED], recipe, stop))[:_TRIED]
    if not some:
        return BUDGET
    position, pixels = some[0]
    held.answer(square_of(pixels, recipe)[None], np.array([position]))  # the first answer takes longer

    def squares(row: Disturbance) -> list[Pixels]:
        return [
            square_of(view, recipe)
            for position, pixels in some
            for view in disturbed(pixels, row, held.photos.samples[position].digest)
        ]

    begun = time.monotonic()
    for row, made in zip(rows, in_threads(squares, rows, stop=stop, chunk=1), strict=True):
        held.answer(np.stack(made), np.array([place for place, _ in some]).repeat(len(row.strengths)))
    return (time.monotonic() - begun) / len(some)
