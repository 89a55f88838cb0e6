"""Photos that were added are there after restarts, kills and changes of the folder, and for every model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import REPOSITORY
from tests.core.added_help import added_to, classes_of, others_of, put, take
from tests.core.training_help import catalog_of, drive, small_folder, tiny_config
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.added import ADDED, keep_content, tidy
from workbench.core.data.adding import add_photos
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import reclassed
from workbench.core.errors import InputError, ResourceError
from workbench.core.events import Followed
from workbench.core.instant.following import Follower
from workbench.core.learning import resume, train
from workbench.core.messages import Message
from workbench.core.project.projects import Project
from workbench.core.project.runs import PREDICTIONS, SPLIT
from workbench.core.project.split_file import read_split
from workbench.core.project.store import ProjectStore
from workbench.core.results.predictions import PredictionTable


@pytest.fixture
def image_folder(drawn_small: Path, tmp_path: Path) -> Path:
    """Two classes of eight photos each."""
    return small_folder(drawn_small, tmp_path / "photos", 2, 8)


@pytest.fixture
def outside(drawn_small: Path, tmp_path: Path) -> Path:
    return others_of(drawn_small, tmp_path / "elsewhere")


@pytest.fixture
def read(image_folder: Path) -> Catalog:
    return catalog_of(image_folder)


@pytest.fixture
def store(read: Catalog) -> Iterator[ProjectStore]:
    with ProjectStore(Project.of(read.folder, read).folder) as opened:
        opened.begin(read)
        yield opened


def test_they_are_there_when_the_folder_is_read_again_and_the_project_opened_again(
    store: ProjectStore, read: Catalog, outside: Path, image_folder: Path
) -> None:
    first, second = classes_of(read)
    put(store, take(store, *sorted((outside / first).iterdir())), first)
    ids = [sample.id for sample in added_to(store.catalog)]  # type: ignore[arg-type]
    expected = store.edit(Message("edit"), lambda c: reclassed(c, ids[:1], second))
    store.close()
    (image_folder / second / "007.JPG").unlink()
    with ProjectStore(store.folder) as again:
        assert again.catalog == expected
        now = catalog_of(image_folder)
        outside_of = again.outside(now)
        assert (outside_of.new, outside_of.gone, outside_of.changed) == ((), (f"{second}/007.JPG",), ())
        taken = again.begin(now)
        assert added_to(taken) == added_to(expected)
        assert taken.confirmed == expected.confirmed
        assert again.undo().counts == {first: 12, second: 7}
        assert again.undo().counts == {first: 8, second: 7}
        assert again.redo().counts == {first: 12, second: 7}


def test_an_undone_photo_stays_away_and_comes_back_after_a_restart(
    store: ProjectStore, read: Catalog, outside: Path, image_folder: Path
) -> None:
    first = classes_of(read)[0]
    after = put(store, take(store, *sorted((outside / first).iterdir())), first)
    store.undo()
    store.close()
    with ProjectStore(store.folder) as again:
        assert added_to(again.begin(catalog_of(image_folder))) == []
        assert added_to(again.redo()) == added_to(after)


def test_a_copy_that_has_gone_is_told_and_comes_back(
    store: ProjectStore, read: Catalog, outside: Path
) -> None:
    first = classes_of(read)[0]
    after = put(store, take(store, outside / first), first)
    lost = after.roots.locate(added_to(after)[0])
    aside = lost.rename(lost.with_name("aside"))
    assert store.outside(read).gone == (added_to(after)[0].id,)
    assert added_to(store.begin(read)) == added_to(after)[1:]
    aside.rename(lost)
    assert store.outside(read).new == (added_to(after)[0].id,)
    assert sorted(added_to(store.begin(read)), key=lambda s: s.id) == added_to(after)


def test_a_project_is_still_known_by_the_photos_of_its_folder(
    store: ProjectStore, read: Catalog, outside: Path, image_folder: Path, tmp_path: Path
) -> None:
    first = classes_of(read)[0]
    grown = put(store, take(store, outside), first)
    assert Project.of(read.folder, grown).folder == store.folder
    moved = image_folder.rename(tmp_path / "moved")
    assert Project.of(moved, catalog_of(moved)).folder == store.folder


@pytest.mark.e2e
def test_runs_learn_from_them_and_go_on_with_them(
    store: ProjectStore, read: Catalog, outside: Path, ready_backbone: None
) -> None:
    first = classes_of(read)[0]
    grown = put(store, take(store, outside), first)
    ids = {sample.id for sample in added_to(grown)}
    run = store.folder / "runs" / "1"
    run.mkdir(parents=True)
    drive(train(grown, recommended("instant"), run, device="cpu"))
    assert ids <= set(PredictionTable.load(run / PREDICTIONS).samples)
    long = store.folder / "runs" / "2"
    long.mkdir()
    drive(train(grown, tiny_config(epochs=1), long, device="cpu"))
    drive(resume(long, device="cpu"))
    elsewhere = store.folder.rename(store.folder.with_name("moved"))
    drive(resume(elsewhere / "runs" / "2", device="cpu"))
    split = read_split(elsewhere / "runs" / "2" / SPLIT)
    assert ids <= {sample.id for sample in split.samples}
    next((elsewhere / ADDED).iterdir()).write_bytes(b"another photo")
    with pytest.raises(InputError) as error:
        drive(resume(elsewhere / "runs" / "2", device="cpu"))
    assert error.value.message == Message("photos_changed", {"count": 1})


@pytest.mark.e2e
def test_a_model_follows_them_as_if_they_lay_in_the_folder(
    store: ProjectStore,
    read: Catalog,
    outside: Path,
    drawn_small: Path,
    tmp_path: Path,
    ready_backbone: None,
) -> None:
    grown = read
    for name in classes_of(read):
        grown = put(store, take(store, outside / name), name)
    whole = catalog_of(small_folder(drawn_small, tmp_path / "whole", 2, 12))
    assert {s.digest: s.class_id for s in grown.samples} == {s.digest: s.class_id for s in whole.samples}
    loose = {sample.digest for sample in added_to(grown)[::3]}
    answers = []
    for catalog in (grown, whole):
        ids = {sample.id for sample in catalog.samples if sample.digest in loose}
        with Follower(catalog, TrainingConfig(networks="one"), "cpu") as follower:
            drive(follower.follow(catalog))
            found: Followed = drive(follower.follow(reclassed(catalog, ids, None)))[1]
        digests = {sample.id: sample.digest for sample in catalog.samples}
        said = zip(found.samples, np.array(found.classes)[found.said], found.probability, strict=True)
        answers.append({digests[each]: (name, round(float(sure), 3)) for each, name, sure in said})
    assert answers[0].keys() == answers[1].keys()
    alike = [abs(answers[0][each][1] - answers[1][each][1]) < 0.02 for each in answers[0]]
    assert all(alike)
    assert [answers[0][each][0] for each in loose] == [answers[1][each][0] for each in loose]


def test_what_a_killed_process_left_half_written_goes_but_no_photo(tmp_path: Path) -> None:
    folder = tmp_path / "added"
    kept = keep_content(b"content", "a.jpg", folder)
    assert keep_content(b"content", "a.jpg", folder) == kept
    for name in (".0123.part", "reserved.jpg", ".new.part"):
        (folder / name).touch()
    (folder / ".0123.part").write_bytes(b"half")
    for name in (".0123.part", "reserved.jpg"):
        os.utime(folder / name, (0, 0))
    os.utime(kept, (0, 0))
    tidy(folder)
    assert sorted(path.name for path in folder.iterdir()) == [".new.part", "a.jpg"]


_FULL = """
import resource, signal, sys
from pathlib import Path
from workbench.core.data.added import keep_content
from workbench.core.errors import ResourceError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    keep_content(bytes(5000), "a.jpg", Path(sys.argv[1]))
except ResourceError as error:
    print(error.message.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on files")
def test_a_full_disk_is_said_and_nothing_half_written_stays(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path / "added")],
        cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "not_saved.full", done.stderr
    assert list((tmp_path / "added").iterdir()) == []


