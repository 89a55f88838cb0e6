"""Fair splits: by class, by seed, and never the same photo on both sides."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.catalogs import classes_of, sample_at
from workbench.core.data.catalog import Catalog, Roots, Sample, Split, Subset
from workbench.core.data.split import make_split
from workbench.core.health.checks import examine
from workbench.words.findings import told


def catalog_of(counts: dict[str, int], subset: Subset = "") -> Catalog:
    classes = tuple(sorted(counts))
    samples = [
        sample_at(f"{name}/{number:05}.jpg", name, subset, f"{name}-{number}")
        for name in classes
        for number in range(counts[name])
    ]
    return Catalog(Roots.of(Path("/photos")), classes_of(classes), tuple(samples))


def counts_of(samples: tuple[Sample, ...]) -> dict[str | None, int]:
    return dict(Counter(sample.class_id for sample in samples))


def split_of(catalog: Catalog, fraction: float = 0.2, seed: int = 0) -> Split:
    split = make_split(catalog, validation_fraction=fraction, seed=seed)
    everything = [*split.training, *split.validation, *split.test]
    assert sorted(sample.path for sample in everything) == sorted(sample.path for sample in catalog.samples)
    return split


def test_every_class_gives_its_share() -> None:
    split = split_of(catalog_of({"a": 100, "b": 50, "c": 13}))
    assert counts_of(split.validation) == {"a": 20, "b": 10, "c": 3}
    assert split.test == ()


@pytest.mark.parametrize(("count", "expected"), [(1, 0), (2, 1), (3, 1), (4, 1), (7, 1), (8, 2)])
def test_small_classes(count: int, expected: int) -> None:
    split = split_of(catalog_of({"few": count, "many": 40}))
    assert counts_of(split.validation).get("few", 0) == expected
    assert counts_of(split.training)["few"] == count - expected
    found = examine(catalog_of({"few": count, "many": 40}))
    said = [finding.values["classes"] for finding in found if finding.check == "too_small"]
    assert said == ([["few"]] if expected == 0 else [])


def test_a_large_fraction_leaves_one_to_learn_from() -> None:
    assert counts_of(split_of(catalog_of({"a": 2, "b": 3}), fraction=0.99).training) == {"a": 1, "b": 1}


def test_nothing_to_check_with_is_said() -> None:
    split = split_of(catalog_of({"a": 1, "b": 1}))
    assert split.validation == ()
    assert [finding.values for finding in examine(catalog_of({"a": 1, "b": 1}))] == [{"classes": ["a", "b"]}]


def test_the_split_depends_on_the_seed_and_not_on_the_order() -> None:
    catalog = catalog_of({"a": 60, "b": 60})
    shuffled = list(catalog.samples)
    np.random.default_rng(1).shuffle(shuffled)  # type: ignore[arg-type]
    other = split_of(dataclasses.replace(catalog, samples=tuple(shuffled)))
    assert set(split_of(catalog).validation) == set(other.validation)
    assert set(split_of(catalog, seed=1).validation) != set(other.validation)
    # Written down once: the same on every machine and in every version.
    assert sorted(s.path for s in split_of(catalog_of({"a": 5, "b": 5})).validation) == [
        "a/00002.jpg",
        "b/00004.jpg",
    ]


def test_a_split_changes_little_when_photos_are_added() -> None:
    before = {sample.path for sample in split_of(catalog_of({"a": 200, "b": 200})).validation}
    after = {sample.path for sample in split_of(catalog_of({"a": 210, "b": 200})).validation}
    assert len(before - after) <= 4


def with_digests(catalog: Catalog, digests: dict[str, str]) -> Catalog:
    samples = [dataclasses.replace(s, digest=digests.get(s.path, s.digest)) for s in catalog.samples]
    return dataclasses.replace(catalog, samples=tuple(samples))


@pytest.mark.parametrize("seed", range(8))
def test_copies_stay_on_one_side(seed: int) -> None:
    random = np.random.default_rng(seed)
    catalog = catalog_of({"a": 60, "b": 60})
    copies = {sample.path: f"{sample.path[0]}-{random.integers(25)}" for sample in catalog.samples}
    split = split_of(with_digests(catalog, copies), seed=seed)
    learned = {sample.digest for sample in split.training}
    assert not learned & {sample.digest for sample in split.validation}
    assert all(8 <= count <= 12 for count in counts_of(split.validation).values())


def test_a_class_of_copies_of_one_photo_is_only_learned_from() -> None:
    catalog = catalog_of({"copies": 6, "many": 20})
    catalog = with_digests(catalog, {f"copies/{i:05}.jpg": "same" for i in range(6)})
    assert counts_of(split_of(catalog).validation) == {"many": 4}
    finding = next(each for each in examine(catalog) if each.check == "too_small")
    assert finding.values == {"classes": ["copies"]}
    assert "only learned from: “copies”." in told(finding)


def test_two_photos_with_many_copies_give_one_to_check_with() -> None:
    catalog = catalog_of({"copies": 9, "many": 20})
    split = split_of(with_digests(catalog, {f"copies/{i:05}.jpg": "x" if i < 6 else "y" for i in range(9)}))
    assert counts_of(split.validation)["copies"] == 3


def test_one_photo_in_two_classes_is_only_learned_from_and_said() -> None:
    catalog = with_digests(catalog_of({"a": 20, "b": 20}), {"a/00003.jpg": "same", "b/00007.jpg": "same"})
    for seed in range(10):
        split = split_of(catalog, fraction=0.5, seed=seed)
        assert sum(sample.digest == "same" for sample in split.training) == 2
    (finding,) = examine(catalog)
    assert (finding.check, finding.severity) == ("contradictions", "warning")
    assert finding.samples == ("a/00003.jpg", "b/00007.jpg")
    assert told(finding).startswith("2 files are the same photo in more than one class")


def joined(*catalogs: Catalog) -> Catalog:
    samples = [
        dataclasses.replace(sample, id=path, path=path, digest=f"{sample.subset}{sample.digest}")
        for catalog in catalogs
        for sample in catalog.samples
        for path in [f"{sample.subset}/{sample.path}"]
    ]
    return dataclasses.replace(catalogs[0], samples=tuple(samples))


def test_the_folders_own_sets_are_kept() -> None:
    counts = {"a": 10, "b": 10}
    split = split_of(joined(*(catalog_of(counts, subset) for subset in ("training", "validation", "test"))))
    for name in ("training", "validation", "test"):
        samples: tuple[Sample, ...] = getattr(split, name)
        assert len(samples) == 20
        assert {sample.subset for sample in samples} == {name}


def test_without_a_validation_set_one_is_drawn_from_training() -> None:
    counts = {"a": 10, "b": 10}
    split = split_of(joined(catalog_of(counts, "training"), catalog_of({"a": 4, "b": 4}, "test")))
    assert counts_of(split.validation) == {"a": 2, "b": 2}
    assert {sample.subset for sample in split.validation} == {"training"}
    assert counts_of(split.test) == {"a": 4, "b": 4}


def test_photos_that_leak_between_given_sets_are_counted_and_stay() -> None:
    sets: tuple[Subset, ...] = ("training", "validation", "test")
    catalog = joined(*(catalog_of({"a": 10, "b": 10}, subset) for subset in sets))
    digests = {f"{subset}/a/0000{i}.jpg": f"same {i}" for subset in sets for i in range(3)}
    catalog = with_digests(catalog, digests)
    split = split_of(catalog)
    assert [len(split.training), len(split.validation), len(split.test)] == [20, 20, 20]
    first, second = examine(catalog)
    assert first.samples == tuple(f"validation/a/0000{i}.jpg" for i in range(3))
    assert told(first).startswith("3 of the 20 photos of the validation set")
    assert told(second).startswith("3 of the 20 photos of the test set")
