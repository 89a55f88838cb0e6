"""How this program divides samples into folds, beside scikit-learn's `StratifiedGroupKFold`.

    uv run --group bench python -m benchmarks.folds

For each kind of set, the mean over 20 draws: by how many samples the largest fold exceeds the smallest, the
same within a class (the worst class), and how many samples change their fold when one more sample comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from workbench.core.instant.folds import folds_of

FOLDS, DRAWS = 5, 20
Sets = tuple[NDArray[np.int64], list[str]]
Divide = Callable[[NDArray[np.int64], list[str], int], NDArray[np.int64]]


def ours(targets: NDArray[np.int64], groups: list[str], seed: int) -> NDArray[np.int64]:
    """Folds of this program."""
    return folds_of(targets, groups, FOLDS, seed)


def theirs(targets: NDArray[np.int64], groups: list[str], seed: int) -> NDArray[np.int64]:
    """Folds of scikit-learn."""
    folds = np.zeros(len(targets), np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for fold, (_, outside) in enumerate(splitter.split(targets, targets, groups)):
        folds[outside] = fold
    return folds


def photos(*sizes: int) -> Sets:
    """Classes of these sizes, every photo by itself."""
    targets = np.repeat(np.arange(len(sizes)), sizes)
    return targets, [f"photo {number}" for number in range(len(targets))]


def videos(classes: int, count: int, seed: int) -> Sets:
    """Videos of 1 to 40 frames."""
    lengths = np.random.default_rng(seed).integers(1, 41, count)
    targets = np.repeat(np.arange(count) % classes, lengths)
    return targets, [f"video {video}" for video in np.repeat(np.arange(count), lengths)]


def measured(divide: Divide, sets: Iterable[Sets]) -> tuple[float, float, float]:
    """Unevenness, unevenness within a class, and samples that move for one that comes."""
    rows = []
    for seed, (targets, groups) in enumerate(sets):
        folds = divide(targets, groups, seed)
        before = divide(targets[1:], groups[1:], seed)
        within = [np.ptp(np.bincount(folds[targets == c], minlength=FOLDS)) for c in np.unique(targets)]
        rows.append((np.ptp(np.bincount(folds, minlength=FOLDS)), max(within), (before != folds[1:]).sum()))
    even, within_class, moved = np.mean(rows, axis=0)
    return float(even), float(within_class), float(moved)


def main() -> None:
    kinds = {
        "two classes of 40 photos": [photos(40, 40)] * DRAWS,
        "classes of 101, 7 and 33 photos": [photos(101, 7, 33)] * DRAWS,
        "30 classes of 13 photos": [photos(*(13,) * 30)] * DRAWS,
        "60 videos of 3 classes": [videos(3, 60, seed) for seed in range(DRAWS)],
        "400 videos of 8 classes": [videos(8, 400, seed) for seed in range(DRAWS)],
    }
    print("| set | | folds differ by | within a class by | move for one more |")
    print("| --- | --- | --- | --- | --- |")
    for name, sets in kinds.items():
        for who, divide in (("ours", ours), ("StratifiedGroupKFold", theirs)):
            print(f"| {name} | {who} | " + " | ".join(f"{x:.1f}" for x in measured(divide, sets)) + " |")
    targets, groups = photos(*(1000,) * 20)
    for who, divide in (("ours", ours), ("StratifiedGroupKFold", theirs)):
        begun = time.perf_counter()
        divide(targets, groups, 0)
        print(f"{len(targets):,} photos of 20 classes, {who}: {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