_KILLED = """
import io, os, random, signal, sys, time
from pathlib import Path
from PIL import Image
from workbench.core.data.added import added_id, folder_of_added, keep_content
from workbench.core.data.adding import add_photos
from workbench.core.data.catalog import Catalog, ImageClass, Roots
from workbench.core.data.edits import added
from workbench.core.files import sha256_of
from workbench.core.jobs import run
from workbench.core.messages import Message
from workbench.core.project.store import ProjectStore

source, project, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
classes = (ImageClass("a", "a"), ImageClass("b", "b"))
with ProjectStore(project) as store:
    store.begin(Catalog(Roots.of(source), classes, ()))

def work(to, seed):
    dice, folder = random.Random(seed), folder_of_added(project)
    store = ProjectStore(project)
    while True:
        photo = source / f"{dice.randrange(10**9)}.png"
        Image.frombytes("RGB", (8, 8), dice.randbytes(192)).save(photo)
        found = run(add_photos(store.catalog, [photo], folder), lambda event: None)
        after = store.edit(Message("edit"), lambda c: added(c, found.samples, "a", folder, found.pictures))
        os.write(to, f"{len(after.samples)} {after.samples[-1].digest}\\n".encode())

known, dice, told = [], random.Random(1), 0
for kill in range(kills):
    from_child, to = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(from_child)
        try:
            work(to, kill)
        finally:
            os._exit(1)
    os.close(to)
    with os.fdopen(from_child) as stream:
        lines = [stream.readline().split() for _ in range(dice.choice([0, 1, 1, 2]))]
        time.sleep(dice.uniform(0, 0.08))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines += [line.split() for line in stream.read().split("\\n")[:-1]]
    known += [digest for _, digest in lines]
    told += len(lines)
    with ProjectStore(project) as store:
        assert not store.restored
        found = {sample.digest: sample for sample in store.catalog.samples}
        assert set(known) <= set(found), f"lost after kill {kill}"
        for digest, sample in found.items():
            assert sha256_of(store.catalog.roots.locate(sample)) == digest
        known = list(found)
print(told)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_nothing_that_was_added_is_lost_in_forty_kills(tmp_path: Path) -> None:
    for name in ("source", "project"):
        (tmp_path / name).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "source"), str(tmp_path / "project"), "40"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20, "photos that were acknowledged before a kill"


def test_edits_of_a_project_from_before_are_read(store: ProjectStore, read: Catalog) -> None:
    """The journal of a version that could add nothing has no such entries."""
    first, second = classes_of(read)
    store.edit(Message("edit"), lambda c: reclassed(c, [read.samples[0].id], second))
    store._run("UPDATE edits SET change = json_remove(change, '$.added', '$.removed', '$.pictured')")
    assert replace(store.undo(), revision=0) == read
    assert store.redo().counts == {first: 7, second: 9}


def test_a_disk_that_refuses_is_said(tmp_path: Path, store: ProjectStore, outside: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("folders are not refused in this way")
    assert store.catalog is not None
    with pytest.raises(ResourceError):
        drive(add_photos(store.catalog, [outside], Path("/proc/nowhere/added")))
