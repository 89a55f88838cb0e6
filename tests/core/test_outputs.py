"""Where results may be written: nothing that a person has is replaced."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.core.folder_help import put, state_of
from workbench.core.errors import InputError, ResourceError, WorkbenchError
from workbench.core.files import atomic_write, is_stream, sha256_of
from workbench.core.outputs import (
    MODEL_FILE,
    ONNX_FILE,
    PREDICTION_FILE,
    TABLE,
    OutputKind,
    check_output,
    new_run_folder,
)
from workbench.core.project.runs import write_asked
from workbench.core.results.predictions import PredictionTable

OUR_TABLE = "\ufeffpath,class,probability,cats,error\r\na.jpg,cats,0.9,0.9,\r\n"
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def predictions(path: Path) -> Path:
    PredictionTable.of(("a", "b"), ["x"], np.array([0]), np.array([[0.5, 0.5]])).save(path)
    return path


def refusal(path: Path, kind: OutputKind, *inputs: Path) -> str:
    """The code of the refusal; nothing was touched by it."""
    before = state_of(path.parent) if path.parent.is_dir() else {}
    with pytest.raises(WorkbenchError) as raised:
        check_output(path, kind, inputs)
    assert before == (state_of(path.parent) if path.parent.is_dir() else {})
    return raised.value.message.code


@pytest.mark.parametrize("kind", [TABLE, PREDICTION_FILE, MODEL_FILE, ONNX_FILE])
def test_no_photo_is_overwritten_whatever_it_is_called(kind: OutputKind, tmp_path: Path) -> None:
    put(tmp_path, "a.png")
    photo = tmp_path / f"a{kind.suffixes[0]}"
    (tmp_path / "a.png").rename(photo)
    assert refusal(photo, kind) == "output_is_photo"
    assert refusal(photo, kind, photo) == "output_is_input"
    link = tmp_path / f"link{kind.suffixes[0]}"
    link.symlink_to(photo)
    assert refusal(link, kind) == "output_is_photo"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.jpg", TABLE), ("a.CHECKPOINT", TABLE), ("b.onnx", MODEL_FILE), ("c.TIFF", PREDICTION_FILE)],
)
def test_a_name_of_another_kind_is_a_slip_also_where_nothing_is_there(
    name: str, kind: OutputKind, tmp_path: Path
) -> None:
    assert refusal(tmp_path / name, kind) == "output_other_name"


@pytest.mark.parametrize(
    "content",
    [
        b"name;count\ncats;3\n",
        b"path,species\n",
        b"path,class,probability,cats,error,is it right?\r\n",
        b"Dear diary",
        b"PK\x03\x04",
        bytes(40),
        b"\xff\xfep\0a\0",
    ],
)
def test_a_file_that_something_else_made_is_not_overwritten(content: bytes, tmp_path: Path) -> None:
    for name, kind in (("a.csv", TABLE), ("a.npz", PREDICTION_FILE), ("a.txt", TABLE)):
        (tmp_path / name).write_bytes(content)
        assert refusal(tmp_path / name, kind) == "output_taken"


def test_a_persons_own_arrays_are_not_overwritten(tmp_path: Path) -> None:
    np.savez(tmp_path / "features.npz", features=np.eye(3), classes=np.arange(3))
    assert refusal(tmp_path / "features.npz", PREDICTION_FILE) == "output_taken"


def test_what_the_program_wrote_may_be_written_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(OUR_TABLE, encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "tmp.Xy12").touch()  # as `mktemp` makes it
    for name in ("a.csv", "empty.csv", "tmp.Xy12", "new.csv", "new"):
        check_output(tmp_path / name, TABLE)
    check_output(predictions(tmp_path / "p.npz"), PREDICTION_FILE)


def test_a_model_is_only_overwritten_by_itself(tmp_path: Path) -> None:
    model, other = tmp_path / "model.checkpoint", tmp_path / "other.checkpoint"
    model.write_bytes(b"PK a model")
    other.write_bytes(b"PK another")
    assert refusal(other, MODEL_FILE, model) == "output_taken"
    assert refusal(model, MODEL_FILE, model) == "output_is_input"
    other.write_bytes(model.read_bytes())
    check_output(other, MODEL_FILE, [model], same_as=sha256_of(model))


def test_a_hard_link_to_an_input_is_that_input(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(OUR_TABLE)
    os.link(tmp_path / "list.csv", tmp_path / "twin.csv")
    assert refusal(tmp_path / "twin.csv", TABLE, tmp_path / "list.csv") == "output_is_input"
    spelled = tmp_path / "deep" / ".." / "list.csv"
    (tmp_path / "deep").mkdir()
    assert refusal(spelled, TABLE, tmp_path / "list.csv") == "output_is_input"


def test_files_of_a_run_are_not_overwritten(tmp_path: Path) -> None:
    write_asked(tmp_path, Path("/photos"), {})
    assert refusal(tmp_path / "predictions.npz", PREDICTION_FILE) == "output_in_run"
    assert refusal(predictions(tmp_path / "predictions.npz"), PREDICTION_FILE) == "output_in_run"
    assert refusal(tmp_path / "resume.checkpoint", MODEL_FILE) == "output_in_run"
    check_output(tmp_path / "answers.csv", TABLE)


def test_a_place_where_nothing_can_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    assert refusal(tmp_path / "folder", TABLE) == "output_is_folder"
    assert refusal(tmp_path / "no" / "a.csv", TABLE) == "not_saved.no_folder"
    assert refusal(tmp_path / "file" / "a.csv", TABLE) == "not_saved.no_folder"
    assert refusal(tmp_path / ("x" * 300), TABLE) == "not_saved"
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert refusal(tmp_path / "loop.csv", TABLE) == "not_saved"


@POSIX
def test_a_disk_is_not_written_to(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "disk", stat.S_IFBLK | 0o600, os.makedev(259, 1))
    except PermissionError:
        pytest.skip("only root may make a device")
    assert not is_stream(tmp_path / "disk")
    assert refusal(tmp_path / "disk", TABLE) == "output_no_file"


@POSIX
def test_a_write_protected_table_stays(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(OUR_TABLE)
    table.chmod(0o444)
    assert refusal(table, TABLE) == "output_protected"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own files are Linux's")
def test_a_folder_of_the_system_that_takes_no_files_is_said(tmp_path: Path) -> None:
    with pytest.raises(ResourceError):
        check_output(Path("/sys/a.csv"), TABLE)


@POSIX
def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_output(pipe, TABLE)
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    with atomic_write(pipe) as file:
        file.write(b"answers")
    reader.join()
    assert heard == [b"answers"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@POSIX
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "a.csv"
    link.symlink_to(tmp_path / "there" / "a.csv")
    for content in (b"new", b"newer"):
        with atomic_write(link) as file:
            file.write(content)
        assert link.is_symlink()
        assert (tmp_path / "there" / "a.csv").read_bytes() == content


@POSIX
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_that_the_umask_leaves(mask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        with atomic_write(tmp_path / "a") as file:
            file.write(b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


@POSIX
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "a").chmod(0o640)
    with atomic_write(tmp_path / "a") as file:
        file.write(b"2")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_name_of_the_longest_that_there_is_can_be_written(tmp_path: Path) -> None:
    with atomic_write(tmp_path / ("n" * 251 + ".csv")) as file:
        file.write(b"1")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"1"]


# A run's folder


def photos(folder: Path) -> Path:
    put(folder, "cats/a.png", "dogs/b.png")
    return folder


@pytest.mark.parametrize("place", ["", "cats", "new/run", "cats/../cats/run"])
def test_a_run_is_not_written_among_photos(place: str, tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    before = state_of(folder)
    for one, other in ((folder, folder), (link, folder), (folder, link)):
        with pytest.raises(InputError, match="among your photos"), new_run_folder(one / place, other):
            pass
    assert state_of(folder) == before


def test_a_folder_that_holds_something_is_not_a_runs(tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "thesis.txt").touch()
    with pytest.raises(InputError, match="already"), new_run_folder(tmp_path / "used", None):
        pass
    for place in (tmp_path / "used" / "thesis.txt", tmp_path / "used" / "thesis.txt" / "run"):
        with pytest.raises(InputError, match="cannot be used as a folder"), new_run_folder(place, None):
            pass


def test_folders_that_came_to_nothing_go_again_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for place in (tmp_path / "a" / "b" / "run", tmp_path / "mine"):
        with new_run_folder(place, None) as run:
            assert run.is_dir()
    with new_run_folder(tmp_path / "c" / "run", None) as run:
        (run / "run.json").touch()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["c", "mine", "run", "run.json"]


def test_an_image_is_told_by_its_content_not_by_pillow(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "photo", "WEBP")
    assert refusal(tmp_path / "photo", TABLE) == "output_is_photo"
