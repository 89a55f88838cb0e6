"""Reads one photo of a folder: what the scan does with each, and whoever adds photos to it later."""

from __future__ import annotations

from pathlib import Path

from workbench.core.data.catalog import Sample, Skipped
from workbench.core.data.file_kinds import may_be_photo
from workbench.core.data.layout import Place
from workbench.core.data.listing import no_photo, stand_in_of
from workbench.core.data.look_store import LookStore
from workbench.core.data.photo_cache import Facts, Photo, PhotoCache
from workbench.core.errors import ImageError
from workbench.core.messages import Message
from workbench.core.names import shown


def read_photo(
    folder: Path, place: Place, cache: PhotoCache, looks: LookStore
) -> tuple[Sample, Photo | Facts] | Skipped:
    """Decodes a photo to its end, unless the cache has it, and takes a note of its look.

    Of a file that is as it was, and whose look is known, nothing is read.

    Args:
        folder: The image folder.
        place: The file, and what its folders say of it.
        cache: Of the folder.
        looks: Of the folder.

    Returns:
        The sample, whose id is its path, and what was found out; or why the file cannot be used.
    """
    photo: Photo | Facts | None
    try:
        photo = cache.facts(place.path)
        if photo is None or not looks.knows(photo.digest):
            photo = cache.photo(place.path)
            looks.see(photo.digest, photo.pixels)
    except ImageError as error:
        return Skipped(place.path, why_not(folder, place.path, error), place.class_name)
    facts = (place.subset, photo.digest, photo.width, photo.height, place.group)
    return Sample(place.path, place.path, place.class_name or None, *facts), photo


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
