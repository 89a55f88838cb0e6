"""Which class and which set each file of a folder belongs to, by the reading that was chosen."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from workbench.core.data.alike_names import matched
from workbench.core.data.catalog import LOOSE, WITHOUT_CLASSES, Skipped, Subset
from workbench.core.data.file_kinds import is_archive, is_never_photo
from workbench.core.data.folder_tree import hidden_folders, tree_of
from workbench.core.data.folder_words import is_container, subset_of, version_of
from workbench.core.data.listing import Listing, no_photo
from workbench.core.data.reading import ClassFolder, ClassPhoto, Reading
from workbench.core.data.reading_loose import loose
from workbench.core.data.reading_tables import Tables, table_readings
from workbench.core.data.readings import candidates, descended, is_clear, readings
from workbench.core.errors import ImageError, InputError
from workbench.core.images.kinds import looks_like_image
from workbench.core.images.loader import open_file
from workbench.core.messages import Message
from workbench.core.names import shown

_MASK = re.compile(
    r"(?P<base>.+?)[ _-](?:masks?|seg|segmentation|gt|ground_?truth)(?:[ _-]?\d+)?", re.IGNORECASE
)
_FEWEST_MASKS, _SHARE_OF_MASKS = 3, 0.25


@dataclass(frozen=True, slots=True)
class Place:
    """A file with the class ("" for none), the set and the group that its folders or a table put it in."""

    path: str
    class_name: str
    subset: Subset
    group: str = ""


@dataclass(frozen=True)
class Look:
    """What a folder holds and how it can be read, before any photo is opened.

    Attributes:
        folder: Absolute.
        listing: Every file in it; files in hidden folders are taken out.
        readings: The likeliest first; at least one.
    """

    folder: Path
    listing: Listing
    readings: tuple[Reading, ...]

    @property
    def is_clear(self) -> bool:
        """Whether nobody needs to be asked which reading is meant."""
        return is_clear(list(self.readings))

    def reading(self, key: str = "") -> Reading:
        """The reading of a key, or the likeliest.

        Raises:
            InputError: The folder cannot be read that way.
        """
        for each in self.readings:
            if key in ("", each.key) or each.key.startswith(f"{key}:"):
                return each
        keys = [each.key for each in self.readings]
        raise InputError("no_such_reading", key=key, folder=shown(self.folder.name), known=keys)


@dataclass
class Layout:
    """How a folder is arranged.

    Attributes:
        places: The files that lie in a class.
        class_names: Every class folder's name, with and without files.
        skipped: Files and folders that are in no class.
        notes: About the folder as a whole.
    """

    places: list[Place] = field(default_factory=list)
    class_names: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)


def look_at(folder: Path, listing: Listing, known: Sequence[str] = (), reading: str = "") -> Look:
    """Finds the ways in which a folder can be read.

    Args:
        known: Class names of a model; then one class is enough.
        reading: The key that was asked for: `LOOSE` is there only where it is.

    Raises:
        InputError: The photos are not sorted into classes.
    """
    tree = tree_of(listing)
    hidden = hidden_folders(listing, tree)
    if hidden:
        listing = _without(listing, hidden)
    if reading == LOOSE and tree.photos:
        return Look(folder, listing, (loose(listing.files),))
    found = readings(tree, folder.name, known)
    tabled = table_readings(folder, listing.files, tree, found)
    found = sorted([*tabled.having(1 if known else 2), *found], key=lambda each: -each.rank)
    if not found:
        raise _refused(folder, listing, known, tabled)
    return Look(folder, listing, tuple(found))


def arrange(look: Look, reading: Reading, known: Sequence[str] = ()) -> Layout:
    """Gives each file its class and set.

    Class names of one set that differ from the training set's (or from the known ones) in capitals, blanks or
    Unicode form alone are taken for those, and this is said.

    Args:
        known: Class names of a model: what lies in other classes is left out.

    Raises:
        InputError: None of the classes is known.
    """
    layout = Layout(skipped=list(reading.left_out), notes=list(reading.notes))
    if reading.photos is not None:
        _place_photos(look, reading, reading.photos, known, layout)
        return layout
    folders, renamed = _with_one_name(reading.folders, known)
    _note_renamed(renamed, layout)
    if known:
        folders = _known_alone(folders, known, layout)
    layout.class_names = {each.class_name for each in folders}
    class_folders = {each.path: each for each in folders}
    class_of, is_out = _finder(class_folders), _finder({skipped.path for skipped in layout.skipped})
    masks = _masks(look.listing.files)
    for path in look.listing.files:
        name = path.rpartition("/")[2]
        if is_out(path) is not None:
            continue
        if (found := class_of(path)) is None:
            layout.skipped.append(Skipped(path, Message("no_class", {"name": shown(path)})))
        elif path in masks:
            message = Message("mask_file", {"name": shown(name)})
            layout.skipped.append(Skipped(path, message, class_folders[found].class_name))
        elif is_never_photo(name):
            layout.skipped.append(Skipped(path, no_photo(path), class_folders[found].class_name))
        else:
            layout.places.append(Place(path, class_folders[found].class_name, class_folders[found].subset))
    for skipped in look.listing.skipped:
        found = class_of(skipped.path)
        class_name = class_folders[found].class_name if found is not None else ""
        layout.skipped.append(replace(skipped, class_name=class_name))
    return layout


def _note_renamed(renamed: Mapping[str, str], layout: Layout) -> None:
    if renamed:
        given, meant = [shown(name) for name in renamed], [shown(name) for name in renamed.values()]
        layout.notes.append(
            Message("class_names_matched", {"given": given, "meant": list(dict.fromkeys(meant))})
        )


def _place_photos(
    look: Look, reading: Reading, photos: Sequence[ClassPhoto], known: Sequence[str], layout: Layout
) -> None:
    """As `arrange`, where it is not folders that say the classes.

    Without known classes, a photo without a class is in the layout as well; with them, there would be
    nothing to hold its answer against.
    """
    names = dict.fromkeys(photo.class_name for photo in photos if photo.class_name)
    meant = matched(names, known) if known else {name: name for name in names}
    _note_renamed({name: other for name, other in meant.items() if name != other}, layout)
    if known and not meant:
        raise InputError("unknown_class", class_name=next(iter(names), ""), known=list(known))
    placed = {photo.path: photo for photo in photos}
    masks, is_out = _masks(look.listing.files), _finder({skipped.path for skipped in layout.skipped})
    layout.class_names = set(meant.values())
    for path in look.listing.files:
        photo, name = placed.get(path), path.rpartition("/")[2]
        if photo is not None and photo.class_name in meant:
            layout.places.append(Place(path, meant[photo.class_name], photo.subset, photo.group))
        elif photo is not None and photo.class_name:
            values = {"class_name": shown(photo.class_name), "count": 1}
            layout.skipped.append(Skipped(path, Message("class_unknown_to_model", values)))
        elif path in reading.tables or is_out(path) is not None:
            continue
        elif path in masks:
            layout.skipped.append(Skipped(path, Message("mask_file", {"name": shown(name)})))
        elif photo is None:
            layout.skipped.append(Skipped(path, no_photo(path)))
        elif known:
            layout.skipped.append(Skipped(path, Message("not_classed", {"name": shown(path)})))
        else:
            layout.places.append(Place(path, "", photo.subset, photo.group))
    layout.skipped += look.listing.skipped


def _finder(folders: Collection[str]) -> Callable[[str], str | None]:
    """As `_above`, once for each folder: there are many files in one."""
    known: dict[str, str | None] = {}

    def found(path: str) -> str | None:
        parent = path.rpartition("/")[0]
        if parent not in known:
            known[parent] = _above(f"{parent}/" if parent else "", folders)
        return known[parent]

    return found


def _above(path: str, folders: Collection[str]) -> str | None:
    """The first of some folders, from the top, that a file lies in."""
    if "" in folders:
        return ""
    parts = path.split("/")
    tops = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return next((top for top in tops if top in folders), None)


def _without(listing: Listing, hidden: set[str]) -> Listing:
    """A listing less what lies in hidden folders, each of which counts as one thing of the system's."""
    return Listing(
        [path for path in listing.files if _above(path, hidden) is None],
        [path for path in listing.folders if path not in hidden and _above(path, hidden) is None],
        [each for each in listing.skipped if _above(each.path, hidden) is None],
        listing.system_files + len(hidden),
        listing.hidden_photos,
    )


