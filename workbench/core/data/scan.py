"""The first hop: from a folder of photos to a `Catalog` of what is in it and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.data.catalog import Catalog, ImageClass, Roots, Sample, Skipped, Subset
from workbench.core.data.depths import brightness_notes, one_brightness
from workbench.core.data.layout import Place, arrange
from workbench.core.data.listing import Listing, list_files
from workbench.core.data.photo_cache import Photo, PhotoCache
from workbench.core.data.raw_twins import without_twins
from workbench.core.errors import ImageError, InputError
from workbench.core.events import Progress
from workbench.core.images.brightness import Brightness, Depth
from workbench.core.images.formats import shown
from workbench.core.jobs import StopRequested, Throttle, never, relay
from workbench.core.messages import Message
from workbench.core.threads import in_threads


@dataclass
class _Read:
    """What was found out while the photos were read.

    Attributes:
        skipped: What cannot be used.
        changed: Paths by what had to be changed; see `loader.Decoded`.
        depths: Of the photos of more than 8 bits, by path.
        brightness: The rule that all of these came by.
    """

    skipped: list[Skipped] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    depths: dict[str, Depth] = field(default_factory=dict)
    brightness: Brightness = ()

    def add(self, path: str, photo: Photo) -> None:
        """Notes what is to be known of a photo."""
        if photo.depth is not None:
            self.depths[path] = photo.depth
        for change in photo.changes:
            if photo.depth is None or change != "rescaled":  # which is said together with the range
                self.changed[change].append(path)


_EXAMPLES = 3
_ORDER: dict[Subset, int] = {"": 0, "training": 1, "validation": 2, "test": 3}


def scan(
    folder: Path, *, stop: StopRequested = never, threads: int | None = None
) -> Generator[Progress, None, Catalog]:
    """Reads every photo of an image folder once and yields progress (phase `scan`, in files).

    Every file is decoded to its end, so that damaged ones are found now, hashed, and kept in the
    folder's `PhotoCache`; one that is there already and has not changed is not read again. Nothing in
    the folder is changed. How folders become classes and sets: see `layout.arrange`. The id of a class is
    the name of its folder, that of a sample its path.

    Args:
        folder: Holds one folder for each class, or the folders of a split that do.
        threads: Decoding threads; None takes one for each processor.

    Returns:
        The catalog; the same for the same folder, whatever the order in which its files are listed.

    Raises:
        InputError: There is no such folder, or the photos are not sorted into two or more classes.
        Stopped: `stop` returned true.
    """
    folder = folder.absolute()
    due = Throttle()
    listing = yield from _listed(folder, stop, due)
    layout = arrange(folder, listing)
    samples, read = yield from _read_all(folder, layout.places, stop, threads, due)
    skipped = [*read.skipped, *listing.skipped, *layout.skipped]
    learned = {sample.class_id for sample in samples if sample.subset in ("", "training")}
    untrained = [sample for sample in samples if sample.class_id not in learned]
    skipped += [_not_in_training(sample) for sample in untrained]
    skipped.sort(key=lambda entry: entry.path)
    names = sorted(layout.class_names)
    classes = tuple(ImageClass(name, name) for name in names if name in learned)
    if len(classes) < 2:
        raise _unusable(folder, classes, skipped)
    return Catalog(
        Roots.of(folder),
        classes,
        tuple(sample for sample in samples if sample.class_id in learned),
        tuple(skipped),
        empty_classes=tuple(name for name in names if name not in learned),
        system_files=listing.system_files,
        notes=(*layout.notes, *_notes(untrained, read)),
        brightness=read.brightness,
    )


def _listed(folder: Path, stop: StopRequested, due: Throttle) -> Generator[Progress, None, Listing]:
    def told(count: int) -> Progress | None:
        return Progress("scan", count, 0, Message("looking_for_photos")) if due() else None

    return (yield from relay(list_files(folder, stop), told))


def _read_all(
    folder: Path, places: Sequence[Place], stop: StopRequested, threads: int | None, due: Throttle
) -> Generator[Progress, None, tuple[list[Sample], _Read]]:
    """The samples by set, class and path; and what else was found out."""
    places = sorted(places, key=lambda place: (_ORDER[place.subset], place.class_name, place.path))
    samples: list[Sample] = []
    all_read = _Read()
    with PhotoCache(folder) as cache:

        def read(place: Place) -> tuple[Sample, Photo] | Skipped:
            try:
                photo = cache.photo(place.path)
            except ImageError as error:
                return Skipped(place.path, error.message)
            facts = (place.subset, photo.digest, photo.width, photo.height)
            return Sample(place.path, place.path, place.class_name, *facts), photo

        with closing(in_threads(read, places, stop=stop, threads=threads)) as results:
            for done, found in enumerate(results, start=1):
                if isinstance(found, Skipped):
                    all_read.skipped.append(found)
                else:
                    samples.append(found[0])
                    all_read.add(found[0].path, found[1])
                if due() or done == len(places):
                    yield Progress("scan", done, len(places), Message("reading_photos"))
        samples, all_read.skipped = without_twins(samples, all_read.skipped, all_read.changed["developed"])
        for path in all_read.skipped:
            all_read.depths.pop(path.path, None)
        all_read.brightness = yield from one_brightness(cache, all_read.depths, stop, threads, due)
    return samples, all_read


def _not_in_training(sample: Sample) -> Skipped:
    return Skipped(
        sample.path, Message("class_not_in_training", {"class_name": shown(sample.class_id or "")})
    )


def _notes(untrained: list[Sample], read: _Read) -> Iterator[Message]:
    if untrained:
        lacking = sorted({sample.class_id or "" for sample in untrained})
        yield Message("classes_left_out", {"classes": [shown(name) for name in lacking]})
    yield from brightness_notes(read.brightness, read.depths)
    gone = {each.path for each in read.skipped}
    for change, paths in sorted(read.changed.items()):
        if used := sorted(set(paths) - gone):
            names = [shown(path) for path in used[:_EXAMPLES]]
            yield Message(f"changed.{change}", {"count": len(used), "names": names})


def _unusable(folder: Path, classes: tuple[ImageClass, ...], skipped: list[Skipped]) -> InputError:
    details = Message("lines", {"messages": [entry.message for entry in skipped[:50]]})
    if classes:
        return InputError("only_one_usable_class", details, class_name=shown(classes[0].name))
    return InputError("no_usable_photos", details, folder=shown(folder.name))
