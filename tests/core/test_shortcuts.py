"""What one trait alone tells, with few and with very many photos, against a count by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workbench.core.data.catalog import Catalog, ImageClass, Roots, Sample
from workbench.core.health.shortcuts import TRAITS, shortcuts
from workbench.core.health.traits import NAMES, Traits

TOLD_BY = ("brightness", "border", "file_size")


def photos(classes: int, each: int, together: int) -> tuple[Catalog, Traits]:
    """Classes that brightness and border tell, and file size nearly, of which some photos are kept together.

    Args:
        together: How many photos, over several classes, are one group; of the others a fifth is in pairs.
    """
    random, count = np.random.default_rng(classes), classes * each
    groups = [f"pair {number // 2}" if number % 10 < 2 else "" for number in range(count)]
    for number in range(0, 3 * together, 3):
        groups[number] = "one"
    samples = tuple(
        Sample(f"{number}.jpg", f"{number}.jpg", f"{number // each:03}", "", f"{number:064}", 40, 30, group)
        for number, group in enumerate(groups)
    )
    names = tuple(ImageClass(f"{number:03}", f"{number:03}") for number in range(classes))
    values = np.zeros((count, len(NAMES)), np.float32)
    own = np.repeat(np.arange(classes), each)
    values[:, NAMES.index("brightness")] = own + random.normal(0, 0.2, count)
    values[:, NAMES.index("bytes_a_pixel")] = own + random.normal(0, 0.3, count)
    for column, place in zip(TRAITS["border"], random.random((3, classes)), strict=True):
        values[:, NAMES.index(column)] = 10 * place[own] + random.normal(0, 0.3, count)
    values[:, NAMES.index("compression")] = random.normal(0, 1, count)
    return Catalog(Roots.of(Path("/photos")), names, samples), Traits(tuple(s.id for s in samples), values)


def share_told(catalog: Catalog, traits: Traits, trait: str) -> float:
    """The share that five neighbours find, photo by photo: mean over the classes, none of them rarer."""
    values = np.stack([traits.column(name) for name in TRAITS[trait]], axis=1).astype(np.float64)
    values /= values.std(axis=0)
    right: dict[str | None, list[bool]] = {}
    for place, sample in enumerate(catalog.samples):
        order = np.argsort(np.linalg.norm(values - values[place], axis=1)).tolist()
        others = [
            catalog.samples[other].class_id
            for other in order
            if other != place and not (sample.group and catalog.samples[other].group == sample.group)
        ][:5]
        most = max(others.count(each) for each in others)
        said = min(str(each) for each in others if others.count(each) == most)
        right.setdefault(sample.class_id, []).append(said == sample.class_id)
    return float(np.mean([np.mean(each) for each in right.values()]))


@pytest.mark.parametrize(
    ("classes", "each", "together"),
    [(3, 20, 12), (100, 14, 0), (100, 14, 80)],
    ids=["few", "many", "grouped"],
)
def test_neighbours_are_the_nearest_photos_of_other_groups(classes: int, each: int, together: int) -> None:
    catalog, traits = photos(classes, each, together)
    found = {each.trait: each.found for each in shortcuts(catalog, traits)}
    assert found.keys() == set(TOLD_BY)
    for trait in TOLD_BY:
        assert 0.5 < found[trait] <= 1
        assert found[trait] == pytest.approx(share_told(catalog, traits, trait), abs=1e-9)


def test_a_photo_that_has_no_other_to_be_compared_with_is_not_told() -> None:
    catalog, traits = photos(2, 20, 0)
    one_group = tuple(
        Sample(s.id, s.path, s.class_id, "", s.digest, s.width, s.height, "one") for s in catalog.samples
    )
    assert shortcuts(Catalog(catalog.roots, catalog.classes, one_group), traits) == []
