"""A table that is written anew between two openings of its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.folder_help import put
from tests.core.table_help import Pairs, photos_into, read, sample, write
from workbench.core.data.edits import reclassed
from workbench.core.messages import Message
from workbench.core.project.outside import Outside
from workbench.core.project.projects import Project
from workbench.core.project.store import ProjectStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Signs"


@pytest.fixture
def pairs(folder: Path, data_folder: Path) -> Pairs:
    return photos_into(folder, data_folder / "sign_digits")


def test_a_table_that_changed_is_noticed_and_edits_stay(folder: Path, pairs: Pairs) -> None:
    rows = [[*pair, "ward 1"] for pair in pairs]
    write(folder / "labels.csv", [("file", "class", "site"), *rows[:7], [*rows[7][:2], "ward 2"]])
    first = read(folder)
    with ProjectStore(Project.of(folder, first).folder) as store:
        store.begin(first)
        store.edit(Message("done"), lambda catalog: reclassed(catalog, [pairs[0][0]], "1"))
        assert not store.outside(read(folder))
        for row in rows[:3]:
            row[1] = "new"
        rows[6][2] = "ward 2"
        write(folder / "labels.csv", [("file", "class", "site"), *rows[:7], [*rows[7][:2], "ward 2"]])
        now = read(folder)
        outside = store.outside(now)
        assert sorted(outside.retold) == sorted([*(pair[0] for pair in pairs[:3]), pairs[6][0]])
        assert outside == Outside(retold=outside.retold)
        taken = store.begin(now)
        assert taken.counts == {"0": 1, "1": 5, "new": 2}
        assert sample(taken, pairs[0][0]).class_id == "1"
        assert not store.outside(now)
        write(folder / "labels.csv", [("file", "class", "site"), *rows[:7]])
        assert store.outside(read(folder)).retold == (pairs[7][0],)


def test_another_reading_of_the_folder_is_no_change_of_the_table(tmp_path: Path) -> None:
    names = [f"{name}/{n}.png" for name in ("cat", "dog") for n in range(4)]
    put(tmp_path, *names)
    write(tmp_path / "t.csv", [("file", "class"), *((name, f"my {name[:3]}") for name in names)])
    by_folders, by_table = read(tmp_path, "folders"), read(tmp_path, "table")
    with ProjectStore(Project.of(tmp_path, by_folders).folder) as store:
        store.begin(by_folders)
        assert not store.outside(by_table)
        assert store.begin(by_table).counts == {"my cat": 4, "my dog": 4}
