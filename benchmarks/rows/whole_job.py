"""Whole jobs at any size: what a photo costs, memory, and the time left that is told meanwhile."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured
from benchmarks.rows.first_start import cifar10_photos

_FEW, _MANY = 1_000, 60_000
_SIZES = tuple(
    Contestant(f"{count:,} photos", "benchmarks.whole_job:made", {"photos": which}, is_ready=True)
    for count, which in ((_FEW, "few"), (_MANY, "many"))
)
_QUIET, _BUSY = "nothing else runs", "another process takes a processor"


def _told(mode: str) -> tuple[Contestant, ...]:
    function = "benchmarks.whole_job:told"
    return tuple(
        Contestant(name, function, {"mode": mode, "busy": name == _BUSY}, is_ready=True)
        for name in (_QUIET, _BUSY)
    )


def _costs(measured: Measured) -> list[Figure]:
    few, many = (size.name for size in _SIZES)
    found = []
    for name in (few, many):
        if measured.has(name):
            found.append(Figure(f"{name}: a photo", measured.median(name, "photo_ms"), " ms", digits=2))
            found.append(Figure(f"{name}: accuracy", measured.median(name, "accuracy"), digits=3))
    if measured.has(few, many):
        ratio = measured.median(many, "photo_ms") / measured.median(few, "photo_ms")
        found.append(Figure("a photo of many against one of few", ratio, "×", at_most=1.15))
    if measured.has(many):
        gigabytes = measured.median(many, "more_mb") / 1000
        note = f"{measured.median(many, 'waiting_mb'):.0f} MB while it waits; resident, mapped files count."
        found.append(Figure("memory above a waiting engine", gigabytes, " GB", at_most=1.0, note=note))
    return found


def _left(measured: Measured) -> list[Figure]:
    found = []
    for name in (_QUIET, _BUSY):
        if measured.has(name):
            whole, first = measured.median(name), measured.median(name, "first")
            note = f"took {whole:.0f} s, {first:.0f} s were told at first"
            found.append(
                Figure(f"{name}: median", measured.median(name, "factor"), "×", at_most=1.5, note=note)
            )
            found.append(Figure(f"{name}: worst tenth", measured.median(name, "worst_tenth"), "×"))
    return found


ROWS = (
    Benchmark(
        "any_size.whole",
        "The service engine reads a folder and makes an instant model of all its photos: CIFAR-10 as files.",
        _SIZES,
        _costs,
        lambda folder, scratch: {
            "few": cifar10_photos(_FEW, folder, scratch / "few")["folder"],
            "many": cifar10_photos(_MANY, folder, scratch / "many")["folder"],
        },
        runs=1,
    ),
    *(
        Benchmark(
            f"time_left.{key}",
            f"The time left that is shown while {words} works on `{photos}`, against what it then took:"
            " by what factor it was off.",
            _told(mode),
            _left,
            prepare,
            runs=1,
        )
        for key, words, mode, photos, prepare in (
            ("instant", "the instant method", "instant", "sign_digits", data.sign_digits),
            ("better", "*Better*", "improve", "ants_bees", data.ants_bees),
        )
    ),
)
