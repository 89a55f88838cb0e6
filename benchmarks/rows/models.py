"""The first model and the final one, against those who make them from the same backbone."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured
from benchmarks.rows.peers import FLOOR, SKLEARN, TEACHABLE_MACHINE, TRANSFER_TUTORIAL, fastai, names

FIRST = Contestant("first model", "benchmarks.ours:first_model", is_ready=True)
INSTANT = Contestant("finished instant model", "benchmarks.ours:learn", is_ready=True)
BETTER = Contestant("Better", "benchmarks.ours:learn", {"mode": "improve"}, is_ready=True)
_OURS = (FIRST.name, INSTANT.name, BETTER.name)
_TUTORIALS = {"ants_bees": (TRANSFER_TUTORIAL,), "sign_digits": ()}  # the latter would take hours
_ONE, _THREE = fastai(1), fastai(3)


def _first(measured: Measured) -> list[Figure]:
    if not measured.has(FIRST.name):
        return []
    figures = []
    if any(measured.has(name) for name in names(_ONE)):
        peer = measured.best(names(_ONE))
        figures += _against(measured, peer, sooner=15, better=0, mine=FIRST.name)
        figures += _until(measured, peer, None)
    if measured.has(FLOOR.name):
        ratio = measured.median(FIRST.name) / measured.median(FLOOR.name)
        figures.append(Figure("first model's time against the floor's", ratio, "×", at_most=1.5))
    if measured.has(TEACHABLE_MACHINE.name):
        figures += _against(measured, TEACHABLE_MACHINE.name, sooner=3, better=1, mine=FIRST.name)
    if measured.has(SKLEARN.name):
        figures += _against(measured, SKLEARN.name, sooner=None, better=None, mine=FIRST.name)
    return figures


def _final(measured: Measured) -> list[Figure]:
    figures = []
    if any(measured.has(name) for name in names(_THREE)):
        peer = measured.best(names(_THREE))
        figures += _until(measured, peer, 25)
        if measured.has(BETTER.name):
            points = 100 * (measured.median(BETTER.name, "accuracy") - measured.median(peer, "accuracy"))
            figures.append(Figure(f"Better above {peer}", points, " points", at_least=1, digits=1))
    if measured.has(TRANSFER_TUTORIAL.name):
        figures += _until(measured, TRANSFER_TUTORIAL.name, None)
    return figures


def _against(
    measured: Measured, peer: str, *, sooner: float | None, better: float | None, mine: str
) -> list[Figure]:
    ratio = measured.median(peer) / measured.median(mine)
    points = 100 * (measured.median(mine, "accuracy") - measured.median(peer, "accuracy"))
    return [
        Figure(f"{mine} sooner than {peer}", ratio, "×", at_least=sooner, digits=1),
        Figure(f"{mine} above {peer}", points, " points", at_least=better, digits=1),
    ]


def _until(measured: Measured, peer: str, sooner: float | None) -> list[Figure]:
    """How much sooner ours reaches the peer's final accuracy, and 95 % of it."""
    final = measured.median(peer, "accuracy")
    whole = measured.median(peer)
    figures = []
    for share, words, target in ((1.0, "its final accuracy", sooner), (0.95, "95 % of that", None)):
        wanted = share * final - 1e-9
        # The target speaks of the peer's whole time; where a run ends below its median there is no other.
        theirs = whole if share == 1.0 else measured.seconds_until(peer, wanted) or whole
        reached = [measured.seconds_until(name, wanted) for name in _OURS if measured.has(name)]
        ours = min((seconds for seconds in reached if seconds is not None), default=None)
        ratio = None if ours is None else theirs / ours
        note = f"{wanted:.3f}, theirs after {theirs:.1f} s"
        note += "" if ours is None else f", ours after {ours:.1f} s"
        what = f"sooner than {peer} at {words}"
        figures.append(Figure(what, ratio, "×", at_least=target, digits=1, note=note))
    return figures


def _rows(
    name: str,
    sentence: str,
    contestants: Callable[[str], tuple[Contestant, ...]],
    figures: Callable[[Measured], list[Figure]],
) -> tuple[Benchmark, ...]:
    prepared = {"ants_bees": data.ants_bees, "sign_digits": data.sign_digits}
    return tuple(
        Benchmark(f"{name}.{key}", f"{sentence} Photos: `{key}`.", contestants(key), figures, prepare)
        for key, prepare in prepared.items()
    )


ROWS = (
    *_rows(
        "first_model",
        "From the folder's path to predictions for the held-out photos, imports done, no photo seen before.",
        lambda key: (FIRST, INSTANT, FLOOR, SKLEARN, TEACHABLE_MACHINE, *_ONE),
        _first,
    ),
    *_rows(
        "final_model",
        "The same until the model is as good as it gets.",
        lambda key: (FIRST, INSTANT, BETTER, *_THREE, *_TUTORIALS[key]),
        _final,
    ),
)
