"""Downloads that are checked while they stream, go on where they broke off, and end whole or not at all.

No torch in here. What can go wrong on the way is told apart, since each has its own remedy: no
connection, a sign-in page instead of the file, a server in trouble, a file that is not the published one.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from workbench.core.errors import ResourceError, Stopped
from workbench.core.events import Progress
from workbench.core.files import move_into_place
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.weights import stored

_CHUNK = 1 << 18
_START = 64
_PAGES = (b"<!doctype", b"<html")
_MAY_PASS = {408, 425, 429, 500, 502, 503, 504}
_DOWNLOADING = Message("downloading_weights")


class _MayPass(ResourceError):
    """A failure that another attempt may not meet; what has arrived so far is kept."""


class _StartOver(_MayPass):
    """As above, but what has arrived so far is of no use."""


def download(
    url: str,
    destination: Path,
    *,
    sha256: str | None = None,
    sha256_prefix: str | None = None,
    size: int | None = None,
    stop: StopRequested = never,
    timeout: float = 15.0,
    pauses: Sequence[float] = (1.0, 4.0),
) -> Generator[Progress, None, Path]:
    """Fetches a file, yields progress in bytes, and returns `destination`.

    The bytes go to `destination` + `.part`, which an interrupted download leaves behind and the next
    one continues. Only when size and hash are right does the file get its name, with its SHA-256
    recorded beside it (see `stored`). The proxies of the environment are used.

    Args:
        url: http or https.
        destination: Where to keep the file; what is there already is replaced at the end.
        sha256: The 64 hex digits that the publisher states, if all are known.
        sha256_prefix: Their first digits, if only these are known.
        size: Length in bytes, if known.
        stop: Asked between chunks.
        timeout: Seconds without a sign of life after which a connection counts as broken.
        pauses: Seconds to wait before each further attempt.

    Raises:
        ResourceError: No connection, no such file, not the published file, or no room on the disk.
        Stopped: `stop` said so; what has arrived is kept.
    """
    part = destination.with_name(destination.name + ".part")
    with _disk_errors(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        _check_room(part, size)
    for pause in (*pauses, None):
        resumed = part.exists()
        try:
            digest = yield from _transfer(url, part, size, stop, timeout)
            _check_hash(part, digest, sha256 or sha256_prefix or "", resumed)
            break
        except _MayPass as error:
            if isinstance(error, _StartOver):
                part.unlink(missing_ok=True)
            if pause is None:
                raise
            arrived = part.stat().st_size if part.exists() else 0
            yield Progress("download", arrived, size or 0, Message("trying_again", {"why": error.message}))
            _wait(pause, stop)
    with _disk_errors(destination):
        stored.record(destination, url, digest, part.stat().st_size)
        move_into_place(part, destination)
    return destination


def _transfer(
    url: str, part: Path, size: int | None, stop: StopRequested, timeout: float
) -> Generator[Progress, None, str]:
    """One attempt: appends to `part` what it lacks, and returns the SHA-256 of the whole."""
    hasher, offset = _begin(part, size)
    if size and offset == size:
        return hasher.hexdigest()
    report = Throttle(10)
    with _opened(url, offset, timeout) as response, _disk_errors(part):
        if offset and not _continues(response, offset):
            hasher, offset = hashlib.sha256(), 0
        total = _total(response, offset, size, url)
        with part.open("ab" if offset else "wb") as file:
            while chunk := _received(lambda: response.read1(_CHUNK)):
                file.write(chunk)
                hasher.update(chunk)
                offset += len(chunk)
                if report():
                    yield Progress("download", offset, total, _DOWNLOADING)
                if stop():
                    raise Stopped("download_stopped")
            file.flush()
            os.fsync(file.fileno())
    if offset < total or not offset:
        raise _MayPass("broke_off.early")
    yield Progress("download", offset, total or offset, _DOWNLOADING)
    return hasher.hexdigest()


def _begin(part: Path, size: int | None) -> tuple[hashlib._Hash, int]:
    with _disk_errors(part):
        if part.exists() and size and part.stat().st_size > size:
            part.unlink()
        if not part.exists():
            return hashlib.sha256(), 0
        with part.open("rb") as file:
            return hashlib.file_digest(file, "sha256"), part.stat().st_size


@contextlib.contextmanager
def _opened(url: str, offset: int, timeout: float) -> Iterator[http.client.HTTPResponse]:
    host = urlsplit(url).hostname
    headers = {"User-Agent": "workbench", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout)  # noqa: S310
    except urllib.error.HTTPError as error:
        error.close()
        raise _refused(error, url) from error
    except TimeoutError as error:
        raise _no_answer(host, error) from error
    except (ConnectionError, http.client.HTTPException) as error:
        raise _MayPass("broke_off.host", str(error), host=host) from error
    except urllib.error.URLError as error:
        raise _unreachable(host, error) from error
    with response:
        yield response


def _received(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except (OSError, http.client.HTTPException) as error:
        raise _MayPass("broke_off", str(error)) from error


def _continues(response: http.client.HTTPResponse, offset: int) -> bool:
    """Whether the answer starts where it was asked to; a server may send the whole file instead."""
    return response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {offset}-")


def _total(response: http.client.HTTPResponse, offset: int, size: int | None, url: str) -> int:
    """Length of the whole file in bytes, 0 where nobody says; refuses what cannot be the file."""
    headers = response.headers
    start = b"" if offset else _received(lambda: response.peek(_START))
    if headers.get_content_type() == "text/html" or start.lstrip().lower().startswith(_PAGES):
        raise _is_web_page(url)
    if headers.get("Content-Encoding", "identity") != "identity":
        raise ResourceError("changed_on_its_way", f"Content-Encoding: {headers['Content-Encoding']}")
    if response.status == 206 and not offset:
        raise _StartOver("other_part")
    length = headers.get("Content-Length", "")
    stated = offset + int(length) if length.isdigit() else 0
    if size and stated and stated != size:
        raise ResourceError("other_size", url, stated=stated, size=size)
    return size or stated


def _check_hash(part: Path, digest: str, expected: str, resumed: bool) -> None:
    if digest.startswith(expected.lower()):
        return
    part.unlink()
    # The first half may be of an older file, or damaged by a power cut: a fresh start tells.
    kind = _StartOver if resumed else ResourceError
    raise kind("not_as_published", f"SHA-256 {digest}, expected {expected}")


def _refused(error: urllib.error.HTTPError, url: str) -> ResourceError:
    host, details = urlsplit(url).hostname, f"{error.code} {error.reason}: {url}"
    if error.code == 416:
        return _StartOver("less_than_here", details, host=host)
    if error.code in _MAY_PASS:
        return _MayPass("server_in_trouble", details, host=host)
    if error.code in (404, 410):
        return ResourceError("gone_from_server", details, host=host)
    if 300 <= error.code < 400:
        return ResourceError("sent_in_circles", details, host=host)
    return ResourceError("refused", details, host=host)


def _unreachable(host: str | None, error: urllib.error.URLError) -> ResourceError:
    reason = error.reason
    if isinstance(reason, ssl.SSLError):
        return ResourceError("not_to_be_trusted", str(reason), host=host)
    if isinstance(reason, TimeoutError):
        return _no_answer(host, reason)
    if isinstance(reason, ConnectionResetError | ConnectionAbortedError):
        return _MayPass("broke_off.host", str(reason), host=host)
    return ResourceError("unreachable", str(reason), host=host)


def _no_answer(host: str | None, error: Exception) -> ResourceError:
    return ResourceError("no_answer", str(error), host=host)


def _is_web_page(url: str) -> ResourceError:
    return ResourceError("web_page", url)


def _check_room(part: Path, size: int | None) -> None:
    missing = (size or 0) - (part.stat().st_size if part.exists() else 0)
    free = shutil.disk_usage(part.parent).free
    if missing > free:
        raise ResourceError("disk_full.download", needed=missing, free=free, folder=str(part.parent))


@contextlib.contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ResourceError("not_saved.download", str(error), folder=str(path.parent)) from error


def _wait(seconds: float, stop: StopRequested) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if stop():
            raise Stopped("download_stopped")
        time.sleep(min(left, 0.1))
