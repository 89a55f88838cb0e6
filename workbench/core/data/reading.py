"""One way to read a folder, and what the rules that make readings share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from workbench.core.data import folder_words
from workbench.core.data.alike_names import meaning
from workbench.core.data.catalog import ReadAs, ReadingKey, Skipped, Subset
from workbench.core.data.folder_tree import Node
from workbench.core.messages import Message
from workbench.core.names import shown


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """A folder that is read as a class, or as a class's part in a set.

    Attributes:
        path: Relative to the image folder; "" for itself.
        photos: How many files in it may be photos, by their names.
    """

    path: str
    class_name: str
    subset: Subset
    photos: int


@dataclass(frozen=True, slots=True)
class ClassPhoto:
    """A photo whose class is not said by its folder.

    Attributes:
        path: Relative to the image folder.
        class_name: "" where it has none yet.
        group: As in `Sample`.
    """

    path: str
    class_name: str = ""
    subset: Subset = ""
    group: str = ""


@dataclass(frozen=True)
class Reading:
    """One way to read a folder.

    Attributes:
        key: Its stable name; see `READINGS`.
        folders: The class folders, in the order of their paths; none where folders say no classes.
        rank: How likely it is; only differences mean something.
        why: What it takes for classes: one sentence.
        notes: What a person should hear of it; empty where it goes without saying.
        left_out: Folders that are no part of it.
        photos: Every photo, where folders say no classes; None where they do.
        tables: Paths of the tables that say the classes.
    """

    key: ReadingKey
    folders: tuple[ClassFolder, ...]
    rank: float
    why: Message
    notes: tuple[Message, ...] = ()
    left_out: tuple[Skipped, ...] = ()
    photos: tuple[ClassPhoto, ...] | None = None
    tables: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many photos each class may have, by class name, in order."""
        counts: Counter[str] = Counter()
        for folder in self.folders:
            counts[folder.class_name] += folder.photos
        counts.update(photo.class_name for photo in self.photos or () if photo.class_name)
        return dict(sorted(counts.items()))

    @property
    def subsets(self) -> dict[str, int]:
        """How many photos each set may have; empty where there are no sets."""
        counts: Counter[str] = Counter()
        for folder in self.folders:
            if folder.subset:
                counts[folder.subset] += folder.photos
        counts.update(photo.subset for photo in self.photos or () if photo.subset)
        return dict(counts)


def told(reading: Reading) -> ReadAs:
    """A reading as it is told to people; classes without photos are not among its classes."""
    classes = {shown(name): count for name, count in reading.counts.items() if count}
    return ReadAs(reading.key, reading.why, classes, reading.subsets)


def within(node: Node, names: Collection[str] = ()) -> Node:
    """The folder that holds a set's classes, or its unsorted photos: further down in a lone folder.

    Archives are unpacked into their own names (`seg_train/seg_train/CLASS`), and photos lie in `images`.

    Args:
        names: What the names of classes mean; a lone folder of such a name is a class.
    """
    while node.direct == 0:
        sorted_ones = [child for child in node.full if not folder_words.is_unsorted(child.name)]
        if len(sorted_ones) != 1 or meaning(sorted_ones[0].name) in names:
            break
        only = sorted_ones[0]
        if len(node.full) > 1 and not only.full:
            break
        wraps = meaning(only.name) == meaning(node.name) or folder_words.version_of(only.name) == "photos"
        if not (only.full or wraps or folder_words.subset_of(only.name)[0]):
            break
        node = only
    return node


def unwrapped(node: Node) -> Node:
    """The folder that holds classes, below lone folders of its own name or a version's (`images/Images`)."""
    while node.direct == 0 and len(full := node.full) == 1 and full[0].full:
        only = full[0]
        if meaning(only.name) != meaning(node.name) and not folder_words.version_of(only.name):
            break
        node = only
    return node


def mirrors(node: Node, others: list[Node]) -> int:
    """How many of a folder's folders are called like folders beside it; 0 where most are not."""
    inner = within(node, [meaning(other.name) for other in others]).inner
    found = inner.keys() & {meaning(other.name) for other in others}
    return len(found) if 2 * len(found) >= len(inner) else 0


def is_extra(node: Node) -> bool:
    """Whether a folder is unsorted, and its name hints at another set or at photos without a class."""
    subset, rest = folder_words.subset_of(node.name)
    named = folder_words.is_unsorted(node.name) or (subset and not rest)
    return bool(named) and not within(node).full


def holds_no_class(node: Node) -> bool:
    """Whether a folder without photos is no class that waits for some: it has other files, or says so."""
    return bool(node.others) and folder_words.version_of(node.name) == "marks"


def why_beside(node: Node) -> str:
    """Code for a folder that lies beside those of the classes."""
    if not node.photos:
        return "beside_classes.no_photos"
    if folder_words.version_of(node.name) in ("marks", "changed"):
        return "beside_classes.version"
    return "beside_classes.unsorted" if is_extra(node) else "beside_classes"


def beside(node: Node, code: str) -> Skipped:
    """A folder that is no part of a reading, by one of the codes below."""
    values = {"name": shown(node.path), "count": node.photos}
    messages = {
        "beside_classes": Message("beside_classes", values),
        "beside_classes.copy": Message("beside_classes.copy", values),
        "beside_classes.no_photos": Message("beside_classes.no_photos", values),
        "beside_classes.unsorted": Message("beside_classes.unsorted", values),
        "beside_classes.version": Message("beside_classes.version", values),
        "outside_sets": Message("outside_sets", values),
        "outside_sets.copy": Message("outside_sets.copy", values),
    }
    return Skipped(node.path, messages[code])
