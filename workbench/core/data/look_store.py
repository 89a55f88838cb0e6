"""The looks of an image folder's photos, kept in the cache by content: made once, whatever a file is called.

A folder has one file, `looks/NAME.npz` in the cache folder. It may be deleted at any time, and where it is
damaged or cannot be written, looks are made anew.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Roots, Sample
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.errors import ImageError, ResourceError
from workbench.core.files import atomic_write
from workbench.core.images.loader import LOADER_VERSION
from workbench.core.images.look import LOOK_VERSION, SIDE, Looks, look_of
from workbench.core.paths import cache_dir

_log = logging.getLogger(__name__)


class LookStore:
    """The looks of one image folder. `see` is safe from several threads.

    Args:
        folder: The image folder; nothing is written into it.
    """

    def __init__(self, folder: Path) -> None:
        about = f"{LOOK_VERSION}/{LOADER_VERSION}/".encode() + os.fsencode(os.path.abspath(folder))
        self._name = f"{hashlib.sha256(about).hexdigest()[:32]}.npz"
        self._lock = threading.Lock()
        self._looks: dict[str, Looks] = {}
        self._pictures: dict[str, str] = {}
        self._read()

    def see(self, digest: str, pixels: NDArray[np.uint8]) -> None:
        """Takes a note of what a photo looks like.

        Args:
            digest: SHA-256 of the file.
            pixels: As a photo cache has them.
        """
        if digest not in self._looks:
            look = look_of(pixels)
            with self._lock:
                self._looks[digest] = look

    def knows(self, digest: str) -> bool:
        """Whether a photo was seen."""
        return digest in self._looks

    def looks(self, digests: Sequence[str]) -> Looks:
        """The looks of photos that were seen, (n, SIDE, SIDE).

        Raises:
            KeyError: One was not.
        """
        found: Looks = np.array([self._looks[digest] for digest in digests], np.uint8)
        return found.reshape(len(digests), SIDE, SIDE)

    @property
    def pictures(self) -> Mapping[str, str]:
        """What `keep` was told last, maybe by another process: a name for each photo, by digest."""
        return self._pictures

    def keep(self, pictures: Mapping[str, str]) -> None:
        """Writes down the looks of these photos, and which of them show one picture.

        Args:
            pictures: A name for each photo, by digest.
        """
        digests = sorted(pictures)
        content = io.BytesIO()
        np.savez(
            content,
            digests=_packed(digests),
            pictures=_packed([pictures[digest] for digest in digests]),
            looks=self.looks(digests),
        )
        try:
            folder = cache_dir() / "looks"
            folder.mkdir(parents=True, exist_ok=True)
            with atomic_write(folder / self._name) as file:
                file.write(content.getbuffer())
        except (OSError, ResourceError) as error:  # made anew the next time
            _log.info("looks are not kept: %s", error)

    def _read(self) -> None:
        try:
            with (cache_dir() / "looks" / self._name).open("rb") as file, np.load(file) as arrays:
                digests, pictures = _unpacked(arrays["digests"]), _unpacked(arrays["pictures"])
                looks: Looks = arrays["looks"]
            if looks.shape != (len(digests), SIDE, SIDE) or len(pictures) != len(digests):
                return
        except Exception as error:  # noqa: BLE001 - a damaged archive can fail in any way
            _log.debug("no looks yet: %r", error)
            return
        self._looks = dict(zip(digests, looks, strict=True))
        self._pictures = dict(zip(digests, pictures, strict=True))


def looks_of(roots: Roots, samples: Sequence[Sample]) -> dict[str, Looks]:
    """The look of each sample's photo by its digest: from the cache or, where it is not there, from the file.

    A photo that has gone, or changed, since it was read is left out.
    """
    found: dict[str, Looks] = {}
    for root in {sample.root for sample in samples}:
        store = LookStore(roots.folders[root])
        with PhotoCache(roots.folders[root]) as cache:
            for sample in samples:
                if sample.root != root or sample.digest in found:
                    continue
                try:
                    found[sample.digest] = store.looks([sample.digest])[0]
                except KeyError:
                    if (look := _looked_at(cache, sample)) is not None:
                        found[sample.digest] = look
    return found


def _looked_at(cache: PhotoCache, sample: Sample) -> Looks | None:
    try:
        photo = cache.photo(sample.path)
    except ImageError:
        return None
    return look_of(photo.pixels) if photo.digest == sample.digest else None


def _packed(digests: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex("".join(digests)), np.uint8).reshape(len(digests), 32)


def _unpacked(rows: NDArray[np.uint8]) -> list[str]:
    return [row.tobytes().hex() for row in rows]
