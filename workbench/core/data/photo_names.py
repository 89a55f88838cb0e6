"""Which photo a table means: by its path or name, with or without ending, folders, capitals."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable

from workbench.core.data.folder_words import version_of
from workbench.core.names import one_form

_OTHER_VERSIONS = ("marks", "changed")
_WHOLE = re.compile(r"\A(?:[A-Za-z]:)?/+")


class PhotoNames:
    """The photos of a folder by what they may be called.

    Args:
        paths: Relative to the image folder.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            self._paths[one_form(path)] = path
            name = _plain(path.rpartition("/")[2])
            self._by_name[name].append(path)
            stem = name.rpartition(".")[0]
            if stem:
                self._by_stem[stem].append(path)

    def find(self, value: str, beside: str = "") -> tuple[str, ...]:
        """The photos that a cell may mean: none, one, or several.

        What it says is tried from the table's own folder and from the image folder. Else a photo is meant
        whose path ends like it, or, where the cell says more folders, like which it ends: paths of another
        computer. Capitals and the form of accents count only where they tell photos apart.

        Args:
            value: A path or a name.
            beside: The table's folder, relative to the image folder.
        """
        said = one_form(value.strip().replace("\\", "/"))
        if not said:
            return ()
        for folder in dict.fromkeys((beside, "")):
            whole = posixpath.normpath(posixpath.join(folder, said))
            if whole in self._paths:
                return (self._paths[whole],)
        said = posixpath.normpath(_WHOLE.sub("", said, count=1))
        name = _plain(said.rpartition("/")[2])
        for known, with_ending in ((self._by_name, True), (self._by_stem, False)):
            found = [path for path in known.get(name, ()) if _ends_alike(said, path, with_ending)]
            if found:
                return _meant(said, found, with_ending)
        return ()


def _plain(name: str) -> str:
    return one_form(name).casefold()


def _ends_alike(said: str, path: str, with_ending: bool) -> bool:
    """Whether one of two paths ends as the other; their names are alike."""
    if "/" not in said or "/" not in path:
        return True
    one, other = _plain(said), _plain(path if with_ending else path.rpartition(".")[0])
    shorter, longer = sorted((one, other), key=len)
    return f"/{longer}".endswith(f"/{shorter}")


def _meant(said: str, found: list[str], with_ending: bool) -> tuple[str, ...]:
    """Those of several photos that are meant rather than the others."""
    if len(found) > 1:
        shown = found if with_ending else [path.rpartition(".")[0] for path in found]
        same = [path for path, own in zip(found, shown, strict=True) if f"/{own}".endswith(f"/{said}")]
        found = same or found
    if len(found) > 1:  # masks beside photos, copies in grey
        found = [path for path in found if not _is_other_version(path)] or found
    return tuple(found)


def _is_other_version(path: str) -> bool:
    return any(version_of(folder) in _OTHER_VERSIONS for folder in path.split("/")[:-1])


def is_one_photo(paths: tuple[str, ...]) -> bool:
    """Whether files are one photo in several formats: they lie beside each other, and only endings differ."""
    return len({path.rpartition(".")[0] for path in paths}) == 1
