"""What the checks of a folder find that was planted, and what they say of folders as they are."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clock import Clock, drain
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.data.groups import groups_of
from workbench.core.data.scan import scan
from workbench.core.health.checks import examine
from workbench.core.health.evidence import Evidence
from workbench.core.health.shortcuts import shortcuts
from workbench.core.health.traits import NAMES, Traits, examine_photos
from workbench.core.health.wrong_class import suspects
from workbench.core.instant.following import Follower

_DRAWS = 3
STANDING_OUT = ("blank", "blurred", "dark", "burnt", "tiny")


def wrong_class(folder: str, share: float, first: float) -> dict[str, Any]:
    """Puts a share of a folder's photos into another class at random, and looks for them.

    Args:
        share: 0 to 1.
        first: How much of the folder a person looks through, 0 to 1, the likeliest mistakes first.
    """
    catalog = drain(scan(Path(folder)))
    clock = Clock()
    shares, listed = [], []
    with Follower(catalog, TrainingConfig(), "cpu") as follower:
        for seed in range(_DRAWS):
            spoiled, planted = _spoiled(catalog, share, seed)
            found = list(suspects(spoiled, drain(follower.follow(spoiled))))
            count = sum(sample.subset in ("", "training") for sample in catalog.samples)
            looked_at = set(found[: round(first * count)])
            shares.append(len(planted & looked_at) / len(planted))
            listed.append(len(found) / count)
    clock.mark("ranked")
    return clock.results(
        photos=len(catalog.samples), found=100 * float(np.mean(shares)), listed=100 * float(np.mean(listed))
    )


def _spoiled(catalog: Catalog, share: float, seed: int) -> tuple[Catalog, set[str]]:
    random = np.random.default_rng(seed)
    classes = [each.id for each in catalog.classes]
    training = [s.id for s in catalog.samples if s.subset in ("", "training")]
    planted = set(random.choice(training, round(share * len(training)), replace=False).tolist())

    def other(class_id: str | None) -> str:
        return str(random.choice([each for each in classes if each != class_id]))

    samples = (replace(s, class_id=other(s.class_id)) if s.id in planted else s for s in catalog.samples)
    return replace(catalog, samples=tuple(samples), revision=seed + 1), planted


def outliers(folder: str, strangers: str, scratch: str, share: float) -> dict[str, Any]:
    """Looks for photos of other things that were put among the classes of a folder, and in the folder alone.

    Args:
        strangers: Holds the photos of other things.
        share: Of the folder's photos, so many strangers are put among them, 0 to 1.
    """
    clock = Clock()
    alone = _strangers(Path(folder))
    spoiled = Path(scratch) / "spoiled"
    shutil.copytree(folder, spoiled)
    classes = sorted(path for path in spoiled.glob("train/*" if (spoiled / "train").is_dir() else "*"))
    count = round(share * sum(1 for path in Path(folder).rglob("*") if path.is_file()))
    others = sorted(Path(strangers).glob("*.JPEG"))
    chosen = np.random.default_rng(0).choice(len(others), count, replace=False).tolist()
    planted = set()
    for number, place in enumerate(chosen):
        put = classes[number % len(classes)] / f"stranger {number}.jpg"
        shutil.copy(others[place], put)
        planted.add(put.relative_to(spoiled).as_posix())
    found, photos = _strangers(spoiled)
    clock.mark("looked")
    return clock.results(
        photos=photos,
        planted=count,
        found=100 * len(planted & found) / count,
        wrong=100 * len(found - planted) / (photos - count),
        alone=100 * len(alone[0]) / alone[1],
    )


def _strangers(folder: Path) -> tuple[set[str], int]:
    """What look like no class, and how many photos were looked at."""
    catalog = drain(scan(folder))
    with Follower(catalog, TrainingConfig(), "cpu") as follower:
        insight = drain(follower.look_closer(catalog))
    return set(insight.strangers), sum(sample.subset in ("", "training") for sample in catalog.samples)


def together(folder: str) -> dict[str, Any]:
    """What of a folder is kept together by names and times, and how long a closer look takes."""
    catalog = drain(scan(Path(folder)))
    with Follower(catalog, TrainingConfig(), "cpu") as follower:
        drain(follower.follow(catalog))
        clock = Clock()
        drain(follower.look_closer(catalog))
        clock.mark("looked")
    grouped = [sample for sample in catalog.samples if sample.group]
    return clock.results(
        photos=len(catalog.samples),
        grouped=100 * len(grouped) / len(catalog.samples),
        copies=len(catalog.samples) - len(set(groups_of(catalog.samples))),
    )


def clean(folder: str) -> dict[str, Any]:
    """What the checks that need no model say of a folder as it is, and of a shortcut planted in it."""
    catalog = drain(scan(Path(folder)))
    clock = Clock()
    traits: Traits = drain(examine_photos(catalog))
    clock.mark("examined")
    told = examine(Evidence(catalog, traits))
    found: dict[str, float] = {"shortcuts": sum(each.check == "shortcuts" for each in told)}
    for check in STANDING_OUT:
        count = sum(len(each.samples) for each in told if each.check == check)
        found[check] = 100 * count / len(catalog.samples)
    return clock.results(photos=len(catalog.samples), border=_with_border(catalog, traits), **found)


def _with_border(catalog: Catalog, traits: Traits) -> float:
    """The share that the border's colour tells where each class has another one; 0 where that is not said."""
    number = {each.id: place for place, each in enumerate(catalog.classes)}
    classes = {sample.id: sample.class_id for sample in catalog.samples}
    values, random = traits.values.copy(), np.random.default_rng(0)
    colours = random.integers(0, 255, (len(number), 3))
    for row, sample in enumerate(traits.samples):
        first = NAMES.index("border_red")
        values[row, first : first + 3] = colours[number[classes[sample] or ""]] + random.normal(0, 6, 3)
    told = shortcuts(catalog, Traits(traits.samples, values))
    return 100 * next((each.found for each in told if each.trait == "border"), 0.0)
