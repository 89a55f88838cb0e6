"""The first hop: from a folder of photos to a `Catalog` of what is in it and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.data.catalog import LOOSE, Catalog, ImageClass, Roots, Sample, Skipped, Subset
from workbench.core.data.depths import brightness_notes, one_brightness
from workbench.core.data.layout import Look, Place, arrange, look_at
from workbench.core.data.left_out import only_class, vanished
from workbench.core.data.listing import Listing, list_files
from workbench.core.data.look_store import LookStore
from workbench.core.data.one_photo import Read, known_photo, read_photo
from workbench.core.data.photo_cache import Facts, PhotoCache
from workbench.core.data.pictures import with_pictures
from workbench.core.data.raw_twins import without_twins
from workbench.core.data.reading import Reading, told
from workbench.core.data.refusals import check_still_there, identity, unreadable
from workbench.core.data.series import with_series
from workbench.core.data.unpack import as_folder, from_zip
from workbench.core.errors import Stopped
from workbench.core.events import Progress
from workbench.core.images.brightness import Depth
from workbench.core.images.brightness_rule import Brightness
from workbench.core.jobs import StopRequested, Throttle, never, relay
from workbench.core.messages import Message
from workbench.core.names import shown
from workbench.core.threads import in_threads


@dataclass
class _Read:
    """What was found out while the photos were read.

    Attributes:
        skipped: What cannot be used.
        changed: Paths by what had to be changed; see `loader.Decoded`.
        depths: Of the photos of more than 8 bits, by path.
        brightness: The rule that all of these came by.
        taken: When the photos were taken, in seconds, by path, where that is known.
    """

    skipped: list[Skipped] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    depths: dict[str, Depth] = field(default_factory=dict)
    brightness: Brightness = ()
    taken: dict[str, float] = field(default_factory=dict)

    def add(self, path: str, photo: Facts) -> None:
        """Notes what is to be known of a photo."""
        if photo.depth is not None:
            self.depths[path] = photo.depth
        if photo.taken is not None:
            self.taken[path] = photo.taken
        for change in photo.changes:
            if photo.depth is None or change != "rescaled":  # which is said together with the range
                self.changed[change].append(path)


_EXAMPLES = 3
_GONE = ("missing", "unreadable")
_ORDER: dict[Subset, int] = {"": 0, "training": 1, "validation": 2, "test": 3}


def scan(
    folder: Path,
    *,
    reading: str = "",
    known: Sequence[str] = (),
    stop: StopRequested = never,
    threads: int | None = None,
) -> Generator[Progress, None, Catalog]:
    """Reads every photo of an image folder once and yields progress (phase `scan`, in files).

    Every file is decoded to its end, so that damaged ones are found now, hashed, and kept in the
    folder's `PhotoCache`; one that is there already and has not changed is not read again. Then all are
    compared, so that copies of a picture are known as such (`with_pictures`), and what was taken in one go
    is put together (`with_series`). Nothing in the folder is changed. How folders become classes and sets:
    see `readings`; how a table says them: `reading_tables`. The id of a class is the name of its folder, or
    what the table calls it, that of a sample its path.

    Args:
        folder: Holds one folder for each class, or the folders of a split that do, or photos and a table; or
            a ZIP file of that.
        reading: Key of the `Reading` to use; "" takes the likeliest. With `LOOSE`, no photo has a class, and
            a catalog without classes is no error.
        known: Class names of a model that will be tested: one class is enough, its names count, and what
            lies in other classes is left out.
        threads: Decoding threads; None takes one for each processor.

    Returns:
        The catalog; the same for the same folder, whatever the order in which its files are listed.

    Raises:
        InputError: There is no such folder (any more), or the photos are not sorted into two or more classes.
        Stopped: `stop` returned true.
    """
    seen = yield from look(folder, known=known, reading=reading, stop=stop)
    return (yield from scan_as(seen, seen.reading(reading), known=known, stop=stop, threads=threads))


def look(
    folder: Path, *, known: Sequence[str] = (), reading: str = "", stop: StopRequested = never
) -> Generator[Progress, None, Look]:
    """Lists a folder and finds the ways in which it can be read; opens no photo, but unpacks a ZIP file.

    Args:
        known: As `scan`.
        reading: The key that will be asked for; see `look_at`.

    Raises:
        InputError: As `scan`.
        Stopped: `stop` returned true.
    """
    folder = (yield from as_folder(folder, stop)).absolute()
    listing = yield from _listed(folder, stop)
    return look_at(folder, listing, known, reading)


def scan_as(
    seen: Look,
    reading: Reading,
    *,
    known: Sequence[str] = (),
    only: Collection[str] | None = None,
    stop: StopRequested = never,
    threads: int | None = None,
) -> Generator[Progress, None, Catalog]:
    """Reads the photos of a folder that was looked at, in one of its readings; see `scan`.

    Args:
        only: Paths of the photos to read, as if there were no others; None reads all.
    """
    folder, due, looks = seen.folder, Throttle(), LookStore(seen.folder)
    layout = arrange(seen, reading, known)
    places = [place for place in layout.places if only is None or place.path in only]
    usable, read = yield from _read_all(folder, places, looks, stop, threads, due)
    samples = yield from with_pictures(Roots.of(folder), usable, looks, stop=stop)
    samples = with_series(samples, read.taken, layout.class_names)
    archive = from_zip(folder)
    skipped = [*read.skipped, *layout.skipped, *archive.left_out]
    learned = {sample.class_id for sample in samples if known or sample.subset in ("", "training")} | {None}
    untrained = [sample for sample in samples if sample.class_id not in learned]
    skipped += [_not_in_training(sample) for sample in untrained]
    skipped.sort(key=lambda entry: entry.path)
    names = sorted(layout.class_names)
    classes = tuple(ImageClass(name, name) for name in names if name in learned)
    empty = tuple(name for name in names if name not in learned)
    if not samples or (len(classes) < (1 if known else 2) and reading.key != LOOSE):
        raise only_class(folder, classes, empty, skipped)
    others = () if seen.is_clear else tuple(told(each) for each in seen.readings if each is not reading)
    return Catalog(
        Roots.of(folder),
        classes,
        tuple(sample for sample in samples if sample.class_id in learned),
        tuple(skipped),
        empty_classes=empty,
        system_files=seen.listing.system_files + archive.system_files,
        notes=(*vanished(empty, skipped), *layout.notes, *archive.notes, *_notes(seen, read)),
        hidden_photos=seen.listing.hidden_photos,
        reading=told(reading),
        other_readings=others,
        brightness=read.brightness,
    )


def _listed(folder: Path, stop: StopRequested) -> Generator[Progress, None, Listing]:
    due = Throttle()

    def told(count: int) -> Progress | None:
        return Progress("scan", count, 0, Message("looking_for_photos")) if due() else None

    return (yield from relay(list_files(folder, stop), told))


def _read_all(
    folder: Path,
    places: Sequence[Place],
    looks: LookStore,
    stop: StopRequested,
    threads: int | None,
    due: Throttle,
) -> Generator[Progress, None, tuple[list[Sample], _Read]]:
    """The samples by set, class and path; and what else was found out."""
    places = sorted(places, key=lambda place: (_ORDER[place.subset], place.class_name, place.path))
    samples: list[Sample] = []
    all_read = _Read()
    try:
        itself = identity(folder)
    except OSError as error:
        raise unreadable(folder, error) from error
    with PhotoCache(folder) as cache:
        found: list[Read | None] = []
        for done, place in enumerate(places, start=1):
            found.append(known_photo(folder, place, cache, looks))
            if due():
                if stop():
                    raise Stopped
                yield Progress("scan", done, len(places), Message("reading_photos"))
        new = [number for number, each in enumerate(found) if each is None]
        known = len(places) - len(new)

        def read(number: int) -> Read:
            return read_photo(folder, places[number], cache, looks)

        with closing(in_threads(read, new, stop=stop, threads=threads)) as results:
            for done, (number, result) in enumerate(zip(new, results, strict=True), start=known + 1):
                if isinstance(result, Skipped) and result.reason in _GONE:
                    check_still_there(folder, itself)
                found[number] = result
                if due():
                    yield Progress("scan", done, len(places), Message("reading_photos"))
        if places:
            yield Progress("scan", len(places), len(places), Message("reading_photos"))
        for each in found:
            if isinstance(each, Skipped):
                all_read.skipped.append(each)
            elif each is not None:
                samples.append(each[0])
                all_read.add(each[0].path, each[1])
        samples, all_read.skipped = without_twins(samples, all_read.skipped, all_read.changed["developed"])
        for path in all_read.skipped:
            all_read.depths.pop(path.path, None)
        all_read.brightness = yield from one_brightness(cache, all_read.depths, stop, threads, due)
    return samples, all_read


def _not_in_training(sample: Sample) -> Skipped:
    name = sample.class_id or ""
    return Skipped(sample.path, Message("class_not_in_training", {"class_name": shown(name)}), name)


def _notes(seen: Look, read: _Read) -> Iterator[Message]:
    yield from brightness_notes(read.brightness, read.depths)
    gone = {each.path for each in read.skipped}
    for change, paths in sorted(read.changed.items()):
        if used := sorted(set(paths) - gone):
            names = [shown(path) for path in used[:_EXAMPLES]]
            yield Message(f"changed.{change}", {"count": len(used), "names": names})
    if seen.listing.hidden_photos:
        yield Message("hidden_photos", {"count": seen.listing.hidden_photos})
