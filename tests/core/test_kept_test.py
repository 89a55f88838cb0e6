"""A test set that is drawn once: whatever becomes of the folder, nobody learns from its photos."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.catalogs import classes_of, sample_at
from workbench.core.data import edits
from workbench.core.data.catalog import Catalog, Roots, Sample
from workbench.core.data.groups import groups_of
from workbench.core.data.split import make_split, own_split
from workbench.core.data.test_set import Drawn, draw_test_set, with_test_set, without_test_set
from workbench.core.errors import InputError


def catalog_of(counts: dict[str, int], **values: str) -> Catalog:
    samples = [
        replace(sample_at(f"{name}/{n:03}.jpg", name, digest=f"{n:03}-{name}"), **values)  # type: ignore[arg-type]
        for name, count in counts.items()
        for n in range(count)
    ]
    return Catalog(Roots.of(Path("/photos")), classes_of(sorted(counts)), tuple(samples))


def kept_ids(catalog: Catalog) -> set[str]:
    return {sample.id for sample in (*catalog.samples, *catalog.excluded) if sample.subset == "test"}


def drawn_from(catalog: Catalog, asked: float = 0.2, seed: int = 0) -> tuple[Catalog, Drawn]:
    return with_test_set(catalog, draw_test_set(catalog, asked, seed=seed))


def with_changes(catalog: Catalog, changes: dict[str, dict[str, str]]) -> Catalog:
    samples = [replace(s, **changes.get(s.id, {})) for s in catalog.samples]  # type: ignore[arg-type]
    return replace(catalog, samples=tuple(samples))


def test_every_class_gives_its_share_and_both_numbers_are_known() -> None:
    catalog, _ = drawn_from(catalog_of({"a": 100, "b": 50, "c": 12}), 0.2)
    counted = Counter(path.partition("/")[0] for path in kept_ids(catalog))
    assert counted == {"a": 20, "b": 10, "c": 2}
    assert catalog.test_asked == 0.2
    assert catalog.test_share == (32, 32 / 162)
    split = make_split(catalog, validation_fraction=0.25, seed=0)
    assert len(split.test) == 32
    assert len(split.validation) == 33  # 20 + 10 + 3: a quarter of what is left of each class


@pytest.mark.parametrize("seed", range(10))
def test_groups_are_drawn_whole(seed: int) -> None:
    random = np.random.default_rng(seed)
    catalog = catalog_of({"a": 60, "b": 60})
    groups = {s.id: {"group": f"group {s.id[0]}{random.integers(20)}"} for s in catalog.samples}
    catalog, _ = drawn_from(with_changes(catalog, groups), 0.3, seed)
    tests = {sample.group for sample in catalog.samples if sample.subset == "test"}
    assert tests
    assert not tests & {sample.group for sample in catalog.samples if sample.subset != "test"}
    assert abs(catalog.test_share[1] - 0.3) < 0.1


def test_one_picture_in_two_classes_is_never_drawn() -> None:
    same = {"a/001.jpg": {"digest": "same"}, "b/002.jpg": {"digest": "same"}}
    for seed in range(20):
        catalog, _ = drawn_from(with_changes(catalog_of({"a": 6, "b": 6}), same), 0.5, seed)
        assert not kept_ids(catalog) & same.keys()


def test_what_is_learned_with_the_test_set_has_one_photo_of_each_class_left() -> None:
    catalog, _ = drawn_from(catalog_of({"a": 2, "b": 3}), 0.5)
    assert Counter(s.class_id for s in own_split(catalog).training) == {"a": 1, "b": 1}


def test_a_folder_with_a_test_set_of_its_own_keeps_that() -> None:
    catalog = catalog_of({"a": 10, "b": 10})
    changes = {s.id: {"subset": "test" if s.id.endswith("1.jpg") else "training"} for s in catalog.samples}
    with pytest.raises(InputError, match="has a test set of its own with 2 photos"):
        draw_test_set(with_changes(catalog, changes), 0.2, seed=0)


@pytest.mark.parametrize("counts", [{}, {"a": 1, "b": 1}])
def test_too_few_photos_are_said(counts: dict[str, int]) -> None:
    with pytest.raises(InputError, match="too few photos with a class"):
        draw_test_set(catalog_of(counts), 0.2, seed=0)


def test_groups_that_reach_into_the_folders_validation_set_are_not_drawn() -> None:
    catalog = catalog_of({"a": 20, "b": 20})
    changes = {
        s.id: {
            "subset": "validation" if int(s.id[2:5]) < 5 else "training",
            "group": f"g{int(s.id[2:5]) % 5}",
        }
        for s in catalog.samples
        if int(s.id[2:5]) not in (7, 8, 9, 12, 13, 14)
    }
    catalog, _ = drawn_from(with_changes(catalog, changes), 0.5)
    assert kept_ids(catalog) <= {f"{c}/{n:03}.jpg" for c in "ab" for n in (7, 8, 9, 12, 13, 14)}


def test_a_photo_keeps_its_place_wherever_it_is_put() -> None:
    catalog, drawn = drawn_from(catalog_of({"a": 20, "b": 20}))
    before = kept_ids(catalog)
    turned = edits.reclassed(catalog, [s.id for s in catalog.samples], "b")
    assert kept_ids(with_test_set(turned, drawn)[0]) == before
    first = min(before)
    read_again = catalog_of({"a": 20, "b": 20})
    moved = with_changes(read_again, {first: {"id": "b/elsewhere.jpg", "path": "b/elsewhere.jpg"}})
    assert kept_ids(with_test_set(moved, drawn)[0]) == before - {first} | {"b/elsewhere.jpg"}
    saved_anew = with_changes(read_again, {first: {"digest": "another"}})
    assert kept_ids(with_test_set(saved_anew, drawn)[0]) == before


def test_two_photos_that_change_names_change_nothing_else() -> None:
    catalog, drawn = drawn_from(catalog_of({"a": 20, "b": 20}))
    test, other = min(kept_ids(catalog)), next(s for s in catalog.samples if s.subset != "test")
    digest = next(s.digest for s in catalog.samples if s.id == test)
    swapped = with_changes(
        catalog_of({"a": 20, "b": 20}), {test: {"digest": other.digest}, other.id: {"digest": digest}}
    )
    found, known = with_test_set(swapped, drawn)
    assert other.id in kept_ids(found)
    assert test not in kept_ids(found)
    assert kept_ids(with_test_set(swapped, known)[0]) == kept_ids(found)


def grown(catalog: Catalog, *samples: Sample) -> Catalog:
    return replace(catalog, samples=(*catalog.samples, *samples))


def test_a_new_photo_is_a_test_photo_only_where_it_belongs_to_one() -> None:
    catalog = catalog_of({"a": 20, "b": 20})
    catalog = with_changes(catalog, {s.id: {"picture": s.id} for s in catalog.samples})
    apart, drawn = drawn_from(catalog)
    test, other = min(kept_ids(apart)), next(s.id for s in apart.samples if s.subset != "test")
    new = (
        sample_at("a/copy.jpg", "a", digest="new-1", picture=test),
        sample_at("a/copy of another.jpg", "a", digest="new-2", picture=other),
        sample_at("a/new.jpg", "a", digest="new-3"),
    )
    found, known = with_test_set(grown(catalog, *new), drawn)
    assert kept_ids(found) == kept_ids(apart) | {"a/copy.jpg"}
    # A photo that has been learned from stays one, though a later one shows that it belongs to a test photo.
    bridge = sample_at("a/bridge.jpg", "a", digest="new-4", picture=test, group="both")
    joined = with_changes(grown(catalog, *new), {"a/new.jpg": {"group": "both"}})
    later, _ = with_test_set(grown(joined, bridge), known)
    assert kept_ids(later) == kept_ids(found) | {"a/bridge.jpg"}


@pytest.mark.parametrize("seed", range(12))
def test_nobody_changes_sides_whatever_happens(seed: int) -> None:
    """A hundred random changes of a folder; what is learned from is asked after each."""
    random = np.random.default_rng(seed)
    catalog = catalog_of({"a": 30, "b": 30, "c": 8})
    _, drawn = drawn_from(catalog, 0.25, seed)
    learned: set[str] = set()
    tested: set[str] = set()
    for step in range(100):
        samples = list(catalog.samples)
        place = int(random.integers(len(samples)))
        chosen = samples[place]
        match int(random.integers(6)):
            case 0:
                samples[place] = replace(chosen, class_id="abc"[random.integers(3)])
            case 1:
                samples[place] = replace(chosen, id=f"moved/{step}.jpg", path=f"moved/{step}.jpg")
            case 2 if len(samples) > 20:
                del samples[place]
            case 3:
                samples.append(sample_at(f"a/new {step}.jpg", "a", digest=f"n{step}"))
            case 4:
                picture = chosen.picture or f"picture {step}"
                samples[place] = replace(chosen, picture=picture)
                samples.append(sample_at(f"a/copy {step}.jpg", "a", digest=f"c{step}", picture=picture))
            case _:
                samples.append(replace(chosen, id=f"a/again {step}.jpg", path=f"a/again {step}.jpg"))
        catalog = replace(catalog, samples=tuple(samples))
        found, drawn = with_test_set(catalog, drawn)
        split = make_split(found, validation_fraction=0.2, seed=seed)
        learned |= {s.digest for s in (*split.training, *split.validation)}
        tested |= {s.digest for s in split.test}
        assert not learned & tested
        together = zip(split.samples, groups_of(split.samples), strict=True)
        sides: dict[str, set[bool]] = {}
        for sample, group in together:
            sides.setdefault(group, set()).add(sample.subset == "test")
        assert all(len(each) == 1 for each in sides.values())


def test_subfolders_stay_together_where_the_person_says_so() -> None:
    samples = tuple(
        sample_at(f"{name}/plant {n // 4}/{n:03}.jpg", name, digest=f"{n:03}-{name}")
        for name in ("a", "b")
        for n in range(40)
    )
    catalog = Catalog(Roots.of(Path("/photos")), classes_of(["a", "b"]), samples)
    drawn = draw_test_set(catalog, 0.2, seed=0, subfolders=True)
    found, _ = with_test_set(catalog, drawn)
    folders = {str(Path(each).parent) for each in kept_ids(found)}
    assert len(folders) == 4
    new = sample_at(f"{min(folders)}/later.jpg", "a", digest="later")
    assert new.id in kept_ids(with_test_set(grown(catalog, new), drawn)[0])


def test_letting_go_gives_the_folders_own_sets_back_and_another_draw_is_another() -> None:
    catalog = catalog_of({"a": 40, "b": 40})
    found, drawn = drawn_from(catalog)
    assert without_test_set(found, catalog.samples) == catalog
    again = draw_test_set(catalog, 0.2, seed=0, draws=drawn.let_go().draws)
    assert set(again.photos) != set(drawn.photos)
    assert again.draws == 2
