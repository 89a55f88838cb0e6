"""A project's folder read again: nothing is written where nothing is new, and no edit is lost."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.catalogs import classes_of, sample_at
from tests.core.test_store import DONE, EDITS, PHOTOS, READ, SAMPLES, folder, opened_again, store
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import reclassed
from workbench.core.project.store import FILE, ProjectStore

__all__ = ["folder", "store"]  # fixtures


def rows_of(folder: Path) -> list[tuple[object, ...]]:
    """Everything that the project's file holds."""
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database:
        return [
            row
            for table in ("about", "classes", "samples", "edits")
            for row in database.execute(f"SELECT * FROM {table}")
        ]


def written_while(store: ProjectStore, work: Callable[[], object]) -> int:
    """How many rows are written meanwhile."""
    before = store._database.total_changes
    work()
    return store._database.total_changes - before


def test_a_folder_that_is_as_it_was_is_not_written_down_again(store: ProjectStore, folder: Path) -> None:
    store.edit(DONE, EDITS["left out"])
    edited = store.edit(DONE, lambda catalog: reclassed(catalog, ["dog/1.jpg"], "fox"))
    store.close()
    before = rows_of(folder)
    with ProjectStore(folder) as again:
        assert written_while(again, lambda: again.begin(READ)) == 0
        assert again.catalog == edited
        assert not again.outside(READ)
        assert written_while(again, lambda: again.begin(READ)) == 0, "nor when it is read again"
        assert again.catalog == edited
    assert rows_of(folder) == before


@pytest.mark.parametrize(
    "now",
    [
        replace(READ, system_files=4),
        replace(READ, samples=SAMPLES[1:]),
        replace(READ, samples=(*SAMPLES[:-1], replace(SAMPLES[-1], digest="f" * 64))),
        replace(READ, samples=tuple(reversed(SAMPLES))),
        replace(
            READ, classes=classes_of([*PHOTOS, "owl"]), samples=(*SAMPLES, sample_at("owl/0.jpg", "owl"))
        ),
    ],
    ids=["about", "gone", "changed", "order", "class"],
)
def test_a_folder_that_has_changed_is_written_down(store: ProjectStore, folder: Path, now: Catalog) -> None:
    assert written_while(store, lambda: store.begin(now)) > 0
    assert store.catalog == now
    assert opened_again(store, folder) == now


def test_edits_after_a_look_at_the_folder_are_not_lost(store: ProjectStore, folder: Path) -> None:
    assert not store.outside(READ)
    edited = store.edit(DONE, EDITS["left out"])
    assert store.begin(READ) == edited
    store.outside(READ)
    undone = store.undo()
    assert store.begin(READ) == replace(undone, revision=0) == READ
    assert opened_again(store, folder) == READ


def test_many_photos_put_into_a_class_at_once_are_one_edit(store: ProjectStore) -> None:
    names = [sample.id for sample in SAMPLES]
    before = store.catalog
    edited = store.edit(DONE, lambda catalog: reclassed(catalog, names, "fox"))
    assert edited.counts == {"cat": 0, "dog": 0, "fox": len(SAMPLES)}
    assert before is not None
    assert store._database.execute("SELECT count(*) FROM edits").fetchone() == (1,)
    assert replace(store.undo(), revision=0) == before
    assert store.can_undo is None
