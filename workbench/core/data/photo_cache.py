"""Photos decoded once: every later look at them, in any process, takes their pixels from here.

Each image folder has a cache of its own below `cache_dir() / "photos"`, named after the folder, the
loader's version, Pillow's and the formats that can be read, so that other pixels than today's are never
found. A row holds for as long as the file's size, its time of change and (except on Windows) the time of
its last replacement are the same: a photo that is exchanged for another with all of these alike goes
unnoticed. Everything here is checked by CRC-32 and may be deleted at any time; what is damaged,
absent or does not fit into the budget is decoded again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sqlite3
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from workbench.core.closing import Closing
from workbench.core.data.photo_index import PhotoIndex, Row, is_damage
from workbench.core.data.photo_segments import Segments, used_bytes, wipe
from workbench.core.errors import ImageError, ResourceError
from workbench.core.images.brightness import Depth
from workbench.core.images.brightness_rule import BY_ITSELF, Brightness
from workbench.core.images.formats import ALLOWED
from workbench.core.images.loader import LOADER_VERSION, decode, open_file, open_image
from workbench.core.images.preprocessing import CUT, LONGEST, PHOTO_SIDE, brought_down, is_longer
from workbench.core.images.raw import RAWPY
from workbench.core.jobs import Throttle
from workbench.core.paths import cache_dir

_COMMITS_A_SECOND = 2
_READ_WHOLE = 32_000_000  # files up to so many bytes are read once, and decoded and hashed from memory
_DEAD_BYTES = 500_000_000  # so much may be left of photos that changed before a cache begins anew
_MOST = 2**63 - 1
_LASTING = {"empty_file", "not_an_image", "not_downloaded", "unsupported_format", "heic", "truncated"}


class _AsItIs:
    """Stands for whatever rule a photo was brought down with."""


AS_IT_IS = _AsItIs()
"""In place of a rule of brightness: where the cache has a photo, by whatever rule, it is that one."""


class Photo(NamedTuple):
    """A photo as it lies in the cache.

    Attributes:
        pixels: Upright, colour, shape (height, width, 3), 0 to 255; see `brought_down`. Read-only.
        digest: SHA-256 of the file's bytes, 64 hex digits.
        width, height: Of the original, upright, in pixels.
        changes, depth, taken: As in `Decoded`.
        segment, start: File and position of the pixels; 0 where they are in no file.
    """

    pixels: NDArray[np.uint8]
    digest: str
    width: int
    height: int
    changes: tuple[str, ...]
    segment: int = 0
    start: int = 0
    depth: Depth | None = None
    taken: float | None = None


class Facts(NamedTuple):
    """What is known of a photo without its pixels; see `Photo`."""

    digest: str
    width: int
    height: int
    changes: tuple[str, ...]
    depth: Depth | None = None
    taken: float | None = None

    @classmethod
    def of(cls, photo: Photo) -> Facts:
        """Those of a photo, whose pixels may then go."""
        return cls(photo.digest, photo.width, photo.height, photo.changes, photo.depth, photo.taken)


class PhotoCache(Closing):
    """The decoded photos of one image folder. Reading is safe from several threads.

    Where the cache cannot be read or written, everything comes from the photos' own files.

    Args:
        folder: The image folder; nothing is written into it.
        side: Short side that larger photos are brought down to.
    """

    def __init__(self, folder: Path, side: int = PHOTO_SIDE) -> None:
        self._folder = os.path.abspath(folder)
        self._side = side
        self._lock = threading.Lock()
        self._pending: list[Row] = []
        self._due = Throttle(_COMMITS_A_SECOND)
        self._rows: dict[bytes, Row] = {}
        self._index: PhotoIndex | None = None
        self._segments: Segments | None = None
        with contextlib.suppress(OSError, ResourceError):  # no folder, no cache
            self._home = _home_of(self._folder)
            self._open()

    def photo(self, path: str, brightness: Brightness | _AsItIs | None = AS_IT_IS) -> Photo:
        """The photo of a file, from the cache or else from the file, which then enters the cache.

        Args:
            path: Relative to the image folder.
            brightness: How more than 8 bits become 8; see `core.images.brightness`. The cache holds a
                photo once: by the rule that was asked for last.

        Raises:
            ImageError: The file cannot be used; see `open_image`. Which files are broken is known
                from the cache, too.
        """
        name = os.path.join(self._folder, path)
        try:
            status: os.stat_result | None = os.stat(name)
        except OSError:  # opening it will say what is wrong
            status = None
        key = os.fsencode(path)
        row = self._rows.get(key)
        if row is not None and self._segments is not None and _holds(row, status):
            known = _photo_of(row, self._segments)
            if known is not None and _is_by(known, brightness):
                return known
        rule = BY_ITSELF if isinstance(brightness, _AsItIs) else brightness
        try:
            found = _decoded(Path(name), self._side, rule)
        except ImageError as error:
            if error.reason in _LASTING and status is not None:
                facts_of = (error.message.code, str(error.details), error.message.values)
                self._note(key, status, None, facts_of)
            raise
        if self._index is None or self._segments is None or status is None:
            return found
        place = self._segments.append(found.pixels)
        if place is None:
            return found
        found = found._replace(segment=place[0], start=place[1])
        facts: list[object] = [found.digest, found.width, found.height, found.taken, *found.changes]
        if found.depth is not None:
            facts.append(found.depth.to_dict())
        self._note(key, status, found, facts)
        return found

    def facts(self, path: str) -> Facts | None:
        """What is known of a file that is as it was, without looking at its pixels; None if not enough.

        Whether the pixels are whole is only found by `photo`; here, that their file is as long as it was.

        Args:
            path: Relative to the image folder.

        Raises:
            ImageError: As `photo`, where the file is known to be broken.
        """
        row = self._rows.get(os.fsencode(path))
        if row is None or self._segments is None:
            return None
        try:
            status = os.stat(os.path.join(self._folder, path))
        except OSError:  # opening it will say what is wrong
            return None
        if not _holds(row, status) or (row.segment and not self._segments.holds(row.segment, row.end)):
            return None
        return _facts_of(row)

    def file(self, segment: int) -> Path:
        """The file of a photo's `segment`."""
        assert self._segments is not None  # who has a photo with a segment, got it from one
        return self._segments.file(segment)

    def close(self) -> None:
        """Writes down what is new. The cache must not be used by any thread any more."""
        with self._lock:
            self._commit()
        if self._index is not None:
            self._index.close()
            self._index = None
        if self._segments is not None:
            self._segments.close()

    def _open(self) -> None:
        try:
            worn = not self._is_read()
        except sqlite3.Error as error:
            worn = is_damage(error)
        if worn:
            wipe(self._home)
            with contextlib.suppress(sqlite3.Error):  # another process holds what should go
                self._is_read()

    def _is_read(self) -> bool:
        """Opens the index, unless most of what the folder holds is of no use any more."""
        self._home.mkdir(parents=True, exist_ok=True)
        os.utime(self._home)  # the folders that are least recently used go first
        with contextlib.ExitStack() as undone:
            index = PhotoIndex(self._home)
            undone.callback(index.close)
            used = used_bytes(self._home)
            if used > _DEAD_BYTES and used - index.live_bytes() > max(_DEAD_BYTES, used / 2):
                return False
            self._rows = index.rows(self._side)
            undone.pop_all()
        self._index, self._segments = index, Segments(self._home)
        return True

    def _note(self, key: bytes, status: os.stat_result, photo: Photo | None, facts: Sequence[object]) -> None:
        place = (0, 0, 0, 0, 0)
        if photo is not None:
            place = (photo.segment, photo.start, *photo.pixels.shape[:2], zlib.crc32(photo.pixels.data))
        row = Row(key, self._side, *_stamp(status), *place, json.dumps(facts).encode())
        with self._lock:
            if self._index is not None:
                self._pending.append(row)
                if self._due():
                    self._commit()

    def _commit(self) -> None:
        if self._index is None or not self._pending:
            return
        try:
            self._index.put(self._pending)
        except sqlite3.Error as error:
            self._index.close()
            self._index = None  # from now on, nothing is added
            if is_damage(error):
                wipe(self._home)
        self._pending = []


