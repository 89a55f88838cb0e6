"""Downloads from a real local server that misbehaves in every way that was thought of (row M13)."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from workbench.core.errors import ResourceError, Stopped
from workbench.core.events import Progress
from workbench.core.weights import stored
from workbench.core.weights.download import download

PAYLOAD = random.Random(7).randbytes(600_000)
SHA256 = hashlib.sha256(PAYLOAD).hexdigest()
HALF = len(PAYLOAD) // 2
PORTAL = b"<!DOCTYPE html><html><body>Please sign in to Hotel WiFi</body></html>" * 100


class BadServer(ThreadingHTTPServer):
    """Answers each request with the next behaviour of its script; the last one stays."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Callable[[Handler], None]] = [good]
        self.ranges: list[str | None] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/weights.bin"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of these tests."""


class Handler(BaseHTTPRequestHandler):
    server: BadServer

    def do_GET(self) -> None:
        script = self.server.script
        self.server.ranges.append(self.headers.get("Range"))
        (script.pop(0) if len(script) > 1 else script[0])(self)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps the test's output clean."""

    def answer(self, body: bytes, status: int = 200, length: int | None = -1, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    @property
    def offset(self) -> int:
        return int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))


def good(to: Handler) -> None:
    if not to.offset:
        return to.answer(PAYLOAD)
    span = f"bytes {to.offset}-{len(PAYLOAD) - 1}/{len(PAYLOAD)}"
    return to.answer(PAYLOAD[to.offset :], 206, Content_Range=span)


def breaks_off(to: Handler) -> None:
    to.answer(PAYLOAD[:HALF], length=len(PAYLOAD))


def resets(to: Handler) -> None:
    to.answer(PAYLOAD[:HALF], length=len(PAYLOAD))
    to.wfile.flush()
    to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    to.connection.close()


def hangs_up(to: Handler) -> None:
    to.connection.shutdown(socket.SHUT_RDWR)


def drips_then_stalls(to: Handler) -> None:
    to.answer(b"", length=len(PAYLOAD))
    for position in range(5):
        to.wfile.write(PAYLOAD[position : position + 1])
        to.wfile.flush()
    to.server.closing.wait(30)


def says_nothing(to: Handler) -> None:
    to.server.closing.wait(30)


def ignores_range(to: Handler) -> None:
    to.answer(PAYLOAD)


def other_range(to: Handler) -> None:
    to.answer(PAYLOAD[10:], 206, Content_Range=f"bytes 10-{len(PAYLOAD) - 1}/{len(PAYLOAD)}")


def wrong_bytes(to: Handler) -> None:
    to.answer(PAYLOAD[:-1] + bytes([PAYLOAD[-1] ^ 1]))


def without_length(to: Handler) -> None:
    to.answer(PAYLOAD, length=None)


def too_long(to: Handler) -> None:
    to.answer(PAYLOAD + b"more")


def empty(to: Handler) -> None:
    to.answer(b"")


def portal(to: Handler) -> None:
    to.answer(PORTAL, Content_Type="text/html; charset=utf-8")


def portal_in_disguise(to: Handler) -> None:
    to.answer(PORTAL, Content_Type="application/octet-stream")


def compressed(to: Handler) -> None:
    to.answer(gzip.compress(PAYLOAD), Content_Encoding="gzip")


