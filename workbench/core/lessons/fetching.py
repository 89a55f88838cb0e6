"""Fetches public photos and writes them out as class folders, once."""

from __future__ import annotations

import hashlib
import lzma
import shutil
import tarfile
import zlib
from collections import Counter
from collections.abc import Generator
from pathlib import Path

from workbench.core.data.new_folder import new_folder
from workbench.core.data.zip_plan import DAMAGE
from workbench.core.errors import InputError, ResourceError, Stopped
from workbench.core.events import Progress
from workbench.core.files import saving
from workbench.core.jobs import StopRequested, Throttle, never, relay
from workbench.core.lessons.lesson_rows import Lesson, Part, lesson_folder
from workbench.core.messages import Message
from workbench.core.paths import cache_dir, data_dir
from workbench.core.weights.download import download

_DAMAGE = (*DAMAGE, OSError, zlib.error, lzma.LZMAError, tarfile.TarError, InputError, KeyError)


def fetch_lesson(lesson: Lesson, *, stop: StopRequested = never) -> Generator[Progress, None, Path]:
    """Fetches the photos of a lesson, unless they are here; yields progress, in megabytes and photos.

    What has arrived of a download that was stopped is kept for the next time; the folder is there as a whole
    or not at all.

    Returns:
        The folder with one folder for each class, perhaps in folders of sets.

    Raises:
        ResourceError: There is no connection, no room, or something else came than was published.
        Stopped: `stop` returned true.
    """
    target = lesson_folder(lesson)
    if target.is_dir():
        return target
    place = cache_dir() / "downloads" / lesson.key
    _check_room(lesson, place)
    files = []
    for part in lesson.parts:
        files.append((yield from _fetched(part, place, stop)))
    try:
        yield from _written(lesson, files, target, stop)
    finally:
        if target.is_dir():
            for file in files:
                file.unlink(missing_ok=True)
                file.with_name(f"{file.name}.json").unlink(missing_ok=True)
    return target


def _check_room(lesson: Lesson, place: Path) -> None:
    """Refuses what will not fit, before the first byte: the files, and as much again for their photos."""
    arrived = sum(file.stat().st_size for file in place.glob("*") if file.is_file())
    needed = Counter[int]()
    for folder, size in ((place, max(0, lesson.size - arrived)), (data_dir(), lesson.size)):
        with saving(folder):
            folder.mkdir(parents=True, exist_ok=True)
        needed[folder.stat().st_dev] += size
        free = shutil.disk_usage(folder).free
        if (total := needed[folder.stat().st_dev]) > free:
            raise ResourceError("disk_full.lesson", needed=total, free=free, folder=str(folder))


def _fetched(part: Part, place: Path, stop: StopRequested) -> Generator[Progress, None, Path]:
    file = place / part.url.rpartition("/")[2]
    if not file.is_file():
        try:
            yield from relay(download(part.url, file, stop=stop), _in_megabytes)
        except ResourceError as error:
            if error.message.reason in ("disk_full", "not_saved"):
                raise
            raise ResourceError(
                "lesson_not_fetched", f"{part.url}\n{error.details}", why=error.message
            ) from error
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if digest != part.md5:
        file.unlink()
        raise ResourceError("lesson_not_as_published", f"{part.url}: MD5 {digest}", file=file.name)
    return file


def _written(
    lesson: Lesson, files: list[Path], target: Path, stop: StopRequested
) -> Generator[Progress, None, None]:
    due = Throttle()
    with new_folder(target) as folder:
        photos = lesson.reader()(files)
        done = 0
        while True:
            try:
                pair = next(photos, None)
            except _DAMAGE as error:
                raise ResourceError("lesson_not_as_published", repr(error), file=files[0].name) from error
            if pair is None:
                break
            if stop():
                raise Stopped()
            path = folder / pair[0]
            with saving(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as out:
                    out.write(pair[1])
            done += 1
            if due():
                yield Progress("unpack", done, max(done, lesson.photos), Message("unpacking"))
        yield Progress("unpack", done, done, Message("unpacking"))


def _in_megabytes(progress: Progress) -> Progress:
    total = max(1, progress.total // 10**6) if progress.total else 0
    message = progress.message
    if message is None or message.code == "downloading_weights":
        message = Message("downloading_photos")
    return Progress("download", min(progress.done // 10**6, total or progress.done), total, message)
