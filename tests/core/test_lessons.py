"""Public photos, from a real server with archives of the same layout."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PIL import Image

from tests.core.folder_help import scanned
from tests.zip_help import photo
from workbench.core.errors import ResourceError, Stopped
from workbench.core.jobs import run
from workbench.core.lessons.fetching import fetch_lesson
from workbench.core.lessons.lesson_rows import LESSONS, Lesson, is_here, lesson_folder
from workbench.core.paths import cache_dir, data_dir


def eurosat() -> dict[str, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("2750/", b"")
        for name in ("AnnualCrop", "Forest"):
            for number in range(1, 6):
                archive.writestr(f"2750/{name}/{name}_{number}.jpg", photo(f"{name}{number}"))
    return {"EuroSAT.zip": buffer.getvalue()}


def idx(values: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    head = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return gzip.compress(head + values.tobytes())


def fashion() -> dict[str, bytes]:
    random = np.random.default_rng(3)
    files = {}
    for name, count in (("train", 40), ("t10k", 20)):
        files[f"{name}-images-idx3-ubyte.gz"] = idx(random.integers(0, 255, (count, 28, 28), np.uint8))
        files[f"{name}-labels-idx1-ubyte.gz"] = idx((np.arange(count) % 10).astype(np.uint8))
    return files


def pets() -> dict[str, bytes]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        kinds = ("Abyssinian", "yorkshire_terrier")
        names = [f"images/{kind}_{number}.jpg" for kind in kinds for number in (1, 2, 3)]
        for name in (*names, "images/Abyssinian_100.mat", "../evil_1.jpg", "images/._Abyssinian_9.jpg"):
            info = tarfile.TarInfo(name)
            content = photo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("images/link_1.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return {"images.tar.gz": buffer.getvalue()}


MADE = {"eurosat": eurosat, "fashion_mnist": fashion, "pets": pets}


class Server(ThreadingHTTPServer):
    daemon_threads = False
    files: dict[str, bytes]
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        body = self.server.files.get(name)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.files, made.asked = {}, []
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def served(key: str, server: Server) -> Lesson:
    """A row whose files a server on this computer has, with their checksums."""
    server.files |= MADE[key]()
    lesson = LESSONS.of(key).at(f"http://127.0.0.1:{server.server_port}")
    sums = {name: hashlib.md5(content).hexdigest() for name, content in server.files.items()}
    parts = (replace(part, md5=sums[part.url.rpartition("/")[2]]) for part in lesson.parts)
    return replace(lesson, parts=tuple(parts))


@pytest.mark.parametrize(
    ("key", "counts"),
    [
        ("eurosat", {"AnnualCrop": 5, "Forest": 5}),
        ("pets", {"Abyssinian": 3, "yorkshire terrier": 3}),
    ],
)
def test_published_files_become_class_folders(key: str, counts: dict[str, int], server: Server) -> None:
    lesson = served(key, server)
    assert not is_here(lesson)
    folder = run(fetch_lesson(lesson))
    assert folder == data_dir() / "Lesson photos" / lesson.name
    catalog = scanned(folder)
    assert catalog.counts == counts
    assert catalog.skipped == ()
    asked = list(server.asked)
    assert run(fetch_lesson(lesson)) == folder
    assert server.asked == asked, "they are here"
    assert [path for path in (cache_dir() / "downloads").rglob("*") if path.is_file()] == []


def test_pictures_in_arrays_become_sets_of_class_folders(server: Server) -> None:
    lesson = served("fashion_mnist", server)
    folder = run(fetch_lesson(lesson))
    catalog = scanned(folder)
    assert catalog.subsets == {"training": 40, "test": 20}
    assert len(catalog.classes) == 10
    pixels = np.random.default_rng(3).integers(0, 255, (40, 28, 28), np.uint8)
    with Image.open(folder / "train" / "trouser" / "00011.png") as picture:
        assert np.array_equal(np.asarray(picture), pixels[11])


def test_another_file_than_was_published_is_thrown_away(server: Server) -> None:
    lesson = served("eurosat", server)
    server.files["EuroSAT.zip"] = MADE["eurosat"]()["EuroSAT.zip"][:-30]
    with pytest.raises(ResourceError, match="is not the file that was published"):
        run(fetch_lesson(lesson))
    assert not is_here(lesson)
    assert not list((cache_dir() / "downloads").rglob("*.zip"))


def test_no_server_is_said_in_words(server: Server) -> None:
    lesson = served("pets", server)
    server.files.clear()
    with pytest.raises(ResourceError) as refused:
        run(fetch_lesson(lesson))
    assert refused.value.title.startswith("The photos could not be fetched. The file is no longer there")
    assert "weights" not in str(refused.value)


@pytest.mark.parametrize("key", MADE)
def test_a_stop_leaves_no_folder(key: str, server: Server) -> None:
    lesson = served(key, server)
    for at in (1, 3, 5):
        asked = iter(range(1000))
        with pytest.raises(Stopped):
            run(fetch_lesson(lesson, stop=lambda asked=asked, at=at: next(asked) >= at))  # type: ignore[misc]
        assert not lesson_folder(lesson).exists()
    assert run(fetch_lesson(lesson)).is_dir()


def test_every_row_says_what_it_costs() -> None:
    for lesson in LESSONS:
        assert lesson.sentence.endswith(".")
        assert lesson.licence
        assert lesson.size > 10**6
        assert all(len(part.md5) == 32 for part in lesson.parts)