def status(code: int, **headers: str) -> Callable[[Handler], None]:
    return lambda to: to.answer(b"no", code, **headers)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BadServer]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with BadServer() as bad:
        thread = threading.Thread(target=bad.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield bad
        bad.closing.set()
        bad.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "weights" / "weights.bin"


def part_of(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def fetch(
    server: BadServer, target: Path, *script: Callable[[Handler], None], **changes: Any
) -> list[Progress]:
    server.script = list(script) or server.script
    settings: dict[str, Any] = {"sha256": SHA256, "size": len(PAYLOAD), "timeout": 0.5, "pauses": (0.0, 0.0)}
    return list(download(server.url, target, **{**settings, **changes}))


def assert_whole(target: Path) -> None:
    assert target.read_bytes() == PAYLOAD
    assert not part_of(target).exists()
    assert json.loads(target.with_name(target.name + ".json").read_text())["sha256"] == SHA256
    assert stored.is_intact(target)


def test_a_good_server_gives_the_file_and_its_progress(server: BadServer, target: Path) -> None:
    events = fetch(server, target, good)
    assert_whole(target)
    assert events[-1].done == events[-1].total == len(PAYLOAD)
    assert {event.phase for event in events} == {"download"}


@pytest.mark.parametrize(
    "known", [{"size": None}, {"sha256": None, "sha256_prefix": SHA256[:8], "size": None}]
)
def test_a_hash_or_its_start_is_enough(server: BadServer, target: Path, known: dict[str, Any]) -> None:
    fetch(server, target, without_length, **known)
    assert_whole(target)


@pytest.mark.parametrize("trouble", [breaks_off, resets])
def test_a_transfer_that_breaks_off_goes_on_where_it_stopped(
    server: BadServer, target: Path, trouble: Callable[[Handler], None]
) -> None:
    fetch(server, target, trouble, good)
    assert_whole(target)
    assert server.ranges[0] is None
    # A reset may throw away what the receiver has not read yet.
    assert len(server.ranges) == 2
    assert trouble is resets or server.ranges[1] == f"bytes={HALF}-"


@pytest.mark.parametrize(
    "trouble", [hangs_up, drips_then_stalls, status(500), status(503), status(429), empty]
)
def test_trouble_that_passes_is_waited_out(
    server: BadServer, target: Path, trouble: Callable[[Handler], None]
) -> None:
    known = {"size": None} if trouble is empty else {}
    fetch(server, target, trouble, good, **known)
    assert_whole(target)


@pytest.mark.parametrize("answer", [ignores_range, other_range, status(416)])
def test_a_server_that_cannot_resume_starts_over(
    server: BadServer, target: Path, answer: Callable[[Handler], None]
) -> None:
    fetch(server, target, breaks_off, answer, good)
    assert_whole(target)


def test_a_beginning_that_belongs_to_another_file_is_thrown_away(server: BadServer, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(b"x" * HALF)
    fetch(server, target, good)
    assert_whole(target)
    assert server.ranges == [f"bytes={HALF}-", None]


@pytest.mark.parametrize("excess", [b"", b"too much"])
def test_a_part_that_is_whole_or_too_long_already(server: BadServer, target: Path, excess: bytes) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(PAYLOAD + excess)
    fetch(server, target, good)
    assert_whole(target)
    assert len(server.ranges) == bool(excess)


def test_redirects_are_followed(server: BadServer, target: Path) -> None:
    fetch(server, target, status(302, Location="/elsewhere"), status(307, Location=server.url), good)
    assert_whole(target)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (status(503), "problem of its own"),
        (wrong_bytes, "not the one that was published"),
        (too_long, "bytes where"),
        (status(404), "no longer there"),
        (status(410), "no longer there"),
        (status(403), "refuses"),
        (portal, "web page"),
        (portal_in_disguise, "web page"),
        (compressed, "changes the file"),
        (says_nothing, "does not answer"),
    ],
)
def test_a_failure_says_what_is_wrong_and_leaves_no_file(
    server: BadServer, target: Path, answer: Callable[[Handler], None], words: str
) -> None:
    target.parent.mkdir()
    target.write_bytes(b"what was here before")
    with pytest.raises(ResourceError) as failure:
        fetch(server, target, answer)
    assert words in failure.value.title
    assert failure.value.hint.endswith(".")
    assert target.read_bytes() == b"what was here before"
    assert not part_of(target).exists()


def test_what_arrived_before_trouble_that_stays_is_kept(server: BadServer, target: Path) -> None:
    with pytest.raises(ResourceError, match="problem of its own"):
        fetch(server, target, breaks_off, status(503))
    assert part_of(target).read_bytes() == PAYLOAD[:HALF]
    assert not target.exists()


def test_a_redirect_loop_ends(server: BadServer, target: Path) -> None:
    with pytest.raises(ResourceError, match="round in circles"):
        fetch(server, target, status(302, Location=server.url))


def test_an_empty_file_is_no_file(server: BadServer, target: Path) -> None:
    with pytest.raises(ResourceError, match="broke off"):
        fetch(server, target, empty, size=None)


def test_nobody_listens(target: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/weights.bin"
        with pytest.raises(ResourceError, match="cannot reach"):
            list(download(url, target, sha256=SHA256))


def test_a_name_that_does_not_exist(target: Path) -> None:
    with pytest.raises(ResourceError, match="cannot reach"):
        list(download("http://weights.invalid/w.bin", target, sha256=SHA256))


def test_a_connection_that_cannot_be_trusted(server: BadServer, target: Path) -> None:
    url = server.url.replace("http:", "https:")
    with pytest.raises(ResourceError, match="cannot be trusted"):
        list(download(url, target, sha256=SHA256, timeout=2))


def test_stopping_keeps_what_has_arrived(server: BadServer, target: Path) -> None:
    with pytest.raises(Stopped):
        fetch(server, target, good, stop=lambda: True)
    arrived = part_of(target).stat().st_size
    assert 0 < arrived < len(PAYLOAD)
    fetch(server, target, good)
    assert_whole(target)
    assert server.ranges[-1] == f"bytes={arrived}-"


def test_stopping_ends_the_wait_for_another_attempt(server: BadServer, target: Path) -> None:
    with pytest.raises(Stopped):
        fetch(server, target, status(503), pauses=(600.0,), stop=lambda: True)


def test_a_full_disk_is_noticed_before_the_download(
    server: BadServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(target.parent.parent)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(ResourceError, match=r"needs 1 MB, and the disk has 0 MB"):
        fetch(server, target, good)
    assert server.ranges == []


def test_a_folder_that_cannot_be_written_to(server: BadServer, target: Path) -> None:
    target.parent.write_bytes(b"a file where the folder should be")
    with pytest.raises(ResourceError, match="cannot be written"):
        fetch(server, target, good)


@pytest.mark.parametrize("damage", ["flipped", "shorter", "record lost", "record damaged"])
def test_damage_on_the_disk_is_noticed(server: BadServer, target: Path, damage: str) -> None:
    fetch(server, target, good)
    record = target.with_name(target.name + ".json")
    match damage:
        case "flipped":
            target.write_bytes(PAYLOAD[:HALF] + bytes([PAYLOAD[HALF] ^ 1]) + PAYLOAD[HALF + 1 :])
        case "shorter":
            target.write_bytes(PAYLOAD[:-1])
        case "record lost":
            record.unlink()
        case _:
            record.write_text("[")
    assert not stored.is_intact(target)
    stored.discard(target)
    assert not target.exists()
    assert not record.exists()
