"""The first hop: from a folder of photos to a `Catalog` of what is in it and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from workbench.core.data.catalog import Catalog, ImageClass, Roots, Sample, Skipped, Subset
from workbench.core.data.layout import Place, arrange
from workbench.core.data.listing import Listing, list_files
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.errors import ImageError, InputError
from workbench.core.events import Progress
from workbench.core.images.formats import shown
from workbench.core.jobs import StopRequested, Throttle, never, relay
from workbench.core.messages import Message
from workbench.core.threads import in_threads

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
    samples, skipped, changes = yield from _read_all(folder, layout.places, stop, threads, due)
    skipped += [*listing.skipped, *layout.skipped]
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
        notes=(*layout.notes, *_notes(untrained, changes)),
    )


def _listed(folder: Path, stop: StopRequested, due: Throttle) -> Generator[Progress, None, Listing]:
    def told(count: int) -> Progress | None:
        return Progress("scan", count, 0, Message("looking_for_photos")) if due() else None

    return (yield from relay(list_files(folder, stop), told))


def _read_all(
    folder: Path, places: Sequence[Place], stop: StopRequested, threads: int | None, due: Throttle
) -> Generator[Progress, None, tuple[list[Sample], list[Skipped], Counter[str]]]:
    """The samples by set, class and path; what cannot be used; and what had to be changed how often."""
    places = sorted(places, key=lambda place: (_ORDER[place.subset], place.class_name, place.path))
    samples: list[Sample] = []
    skipped: list[Skipped] = []
    changes: Counter[str] = Counter()
    with PhotoCache(folder) as cache:

        def read(place: Place) -> tuple[Sample, tuple[str, ...]] | Skipped:
            try:
                photo = cache.photo(place.path)
            except ImageError as error:
                return Skipped(place.path, error.message)
            facts = (place.subset, photo.digest, photo.width, photo.height)
            return Sample(place.path, place.path, place.class_name, *facts), photo.changes

        with closing(in_threads(read, places, stop=stop, threads=threads)) as results:
            for done, found in enumerate(results, start=1):
                if isinstance(found, Skipped):
                    skipped.append(found)
                else:
                    samples.append(found[0])
                    changes.update(found[1])
                if due() or done == len(places):
                    yield Progress("scan", done, len(places), Message("reading_photos"))
    return samples, skipped, changes


def _not_in_training(sample: Sample) -> Skipped:
    return Skipped(
        sample.path, Message("class_not_in_training", {"class_name": shown(sample.class_id or "")})
    )


def _notes(untrained: list[Sample], changes: Counter[str]) -> Iterator[Message]:
    if untrained:
        lacking = sorted({sample.class_id or "" for sample in untrained})
        yield Message("classes_left_out", {"classes": [shown(name) for name in lacking]})
    for change, count in sorted(changes.items()):
        yield Message(f"changed.{change}", {"count": count})


def _unusable(folder: Path, classes: tuple[ImageClass, ...], skipped: list[Skipped]) -> InputError:
    details = Message("lines", {"messages": [entry.message for entry in skipped[:50]]})
    if classes:
        return InputError("only_one_usable_class", details, class_name=shown(classes[0].name))
    return InputError("no_usable_photos", details, folder=shown(folder.name))
