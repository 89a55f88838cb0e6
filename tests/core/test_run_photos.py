"""The photos behind a run's matrix, and what edits have changed about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.catalogs import classes_of, sample_at
from workbench.core.data.catalog import Catalog, Roots, Split
from workbench.core.data.edits import merged, reclassed, renamed, without
from workbench.core.events import Followed
from workbench.core.project.run_photos import MISTAKES, Cell, RunPhotos, Since, since
from workbench.core.project.runs import SPLIT, RunSummary
from workbench.core.project.split_file import write_split
from workbench.core.results.comparison import Comparison
from workbench.core.results.metrics import confusion_of
from workbench.core.results.predictions import UNCHECKED, PredictionTable

NAMES = ("ants", "bees", "crabs")
SAMPLES = tuple(f"{name}/{number}" for name in NAMES for number in range(4))
TRUE = np.repeat(np.arange(3), 4)
SAID = np.array([0, 1, 1, 0, 1, 1, 1, 1, 2, 0, 2, 2])
SURE = np.array([0.9, 0.6, 0.8, 0.7, 0.9, 0.5, 0.95, 0.6, 0.9, 0.99, 0.4, 0.8])


def table(model: str = "instant", worth: np.ndarray | None = None) -> PredictionTable:
    probabilities = np.repeat((1 - SURE)[:, None] / 2, 3, axis=1)
    probabilities[np.arange(12), SAID] = SURE
    folds = np.zeros(12, np.int64)
    return PredictionTable.of(
        NAMES, SAMPLES, TRUE, probabilities, subset="training", model=model, folds=folds, worth=worth
    )


@pytest.fixture
def catalog() -> Catalog:
    samples = tuple(sample_at(each, each.partition("/")[0]) for each in SAMPLES)
    return Catalog(Roots.of(Path("/photos")), classes_of(NAMES), samples)


@pytest.fixture
def run(tmp_path: Path, catalog: Catalog) -> RunSummary:
    split = Split(catalog.roots, catalog.classes, catalog.samples, (), ())
    write_split(tmp_path / SPLIT, split)
    return RunSummary(tmp_path, Path("/photos"), {"mode": "instant"}, "finished")


def followed(catalog: Catalog, **answers: str) -> Followed:
    """What a model says that follows: as the run, but for some photos, whose `/` is written `_`."""
    ids = [each.id for each in catalog.samples if each.class_id is not None]
    said = {sample: NAMES[number] for sample, number in zip(SAMPLES, SAID, strict=True)}
    said |= {key.replace("_", "/"): name for key, name in answers.items()}
    numbers = np.array([NAMES.index(said[each]) for each in ids], np.int32)
    half = np.full(len(ids), 0.5, np.float32)
    return Followed("/photos", catalog.revision, None, NAMES, tuple(ids), numbers, half, half)


def fixed_and_broken(found: Since) -> tuple[int, int]:
    return found.comparison.put_right, found.comparison.spoiled


def ids(photos: RunPhotos, cell: Cell) -> list[str]:
    return [photos.samples[row] for row in photos.rows(cell).tolist()]


def test_each_cell_row_and_column_has_the_photos_that_the_matrix_counts(run: RunSummary) -> None:
    worth = np.zeros(12, np.int8)
    worth[3] = UNCHECKED
    judged = table(worth=worth)
    photos, matrix = RunPhotos.of(run, judged), confusion_of(judged)
    for true in range(3):
        assert len(photos.rows(Cell(true, -1))) == matrix[true].sum()
        assert len(photos.rows(Cell(-1, true))) == matrix[:, true].sum()
        for predicted in range(3):
            assert len(photos.rows(Cell(true, predicted))) == matrix[true, predicted]
    assert "ants/3" not in photos.samples


def test_the_most_probable_mistake_comes_first(run: RunSummary) -> None:
    photos = RunPhotos.of(run, table())
    assert ids(photos, MISTAKES) == ["crabs/1", "ants/2", "ants/1"]
    assert ids(photos, Cell(0, -1)) == ["ants/2", "ants/1", "ants/3", "ants/0"]
    assert photos.answer(9) == ("crabs", "ants", pytest.approx(0.99))


def test_photos_that_have_gone_or_changed_are_not_there(run: RunSummary, catalog: Catalog) -> None:
    photos = RunPhotos.of(run, table())
    changed = replace(catalog.samples[1], digest="another")
    now = replace(catalog, samples=(changed, *catalog.samples[2:]))
    assert set(photos.still_here(now)) == set(SAMPLES[2:])
    out = without(catalog, ["ants/2"])
    assert set(photos.still_here(out)) == set(SAMPLES), "what is left out can be brought back"
    assert since(photos, now, followed(now)).uncounted == 2


def test_what_edits_fixed_and_broke_is_counted_on_the_same_photos(run: RunSummary, catalog: Catalog) -> None:
    photos = RunPhotos.of(run, table())
    nothing = since(photos, catalog, followed(catalog))
    assert nothing == Since(Comparison.of_counts(0, 0, 12), 0, 0, 0, True)
    now = reclassed(catalog, ["ants/1", "ants/2"], "bees")
    found = since(photos, now, followed(now))
    assert fixed_and_broken(found) == (2, 0)
    assert (found.by_class, found.edited, found.uncounted) == (2, 2, 0)
    learned = since(photos, now, followed(now, crabs_1="crabs", bees_0="ants"))
    assert fixed_and_broken(learned) == (3, 1)
    assert learned.by_class == 2, "crabs/1 has another answer"
    wrong = reclassed(catalog, ["bees/0"], "crabs")
    assert fixed_and_broken(since(photos, wrong, followed(wrong))) == (0, 1)
    out = without(catalog, ["ants/1"])
    left = since(photos, out, followed(out))
    assert (fixed_and_broken(left), left.comparison.samples, left.uncounted) == ((0, 0), 11, 1)


def test_copies_count_as_one(run: RunSummary, catalog: Catalog) -> None:
    groups = np.arange(12)
    groups[2] = groups[1]
    photos = RunPhotos.of(run, replace(table(), groups=groups))
    now = reclassed(catalog, ["ants/1", "ants/2"], "bees")
    found = since(photos, now, followed(now))
    assert (fixed_and_broken(found), found.by_class, found.comparison.samples) == ((1, 0), 1, 11)


def test_a_photo_whose_class_no_other_model_knows_is_not_counted(run: RunSummary, catalog: Catalog) -> None:
    own = np.full(12, 0.5, np.float32)
    own[5] = np.nan
    found = since(RunPhotos.of(run, table()), catalog, replace(followed(catalog), own=own))
    assert (found.comparison.samples, found.uncounted) == (11, 1)


def test_the_answers_of_another_kind_of_model_stay_what_they_were(run: RunSummary, catalog: Catalog) -> None:
    photos = RunPhotos.of(run, table("transfer"))
    now = reclassed(catalog, ["ants/1", "ants/2"], "bees")
    found = since(photos, now, followed(now, crabs_1="crabs"))
    assert (fixed_and_broken(found), found.by_model) == ((2, 0), False)


def test_a_class_that_was_renamed_is_the_same_one_and_a_merged_one_is_the_other(
    run: RunSummary, catalog: Catalog
) -> None:
    photos = RunPhotos.of(run, table("transfer"))
    assert since(photos, renamed(catalog, "ants", "Ameisen"), None).edited == 0
    one = merged(catalog, ["ants"], "bees")
    found = since(photos, one, None)
    assert fixed_and_broken(found) == (2, 0), "what was taken for bees is right now"
    assert found.uncounted == 3, "who was taken for ants has no answer any more"


def test_the_folders_own_test_photos_are_compared_too(run: RunSummary, catalog: Catalog) -> None:
    found = followed(catalog)
    training = replace(
        found, samples=found.samples[:8], said=found.said[:8], probability=found.probability[:8],
        own=found.own[:8], tested=dict.fromkeys(SAMPLES[8:], 2),
    )  # fmt: skip
    assert fixed_and_broken(since(RunPhotos.of(run, table()), catalog, training)) == (1, 0)
