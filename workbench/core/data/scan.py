"""The first hop: from a folder of photos to a `Catalog` of what is in it and what is wrong with it."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator
from pathlib import Path

from workbench.core.data.catalog import Catalog, Sample, Skipped, Subset
from workbench.core.data.layout import Place, arrange
from workbench.core.data.listing import Listing, list_files
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.errors import ImageError, InputError
from workbench.core.events import Progress
from workbench.core.images.formats import shown
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.threads import in_threads

_ORDER: dict[Subset, int] = {"": 0, "training": 1, "validation": 2, "test": 3}
_CHANGES = {
    "first_frame": "animations or have several pages; only the first picture of each is used",
    "rescaled": "photos with more than 8 bits a colour; they were brought to the usual range",
    "not_finite": "images with values that are no numbers; these were set to 0",
}
_NAMES_IN_NOTE = 5

_Read = tuple[Sample, tuple[str, ...]] | Skipped


def scan(
    folder: Path, *, stop: StopRequested = never, threads: int | None = None
) -> Generator[Progress, None, Catalog]:
    """Reads every photo of an image folder once and yields progress (phase `scan`, in files).

    Every file is decoded to its end, so that damaged ones are found now, hashed, and kept in the
    folder's `PhotoCache`; one that is there already and has not changed is not read again. Nothing in
    the folder is changed. How folders become classes and sets: see `layout.arrange`.

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
    places = sorted(layout.places, key=lambda place: (_ORDER[place.subset], place.class_name, place.path))
    indices = {name: index for index, name in enumerate(sorted(layout.class_names))}
    samples: list[Sample] = []
    skipped = [*listing.skipped, *layout.skipped]
    changes: Counter[str] = Counter()

    with PhotoCache(folder) as cache:

        def read(place: Place) -> _Read:
            return _read(cache, place, indices[place.class_name])

        with contextlib.closing(in_threads(read, places, stop=stop, threads=threads)) as results:
            for done, found in enumerate(results, start=1):
                if isinstance(found, Skipped):
                    skipped.append(found)
                else:
                    samples.append(found[0])
                    changes.update(found[1])
                if due() or done == len(places):
                    yield Progress("scan", done, len(places), Message("reading_photos"))

    names = sorted(layout.class_names)
    kept, untrained = _trainable(samples)
    skipped += [_not_in_training(sample, names) for sample in untrained]
    used = {sample.class_index for sample in kept}
    classes = tuple(name for index, name in enumerate(names) if index in used)
    if len(classes) < 2:
        raise _unusable(folder, classes, skipped)
    kept = _renumbered(kept, names, classes)
    notes = list(layout.notes)
    if untrained:
        lacking = sorted({names[sample.class_index] for sample in untrained})
        text = "Left out, because the training set has no usable photo of it"
        notes.append(f"{text}: {_listed_names(lacking)}.")
    notes += [f"{count:,} files are {_CHANGES[change]}." for change, count in sorted(changes.items())]
    return Catalog(
        folder=folder,
        classes=classes,
        samples=tuple(kept),
        skipped=tuple(sorted(skipped, key=lambda entry: entry.path)),
        empty_classes=tuple(name for name in names if name not in classes),
        system_files=listing.system_files,
        notes=tuple(notes),
    )


def _listed(folder: Path, stop: StopRequested, due: Throttle) -> Generator[Progress, None, Listing]:
    lister = list_files(folder, stop)
    while True:
        try:
            count = next(lister)
        except StopIteration as end:
            listing: Listing = end.value
            return listing
        if due():
            yield Progress("scan", count, 0, Message("looking_for_photos"))


def _read(cache: PhotoCache, place: Place, class_index: int) -> _Read:
    try:
        photo = cache.photo(place.path)
    except ImageError as error:
        return Skipped(place.path, error.reason, error.title)
    sample = Sample(place.path, class_index, place.subset, photo.digest, photo.width, photo.height)
    return sample, photo.changes


def _trainable(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """The samples of classes that can be learned, and those of classes that the training set lacks."""
    learned = {sample.class_index for sample in samples if sample.subset in ("", "training")}
    kept = [sample for sample in samples if sample.class_index in learned]
    return kept, [sample for sample in samples if sample.class_index not in learned]


def _not_in_training(sample: Sample, names: list[str]) -> Skipped:
    name = shown(names[sample.class_index])
    return Skipped(sample.path, "class_not_in_training", f"The training set has no usable photo of “{name}”.")


def _renumbered(samples: list[Sample], names: list[str], classes: tuple[str, ...]) -> list[Sample]:
    if len(names) == len(classes):
        return samples
    index = {name: position for position, name in enumerate(classes)}
    return [
        Sample(s.path, index[names[s.class_index]], s.subset, s.digest, s.width, s.height) for s in samples
    ]


def _listed_names(names: list[str]) -> str:
    quoted = [f"“{shown(name)}”" for name in names[:_NAMES_IN_NOTE]]
    if len(names) > _NAMES_IN_NOTE:
        quoted.append(f"{len(names) - _NAMES_IN_NOTE:,} more")
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _unusable(folder: Path, classes: tuple[str, ...], skipped: list[Skipped]) -> InputError:
    details = "\n".join(entry.message for entry in sorted(skipped, key=lambda entry: entry.path)[:50])
    if classes:
        return InputError("only_one_usable_class", details, class_name=shown(classes[0]))
    return InputError("no_usable_photos", details, folder=shown(folder.name))
