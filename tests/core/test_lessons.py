"""Public photos, from a real server with archives of the same layout."""

from __future__ import annotations

import hashlib
import inspect
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.core.folder_help import scanned
from tests.core.lesson_files import MADE, records, tarred
from tests.zip_help import photo
from workbench.core.data.split import make_split
from workbench.core.errors import ResourceError, Stopped
from workbench.core.jobs import run
from workbench.core.lessons.class_names import FLOWERS, SIGNS, THINGS
from workbench.core.lessons.fetching import fetch_lesson
from workbench.core.lessons.lesson_rows import LESSONS, Lesson, is_here, lesson_folder
from workbench.core.paths import cache_dir, data_dir


class Server(ThreadingHTTPServer):
    daemon_threads = False
    files: dict[str, bytes]
    asked: list[str]
    ranges: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        body = self.server.files.get(name)
        begin = 0
        if wanted := self.headers["Range"]:
            self.server.ranges.append(wanted)
            begin = int(wanted.removeprefix("bytes=").rstrip("-"))
        self.send_response(404 if body is None else 206 if begin else 200)
        if body is not None and begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
            body = body[begin:]
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.files, made.asked, made.ranges = {}, [], []
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def served(key: str, server: Server) -> Lesson:
    """A row whose files a server on this computer has, with their checksums."""
    server.files |= MADE[key]()
    return published(key, server)


def published(key: str, server: Server) -> Lesson:
    """A row with the checksums of the files that the server has."""
    lesson = LESSONS.of(key).at(f"http://127.0.0.1:{server.server_port}")
    sums = {name: hashlib.md5(content).hexdigest() for name, content in server.files.items()}
    parts = (replace(part, md5=sums[part.url.rpartition("/")[2]]) for part in lesson.parts)
    return replace(lesson, parts=tuple(parts))


def test_every_row_has_files_here() -> None:
    assert set(MADE) == {lesson.key for lesson in LESSONS}
    for lesson in LESSONS:
        assert set(MADE[lesson.key]()) == {part.url.rpartition("/")[2] for part in lesson.parts}


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


def test_pictures_of_bytes_become_colour_photos(server: Server) -> None:
    folder = run(fetch_lesson(served("cifar10", server)))
    catalog = scanned(folder)
    assert catalog.subsets == {"training": 40, "test": 20}
    assert catalog.class_names == tuple(sorted(THINGS))
    with Image.open(folder / "train" / "automobile" / "00011.png") as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (32, 32, 3)
    assert [pixels[0, 1, channel] for channel in range(3)] == records(40, 1)[11, [2, 1026, 2050]].tolist()


def test_no_more_than_600_pictures_of_a_class_are_written(server: Server) -> None:
    many = records(620, 1)
    many[:, 0] = 3
    made = {"a/data_batch_1.bin": many.tobytes(), "a/test_batch.bin": many.tobytes()}
    server.files["cifar-10-binary.tar.gz"] = tarred(**made)
    folder = run(fetch_lesson(published("cifar10", server)))
    assert len(list((folder / "train" / "cat").iterdir())) == 600
    assert len(list((folder / "test" / "cat").iterdir())) == 100


def test_flowers_come_in_their_published_sets(server: Server) -> None:
    folder = run(fetch_lesson(served("flowers", server)))
    catalog = scanned(folder)
    assert catalog.subsets == {"training": 3, "validation": 3, "test": 6}
    assert catalog.counts == {"passion flower": 4, "pink primrose": 4, "pink-yellow dahlia": 4}
    assert (folder / "validation" / "passion flower" / "image_00002.jpg").read_bytes() == photo(2)
    assert not list(folder.parent.rglob("*00013*"))


def test_frames_of_one_sign_stay_on_one_side(server: Server) -> None:
    folder = run(fetch_lesson(served("gtsrb", server)))
    catalog = scanned(folder)
    assert catalog.subsets == {"training": 24, "test": 6}
    assert catalog.counts == {"speed limit 20": 15, "stop": 15}
    split = make_split(catalog, validation_fraction=0.25, seed=1)
    assert len(split.validation) == 6
    sides = [
        {sample.path.partition("_")[0] for sample in side} for side in (split.training, split.validation)
    ]
    assert sides[0].isdisjoint(sides[1])


