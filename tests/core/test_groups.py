"""What belongs together is never on both sides: of a split, of a fold."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import networkx
import numpy as np
import pytest

from tests.catalogs import classes_of, sample_at
from tests.core.training_help import catalog_of, drive
from tests.drawn_photos import draw_small
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Catalog, Roots, Sample
from workbench.core.data.groups import groups_of
from workbench.core.data.split import make_split
from workbench.core.learning import train
from workbench.core.project.runs import PREDICTIONS
from workbench.core.results.predictions import PredictionTable


def frames(videos: int, each: int, seed: int = 0) -> Catalog:
    """Videos of one class each, of half to one and a half times `each` frames."""
    draw = random.Random(seed)
    names = ("cat", "dog", "fox")
    samples = [
        sample_at(f"{names[video % 3]}/{video}_{n}.jpg", names[video % 3], group=f"video {video}")
        for video in range(videos)
        for n in range(draw.randint(each // 2, each * 3 // 2))
    ]
    return Catalog(Roots.of(Path("/photos")), classes_of(names), tuple(samples))


def sides_of(catalog: Catalog, fraction: float, seed: int) -> dict[str, set[str]]:
    split = make_split(catalog, validation_fraction=fraction, seed=seed)
    found = defaultdict(set)
    for name in ("training", "validation"):
        for sample in getattr(split, name):
            found[sample.group or sample.digest].add(name)
    return found


def test_without_groups_each_content_is_its_own() -> None:
    samples = [sample_at("a.jpg", "a", digest="1"), sample_at("b.jpg", "b", digest="2")]
    assert groups_of([*samples, sample_at("c.jpg", "a", digest="1")]) == ["1", "2", "1"]


@pytest.mark.parametrize("seed", range(20))
def test_groups_are_the_connected_components(seed: int) -> None:
    """Of the graph whose edges join a sample's content and its group; checked with networkx."""
    draw = random.Random(seed)
    samples = [
        sample_at(
            f"{n}.jpg",
            "a",
            digest=f"d{draw.randrange(30)}",
            group=f"g{draw.randrange(12)}" if draw.random() < 0.6 else "",
        )
        for n in range(60)
    ]
    graph = networkx.Graph((f"digest {s.digest}", f"group {s.group}" if s.group else "") for s in samples)
    graph.remove_nodes_from([""])
    part = {
        node: number for number, nodes in enumerate(networkx.connected_components(graph)) for node in nodes
    }
    found = groups_of(samples)
    assert len(set(found)) == len(set(part.values()))
    pairs = {(name, part[f"digest {sample.digest}"]) for name, sample in zip(found, samples, strict=True)}
    assert len(pairs) == len(set(found))

    order = list(range(60))
    draw.shuffle(order)
    assert groups_of([samples[place] for place in order]) == [found[place] for place in order]


@pytest.mark.parametrize("seed", range(5))
def test_a_video_is_on_one_side_and_the_shares_are_near_those_asked(seed: int) -> None:
    catalog = frames(90, 10, seed)
    assert all(len(sides) == 1 for sides in sides_of(catalog, 0.25, seed).values())
    split = make_split(catalog, validation_fraction=0.25, seed=seed)
    for each in catalog.classes:
        count = sum(sample.class_id == each.id for sample in split.validation)
        assert abs(count / catalog.counts[each.name] - 0.25) < 0.05


def test_a_video_of_two_classes_is_on_one_side() -> None:
    samples = tuple(
        sample_at(f"{name}/{video}_{n}.jpg", name, group=f"video {video}")
        for video in range(20)
        for name in ("cat", "dog")
        for n in range(3)
    )
    catalog = Catalog(Roots.of(Path("/photos")), classes_of(("cat", "dog")), samples)
    assert all(len(sides) == 1 for sides in sides_of(catalog, 0.2, 1).values())
    validation = make_split(catalog, validation_fraction=0.2, seed=1).validation
    assert [sum(s.class_id == name for s in validation) for name in ("cat", "dog")] == [12, 12]


def test_copies_of_a_frame_bring_their_videos_together() -> None:
    catalog = frames(30, 8)
    first, second = (next(s for s in catalog.samples if s.group == f"video {n}") for n in (0, 3))
    samples = tuple(replace(s, digest=first.digest) if s is second else s for s in catalog.samples)
    for seed in range(10):
        sides = sides_of(replace(catalog, samples=samples), 0.3, seed)
        assert sides["video 0"] == sides["video 3"]


@pytest.mark.e2e
def test_cross_validation_keeps_groups_whole(tmp_path: Path) -> None:
    """With real photos: of each five in a row, none is predicted by a head that has learned another."""
    catalog = catalog_of(draw_small(tmp_path / "photos"))

    def grouped(sample: Sample) -> Sample:
        return replace(sample, group=f"{sample.class_id} {int(Path(sample.path).stem) // 5}")

    catalog = replace(catalog, samples=tuple(map(grouped, catalog.samples)))
    run = tmp_path / "run"
    run.mkdir()
    drive(train(catalog, recommended("instant"), run, device="cpu"))
    table = PredictionTable.load(run / PREDICTIONS)
    fold_of = dict(zip(table.samples, table.folds.tolist(), strict=True))
    folds = defaultdict(set)
    for sample in catalog.samples:
        folds[sample.group].add(fold_of[sample.id])
    assert all(len(found) == 1 for found in folds.values())
    assert len(np.unique(table.folds)) > 1