def _with_one_name(
    folders: Sequence[ClassFolder], known: Sequence[str]
) -> tuple[list[ClassFolder], dict[str, str]]:
    """The folders with each class spelled in one way; and which spellings were taken for which."""
    groups: dict[str, list[ClassFolder]] = defaultdict(list)
    for each in folders:
        groups[each.path.rpartition("/")[0]].append(each)
    names = list(known)
    renamed: dict[str, str] = {}
    found: list[ClassFolder] = []
    for group in sorted(groups.values(), key=lambda group: group[0].subset not in ("", "training")):
        own = [each.class_name for each in group]
        meant = matched(own, names)
        renamed |= {name: other for name, other in meant.items() if name != other}
        found += (replace(each, class_name=meant.get(each.class_name, each.class_name)) for each in group)
        names += (name for name in own if name not in meant and name not in names)
    return found, renamed


def _known_alone(folders: list[ClassFolder], known: Sequence[str], layout: Layout) -> list[ClassFolder]:
    unknown = [each for each in folders if each.class_name not in known]
    if not any(each.photos for each in folders if each.class_name in known):
        raise InputError("unknown_class", class_name=unknown[0].class_name, known=list(known))
    counts: Counter[str] = Counter()
    for each in unknown:
        if each.photos:
            counts[each.class_name] += each.photos
            values = {"class_name": shown(each.class_name), "count": each.photos}
            layout.skipped.append(Skipped(each.path, Message("class_unknown_to_model", values)))
    if counts:
        names = [shown(name) for name in sorted(counts)]
        layout.notes.append(
            Message("classes_unknown_to_model", {"classes": names, "count": sum(counts.values())})
        )
    return [each for each in folders if each.class_name in known]


