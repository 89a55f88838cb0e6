"""Takes photos into a project: each is copied, read as the scan reads it, and compared with what is there."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from workbench.core.data.added import (
    ADDED,
    Added,
    added_id,
    keep_copy,
    tidy,
    with_added_root,
)
from workbench.core.data.catalog import Catalog, Roots, Sample, Skipped
from workbench.core.data.layout import Place
from workbench.core.data.listing import photos_in
from workbench.core.data.look_store import LookStore
from workbench.core.data.one_photo import read_photo, why_not
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.data.pictures import with_pictures
from workbench.core.errors import ImageError, ResourceError, Stopped
from workbench.core.events import Progress
from workbench.core.images.kinds import looks_like_image
from workbench.core.images.loader import open_file, open_image
from workbench.core.jobs import StopRequested, Throttle, never, relay
from workbench.core.messages import Message
from workbench.core.names import shown
from workbench.core.threads import in_threads

_HEAD = 32


def add_photos(
    catalog: Catalog,
    paths: Sequence[Path],
    folder: Path,
    *,
    group: str = "",
    stop: StopRequested = never,
) -> Generator[Progress, None, Added]:
    """Copies photos into the project's folder and reads them; yields progress (phase `add`, in files).

    The catalog is not changed: `edits.added` does that. A file that is there already, by its content, is not
    taken a second time, and one that is no photo, or damaged, leaves nothing behind. Where it is stopped, or
    the disk is full, what has come so far counts.

    Args:
        catalog: What is there.
        paths: Files, and folders whose photos are meant; what lies in `folder` itself is not copied again.
        folder: Where the project keeps added photos; see `added.folder_of_added`.
        group: `Sample.group` of all of them.

    Raises:
        InputError: A folder among the paths cannot be read.
        ResourceError: The disk is full or may not be written to, and nothing was taken.
        Stopped: `stop` returned true before anything was taken.
    """
    due = Throttle()

    def told(count: int) -> Progress | None:
        return Progress("add", count, 0, Message("looking_for_photos")) if due() else None

    given = yield from relay(photos_in(paths, stop), told)
    skipped = list(given.left_out)
    tidy(folder)
    files = yield from _new_files(catalog, given.files, skipped, stop, due)
    looks = LookStore(catalog.folder)
    taken: list[Sample] = []
    ended: Message | None = None
    with PhotoCache(folder) as cache:

        def take(file: tuple[Path, str]) -> Sample | Skipped:
            return _taken(*file, folder, cache, looks)

        try:
            with closing(in_threads(take, files, stop=stop, chunk=1)) as results:
                for done, found in enumerate(results, start=1):
                    if isinstance(found, Skipped):
                        skipped.append(found)
                    else:
                        taken.append(replace(found, group=group))
                    if due() or done == len(files):
                        yield Progress("add", done, len(files), Message("adding_photos"))
        except (ResourceError, Stopped) as error:
            if not taken:
                raise
            ended = error.message
    roots = with_added_root(catalog.roots, folder)
    pictures: dict[str, str] = {}
    if taken:
        every = (*catalog.samples, *catalog.excluded, *taken)
        pictures = yield from _pictures(roots, every, looks, never)
    return Added(tuple(taken), tuple(skipped), pictures, ended)


def join_pictures(
    catalog: Catalog, *, stop: StopRequested = never
) -> Generator[Progress, None, dict[str, str]]:
    """Compares the photos of all roots, which the scan did for the image folder alone.

    Returns:
        `Sample.picture` of samples that stand for another picture than the catalog says, by their ids.

    Raises:
        Stopped: `stop` returned true.
    """
    every = (*catalog.samples, *catalog.excluded)
    return (yield from _pictures(catalog.roots, every, LookStore(catalog.folder), stop))


def _new_files(
    catalog: Catalog, files: Sequence[Path], skipped: list[Skipped], stop: StopRequested, due: Throttle
) -> Generator[Progress, None, list[tuple[Path, str]]]:
    """The files that are photos by their beginning and are not there yet, with their digests."""
    known = {sample.digest: catalog.roots.locate(sample) for sample in catalog.samples + catalog.excluded}
    new: list[tuple[Path, str]] = []
    with closing(in_threads(_known_by, files, stop=stop, chunk=1)) as results:
        for done, (path, found) in enumerate(zip(files, results, strict=True), start=1):
            if isinstance(found, Skipped):
                skipped.append(found)
            elif (there := known.get(found)) is not None:
                values = {"name": shown(path.name), "other": shown(there.name)}
                skipped.append(Skipped(str(path), Message("already_here", values)))
            else:
                known[found] = path
                new.append((path, found))
            if due():
                yield Progress("add", done, len(files), Message("looking_for_photos"))
    return new


def _known_by(path: Path) -> str | Skipped:
    """The digest of a file that may be a photo; what is none is refused before it is copied."""
    try:
        with open_file(path) as file:
            head = file.read(_HEAD)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not looks_like_image(head):
            open_image(path, short_side=_HEAD)
    except ImageError as error:
        return Skipped(str(path), why_not(path.parent, path.name, error))
    return digest


def _taken(path: Path, digest: str, folder: Path, cache: PhotoCache, looks: LookStore) -> Sample | Skipped:
    """Copies and reads one photo.

    Raises:
        ResourceError: The disk is full or may not be written to.
    """
    try:
        copy, is_new = (path, False) if path.parent == folder else keep_copy(path, folder, digest)
    except ImageError as error:
        return Skipped(str(path), why_not(path.parent, path.name, error))
    found = read_photo(folder, Place(copy.name, "", ""), cache, looks)
    if isinstance(found, Skipped):
        if is_new:
            copy.unlink(missing_ok=True)
        values = dict(found.message.values)
        if values.get("name") == shown(copy.name):  # the person knows the file by its own name
            values["name"] = shown(path.name)
        return Skipped(str(path), Message(found.message.code, values))
    return replace(found[0], id=added_id(copy.name), class_id=None, root=ADDED)


def _pictures(
    roots: Roots, samples: Iterable[Sample], looks: LookStore, stop: StopRequested
) -> Generator[Progress, None, dict[str, str]]:
    samples = [sample for sample in samples if sample.root in roots.folders]
    with ExitStack() as held:
        caches: dict[str, PhotoCache] = {}
        seen = []
        for sample in samples:
            if not looks.knows(sample.digest):
                if sample.root not in caches:
                    caches[sample.root] = held.enter_context(PhotoCache(roots.folders[sample.root]))
                try:
                    photo = caches[sample.root].photo(sample.path)
                except ImageError:  # it has gone since it was read
                    continue
                looks.see(photo.digest, photo.pixels)
            if looks.knows(sample.digest):
                seen.append(sample)
    named = yield from with_pictures(
        roots, [replace(each, picture="") for each in seen], looks, keep=False, stop=stop
    )
    pairs = zip(seen, named, strict=True)
    return {now.id: now.picture for before, now in pairs if before.picture != now.picture}
