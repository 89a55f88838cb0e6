"""The folders of a listing as a tree, with how many photos lie in each, by name alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.core.data.alike_names import meaning
from workbench.core.data.file_kinds import may_be_photo
from workbench.core.data.listing import Listing


@dataclass(eq=False)
class Node:
    """A folder.

    Attributes:
        path: Relative to the image folder; "" for itself.
        children: Its folders, by path.
        direct: How many files that may be photos lie directly in it.
        photos: How many lie in it at any depth, stand-ins for photos that are elsewhere among them.
        others: How many files lie in it at any depth that are no photos.
    """

    path: str
    children: list[Node] = field(default_factory=list)
    direct: int = 0
    photos: int = 0
    others: int = 0

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.path.rpartition("/")[2]

    @property
    def full(self) -> list[Node]:
        """The folders in it that have photos."""
        return [child for child in self.children if child.photos]

    @property
    def inner(self) -> dict[str, Node]:
        """The folders in it that have photos, by what their names mean."""
        return {meaning(child.name): child for child in self.full}

    def walk(self) -> Iterator[Node]:
        """It and all folders below."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree_of(listing: Listing) -> Node:
    """The tree of a listing, hidden folders left out; see `hidden_folders`."""
    nodes = {"": Node("")}
    for path in sorted(listing.folders):
        node = nodes[path] = Node(path)
        nodes[_parent(path)].children.append(node)
    for path in listing.files:
        node = nodes[_parent(path)]
        if may_be_photo(path.rpartition("/")[2]):
            node.direct += 1
        else:
            node.others += 1
    for skipped in listing.skipped:
        if skipped.reason == "not_downloaded":
            nodes[_parent(skipped.path)].direct += 1
    root = nodes[""]
    _count(root)
    for parent in [node for node in root.walk() if node.children]:
        parent.children = [child for child in parent.children if not _is_hidden(child, parent, root)]
    _count(root)
    return root


def hidden_folders(listing: Listing, tree: Node) -> set[str]:
    """The folders of a listing that are not in its tree because of a dot in front; the topmost of each."""
    there = {node.path for node in tree.walk()}
    gone = [path for path in listing.folders if path not in there]
    return {path for path in gone if _parent(path) in there}


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _count(node: Node) -> None:
    node.photos = node.direct
    for child in node.children:
        _count(child)
        node.photos += child.photos


def _is_hidden(node: Node, parent: Node, root: Node) -> bool:
    """Whether a dot in front hides a folder: it does, unless the folder lies as a class does.

    That is: it has photos, and folders with photos lie beside it, but no photos (`.22 LR` beside `9 mm`);
    or it is all that there is.
    """
    if not node.name.startswith("."):
        return False
    beside = any(other is not node and other.photos for other in parent.children)
    if not node.photos:
        return True
    return parent.direct > 0 and parent is not root if beside else parent.direct > 0 or parent is not root