def test_every_class_has_a_name_that_a_folder_can_have() -> None:
    for lesson, names in (("cifar10", THINGS), ("flowers", FLOWERS), ("gtsrb", SIGNS)):
        assert len(set(names)) == len(names) == LESSONS.of(lesson).classes
        assert all(name == name.strip(" .") and not set(name) & set('<>:"/\\|?*') for name in names)


def test_the_checksums_are_those_of_torchvision() -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    files = [(url.rpartition("/")[2], md5) for url, md5 in datasets.OxfordIIITPet._RESOURCES]
    files += [*datasets.Flowers102._file_dict.values(), *datasets.FashionMNIST.resources]
    places = [url for url, _ in datasets.OxfordIIITPet._RESOURCES]
    places += [datasets.Flowers102._download_url_prefix, *datasets.FashionMNIST.mirrors]
    written = "".join(inspect.getsource(each.download) for each in (datasets.EuroSAT, datasets.GTSRB))
    compared = 0
    for part in (part for lesson in LESSONS for part in lesson.parts):
        name = part.url.rpartition("/")[2]
        if any(name == each for each, _ in files):
            assert (name, part.md5) in files
            assert any(part.url.startswith(place) for place in places)
            compared += 1
        elif name in written:
            assert part.md5 in written
            assert part.url in written or part.url.removesuffix(name) in written
            compared += 1
    assert compared == 12, "all but CIFAR-10, which torchvision fetches as a pickle"


@pytest.mark.parametrize("key", MADE)
def test_a_damaged_file_is_refused_in_words(key: str, server: Server) -> None:
    """It has the checksum, as if it had been published so: what reads it must not rely on that."""
    damages: tuple[Callable[[bytes], bytes], ...] = (
        lambda content: content[: len(content) // 2],
        lambda content: content[:20],
        lambda content: content[: len(content) // 3] + bytes(40) + content[len(content) // 3 + 40 :],
        lambda _content: b"another file altogether" * 10,
        lambda content: bytes(len(content)),
    )
    for name in MADE[key]():
        for damage in damages:
            server.files |= MADE[key]()
            server.files[name] = damage(server.files[name])
            lesson = published(key, server)
            try:
                run(fetch_lesson(lesson))
            except ResourceError as refused:
                assert refused.title.endswith("is not the file that was published."), refused.details  # noqa: PT017
                assert not is_here(lesson)
            else:  # photos in it may be damaged: reading the folder says which
                shutil.rmtree(lesson_folder(lesson))


def test_a_file_that_broke_off_is_fetched_on(server: Server) -> None:
    lesson = served("cifar10", server)
    whole = server.files["cifar-10-binary.tar.gz"]
    place = cache_dir() / "downloads" / "cifar10"
    place.mkdir(parents=True)
    (place / "cifar-10-binary.tar.gz.part").write_bytes(whole[:1000])
    assert run(fetch_lesson(lesson)).is_dir()
    assert server.ranges == ["bytes=1000-"]


def test_a_server_that_nobody_reaches_is_said_in_words(server: Server) -> None:
    lesson = served("flowers", server)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = lesson.at(f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(ResourceError) as refused:
            run(fetch_lesson(away))
    assert refused.value.title == ("The photos could not be fetched. This computer cannot reach “127.0.0.1”.")
    assert "what has arrived is kept" in refused.value.hint


def test_a_disk_without_room_is_refused_before_the_first_byte(server: Server) -> None:
    lesson = replace(served("gtsrb", server), size=10**18)
    with pytest.raises(ResourceError, match="too little room for these photos"):
        run(fetch_lesson(lesson))
    assert server.asked == []


@pytest.mark.parametrize("key", ["cifar10", "flowers", "gtsrb"])
def test_a_disk_that_fills_meanwhile_is_said_in_words(
    key: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    lesson = replace(served(key, server), size=1)
    largest = max(len(server.files[part.url.rpartition("/")[2]]) for part in lesson.parts)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, before[1]))
    try:
        with pytest.raises(ResourceError) as refused:
            run(fetch_lesson(lesson))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    assert refused.value.message.reason in ("disk_full", "not_saved")
    assert not is_here(lesson)
    assert run(fetch_lesson(lesson)).is_dir()


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