def _masks(paths: Sequence[str]) -> set[str]:
    """Files that are masks of photos beside them by their names (`a_mask.png` beside `a.png`).

    Only in folders where that is the rule: at least three of them, and a quarter of all files.
    """
    stems: dict[str, set[str]] = defaultdict(set)
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in paths:
        folder, _, name = path.rpartition("/")
        stem = name.rpartition(".")[0] or name
        stems[folder].add(stem)
        if match := _MASK.fullmatch(stem):
            pairs[folder].append((path, match["base"]))
    found: set[str] = set()
    for folder, some in pairs.items():
        masks = {path for path, base in some if base in stems[folder]}
        if len(masks) >= max(_FEWEST_MASKS, _SHARE_OF_MASKS * len(stems[folder])):
            found |= masks
    return found


def _refused(folder: Path, listing: Listing, known: Sequence[str], tabled: Tables) -> InputError:
    """Why a folder has no reading."""
    refused = _no_classes(folder, listing, known)
    if refused.message.code in WITHOUT_CLASSES and not known and (why := tabled.why_none):
        return InputError("photos_without_classes.table", folder=shown(folder.name), why=why)
    return refused


def _no_classes(folder: Path, listing: Listing, known: Sequence[str]) -> InputError:
    tree = tree_of(listing)
    name = shown(folder.name or str(folder))
    if not tree.photos:
        if any(_is_image(folder / path) for path in sorted(listing.files)[:100]):
            return InputError("photos_without_classes", folder=name)
        archives = sorted(path for path in listing.files if is_archive(path))
        if archives:
            return InputError("no_photos.archives", folder=name, names=[shown(path) for path in archives])
        return InputError("no_photos", folder=name)
    if known:
        return InputError("nothing_to_compare_with", folder=name, known=list(known))
    best = next((each for each in candidates(tree) if any(each.counts.values())), None)
    if best is not None:
        only = next(each for each in best.folders if each.photos)
        node = next(each for each in tree.walk() if each.path == only.path)
        class_name = shown(only.class_name)
        if version_of(only.class_name) and not node.full:  # `images`, which says nothing of what is in them
            return InputError("photos_without_classes", folder=shown(only.path))
        if len(node.full) >= 2:
            return InputError("only_one_class.nested", class_name=class_name, folder=shown(only.path))
        return InputError("only_one_class", class_name=class_name)
    top, _ = descended(tree)
    says_nothing = is_container(top.name) or any(subset_of(child.name)[0] for child in top.full)
    if top.path and not says_nothing:
        return InputError("only_one_class.nested", class_name=shown(top.name), folder=shown(top.path))
    if top.full:
        return InputError("sets_without_classes", names=[shown(child.path) for child in top.full])
    return InputError("photos_without_classes", folder=shown(top.path) or name)


def _is_image(path: Path) -> bool:
    try:
        with open_file(path) as file:
            return looks_like_image(file.read(32))
    except ImageError:
        return False
