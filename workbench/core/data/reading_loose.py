"""The reading of photos that nobody has sorted: none has a class yet; a person gives them in the window."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.core.data.catalog import LOOSE
from workbench.core.data.file_kinds import is_never_photo, may_be_photo
from workbench.core.data.reading import ClassPhoto, Reading
from workbench.core.messages import Message


def loose(files: Iterable[str]) -> Reading:
    """Every file that may be a photo, at any depth, without a class.

    Args:
        files: Paths relative to the image folder.
    """
    names = ((path, path.rpartition("/")[2]) for path in files)
    photos = sorted(path for path, name in names if may_be_photo(name) and not is_never_photo(name))
    return Reading(LOOSE, (), 0.0, Message("read_loose"), photos=tuple(map(ClassPhoto, photos)))
