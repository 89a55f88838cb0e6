"""Which class and which set each file of a folder belongs to, judged by the folders alone."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.data.catalog import Skipped, Subset
from workbench.core.data.listing import Listing
from workbench.core.errors import ImageError, InputError
from workbench.core.images.formats import looks_like_image, shown
from workbench.core.images.loader import open_file
from workbench.core.messages import Message

_SET_NAME = re.compile(r"(?:(train|training)|(val|valid|validation)|(test|testing))(?:[ _-]?set)?")
_SUBSETS: tuple[Subset, ...] = ("training", "validation", "test")


@dataclass(frozen=True, slots=True)
class Place:
    """A file with the class and the set that its folders put it in."""

    path: str
    class_name: str
    subset: Subset


@dataclass
class Layout:
    """How a folder is arranged.

    Attributes:
        places: The files that lie in a class.
        class_names: Every class folder's name, with and without files.
        skipped: Files that lie in no class.
        notes: About the folder as a whole.
    """

    places: list[Place] = field(default_factory=list)
    class_names: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)


def arrange(folder: Path, listing: Listing) -> Layout:
    """Finds classes and sets.

    A class is a folder directly below the chosen one, or directly below a folder of a set (`train`,
    `val`, `test` and their longer forms), where at least two sets are there. Below a class any depth
    of folders belongs to it.

    Raises:
        InputError: The photos are not sorted into two or more classes.
    """
    children = _children(listing.folders)
    root = _descend(children)
    sets: dict[str, Subset] = {path: subset for path in children[root] if (subset := _subset_of(path))}
    layout = Layout()
    if len(set(sets.values())) >= 2 and any(children[path] for path in sets):
        class_folders = _in_sets(root, sets, children, layout)
    else:
        if sets and len(sets) == len(children[root]) > 1:
            raise InputError("sets_without_classes")
        class_folders = {path: Place(path, _name(path), "") for path in children[root]}
    layout.class_names = {place.class_name for place in class_folders.values()}
    if len(layout.class_names) < 2:
        raise _too_few_classes(folder, listing, class_folders, children)
    left_out = {skipped.path for skipped in layout.skipped}
    for path in listing.files:
        place = _place_of(path, class_folders)
        if place is not None:
            layout.places.append(place)
        elif not any(path.startswith(f"{other}/") for other in left_out):
            layout.skipped.append(Skipped(path, Message("no_class", {"name": shown(path)})))
    return layout


def _children(folders: list[str]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folders):
        children[path.rpartition("/")[0]].append(path)
    return children


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _subset_of(path: str) -> Subset:
    match = _SET_NAME.fullmatch(_name(path).strip().casefold())
    return _SUBSETS[match.lastindex - 1] if match and match.lastindex else ""


def _descend(children: dict[str, list[str]]) -> str:
    """The folder to start from: further down where a lone folder holds the sets, or is a lone `train`."""
    root = path = ""
    while len(children[path]) == 1:
        path = children[path][0]
        subsets = {_subset_of(child) for child in children[path]} - {""}
        if len(subsets) >= 2 or (_subset_of(path) and len(children[path]) >= 2):
            return path
    return root


def _in_sets(
    root: str, sets: dict[str, Subset], children: dict[str, list[str]], layout: Layout
) -> dict[str, Place]:
    whole = "training" not in sets.values()
    if whole:
        layout.notes.append(Message("no_training_set"))
    class_folders: dict[str, Place] = {}
    for path, subset in sets.items():
        inner = path
        while len(children[inner]) == 1 and _subset_of(children[inner][0]) == subset:
            inner = children[inner][0]  # `train/train/…`, as some archives unpack
        for class_folder in children[inner]:
            class_folders[class_folder] = Place(class_folder, _name(class_folder), "" if whole else subset)
    for path in children[root]:
        if path in sets:
            continue
        copies = {_subset_of(child) for child in children[path]} - {""}
        code = "outside_sets.copy" if len(copies) >= 2 else "outside_sets"
        message = Message(code, {"name": shown(path)})
        layout.skipped.append(Skipped(path, message))
        layout.notes.append(message)
    return class_folders


def _place_of(path: str, class_folders: dict[str, Place]) -> Place | None:
    parts = path.split("/")
    for depth in range(1, len(parts)):
        found = class_folders.get("/".join(parts[:depth]))
        if found is not None:
            return Place(path, found.class_name, found.subset)
    return None


def _too_few_classes(
    folder: Path, listing: Listing, class_folders: dict[str, Place], children: dict[str, list[str]]
) -> InputError:
    name = shown(folder.name or str(folder))
    if class_folders:
        path, place = next(iter(class_folders.items()))
        class_name = shown(place.class_name)
        if len(children[path]) >= 2:
            return InputError("only_one_class.nested", class_name=class_name, folder=shown(path))
        return InputError("only_one_class", class_name=class_name)
    if any(_is_image(folder / path) for path in sorted(listing.files)[:100]):
        return InputError("photos_without_classes", folder=name)
    return InputError("no_photos", folder=name)


def _is_image(path: Path) -> bool:
    try:
        with open_file(path) as file:
            return looks_like_image(file.read(32))
    except ImageError:
        return False