def small_picture(path: Path, size: int) -> NDArray[np.uint8]:
    """A small upright picture of a photo: from the cache of a folder above it, else from its file.

    Args:
        path: The photo.
        size: Longest side at most, in pixels; smaller photos keep their size.

    Returns:
        Shape (height, width, 3), 0 to 255.

    Raises:
        ImageError: The file cannot be used.
    """
    known = _cached(path)
    if known is not None and _is_enough(known, size):
        image = Image.fromarray(known.pixels)
    else:
        image = open_image(path, short_side=size)
    image.thumbnail((size, size), Image.Resampling.BICUBIC)
    return np.asarray(image)


def _is_enough(photo: Photo, size: int) -> bool:
    height, width = photo.pixels.shape[:2]
    if (width, height) == (photo.width, photo.height):
        return True
    return not is_longer(photo.width, photo.height, LONGEST) and max(width, height) >= size


def _cached(path: Path) -> Photo | None:
    full = os.path.abspath(path)
    try:
        status = os.stat(full)
        for folder in Path(full).parents:
            home = _home_of(str(folder))
            if not home.is_dir():
                continue
            with contextlib.closing(PhotoIndex(home, reading=True)) as index:
                relative = Path(full).relative_to(folder).as_posix()
                row = index.row(os.fsencode(relative), PHOTO_SIDE)
            if row is not None and _holds(row, status):
                with contextlib.closing(Segments(home)) as segments:
                    return _photo_of(row, segments)
    except (OSError, sqlite3.Error, ResourceError):  # the file itself is asked then
        return None
    return None


