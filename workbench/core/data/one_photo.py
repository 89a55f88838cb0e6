"""Reads one photo of a folder: what the scan does with each, and whoever adds photos to it later."""

from __future__ import annotations

from pathlib import Path

from workbench.core.data.catalog import Sample, Skipped
from workbench.core.data.file_kinds import may_be_photo
from workbench.core.data.layout import Place
from workbench.core.data.listing import no_photo, stand_in_of
from workbench.core.data.look_store import LookStore
from workbench.core.data.photo_cache import Facts, PhotoCache
from workbench.core.errors import ImageError
from workbench.core.messages import Message
from workbench.core.names import shown

Read = tuple[Sample, Facts] | Skipped
"""A sample, whose id is its path, and what was found out of it; or why the file cannot be used."""


def read_photo(folder: Path, place: Place, cache: PhotoCache, looks: LookStore) -> Read:
    """Decodes a photo to its end, unless the cache has it, and takes a note of its look.

    Args:
        folder: The image folder.
        place: The file, and what its folders say of it.
        cache: Of the folder.
        looks: Of the folder.
    """
    try:
        photo = cache.photo(place.path)
    except ImageError as error:
        return Skipped(place.path, why_not(folder, place.path, error), place.class_name)
    looks.see(photo.digest, photo.pixels)
    facts = Facts.of(photo)
    return _sample_at(place, facts), facts


def known_photo(folder: Path, place: Place, cache: PhotoCache, looks: LookStore) -> Read | None:
    """What is known of a file that is as it was when it was read, and whose look is known; else None.

    It takes a thousandth of `read_photo`'s time: nothing is read.

    Args:
        folder, place, cache, looks: As `read_photo`.
    """
    try:
        facts = cache.facts(place.path)
    except ImageError as error:
        return Skipped(place.path, why_not(folder, place.path, error), place.class_name)
    if facts is None or not looks.knows(facts.digest):
        return None
    return _sample_at(place, facts), facts


def _sample_at(place: Place, photo: Facts) -> Sample:
    facts = (place.subset, photo.digest, photo.width, photo.height, place.group)
    return Sample(place.path, place.path, place.class_name or None, *facts)


def why_not(folder: Path, path: str, error: ImageError) -> Message:
    """What is the matter with a file that is no image: where its name never said so, it is what it says.

    Args:
        folder: The image folder.
        path: Of the file in it.
        error: What the loader said.
    """
    name = path.rpartition("/")[2]
    if error.reason not in ("not_an_image", "empty_file"):
        return error.message
    if not may_be_photo(name):
        return no_photo(path)
    if error.message.code not in ("not_an_image", "empty_file"):
        return error.message
    kind = stand_in_of(folder / path)
    return Message(f"not_downloaded.{kind}", {"name": shown(name)}) if kind else error.message