def _home_of(folder: str) -> Path:
    about = [str(LOADER_VERSION), PIL.__version__, *ALLOWED, *(["RAW"] if RAWPY else [])]
    name = hashlib.sha256("/".join(about).encode() + b"/" + os.fsencode(folder)).hexdigest()
    return cache_dir() / "photos" / name[:32]


def _holds(row: Row, status: os.stat_result | None) -> bool:
    return status is not None and (row.size, row.mtime, row.ctime) == _stamp(status)


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    # Some file systems take dates that are beyond what SQLite counts in nanoseconds.
    return status.st_size, status.st_mtime_ns & _MOST, status.st_ctime_ns & _MOST


def _photo_of(row: Row, segments: Segments) -> Photo | None:
    """What a sound row stands for; None where its pixels are damaged.

    Raises:
        ImageError: The file was found to be broken.
    """
    facts = _facts_of(row)
    if facts is None:
        return None
    content = segments.read(row.segment, row.start, row.nbytes)
    if zlib.crc32(content) != row.crc:  # or fewer bytes than asked for
        return None
    pixels = np.frombuffer(content, np.uint8).reshape(row.height, row.width, 3)
    digest, width, height, changes, depth, taken = facts
    return Photo(pixels, digest, width, height, changes, row.segment, row.start, depth, taken)


def _facts_of(row: Row) -> Facts | None:
    """What a sound row says; None where an older version wrote it, which knew less.

    Raises:
        ImageError: The file was found to be broken.
    """
    facts = json.loads(row.facts)
    if not row.segment:
        if len(facts) != 3:  # with sentences, until 0.1.0: the file is asked again
            return None
        code, details, values = facts
        raise ImageError(code, details, **values)
    digest, width, height, *more = facts
    if not more or not isinstance(more[0], float | None):
        return None  # when it was taken was not asked, until 0.1.0
    taken = more.pop(0)
    if is_longer(width, height, CUT + 0.02) and not is_longer(row.width, row.height, CUT):
        return None  # of strips only the middle was kept, until 0.1.0
    depth = Depth.from_dict(more.pop()) if more and isinstance(more[-1], dict) else None
    return Facts(digest, width, height, tuple(more), depth, taken)


def _is_by(photo: Photo, brightness: Brightness | _AsItIs | None) -> bool:
    return photo.depth is None or isinstance(brightness, _AsItIs) or photo.depth.holds_for(brightness)


def _decoded(path: Path, side: int, brightness: Brightness | None) -> Photo:
    with open_file(path) as file:
        if os.fstat(file.fileno()).st_size <= _READ_WHOLE:
            content = file.read()
            decoded = decode(io.BytesIO(content), path.name, short_side=side, brightness=brightness)
            digest = hashlib.sha256(content).hexdigest()
        else:
            decoded = decode(file, path.name, short_side=side, brightness=brightness)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    image = brought_down(decoded.image, side)
    pixels = np.frombuffer(image.tobytes(), np.uint8).reshape(image.height, image.width, 3)
    size = (decoded.width, decoded.height)
    return Photo(pixels, digest, *size, decoded.changes, depth=decoded.depth, taken=decoded.taken)
