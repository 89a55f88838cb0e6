"""The ways to read a folder: which of its folders are classes, which are sets, which are neither.

Nothing is decided by names alone. A rule holds what the names hint at (`folder_words`) against what lies in
the folders, and gives a `Reading` with a rank. Where the best is not ahead by `CLEAR`, a person is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from workbench.core.data.alike_names import meaning
from workbench.core.data.catalog import ReadingKey
from workbench.core.data.folder_tree import Node
from workbench.core.data.reading import ClassFolder, Reading, beside
from workbench.core.data.reading_classes import class_versions, deepest, folders, inside, plain
from workbench.core.data.reading_sets import class_sets, copies, set_names, sets
from workbench.core.messages import Message
from workbench.core.names import shown

CLEAR = 0.5
"""By how much a reading's rank has to be ahead, so that nobody needs to be asked."""
_RULES: tuple[Callable[[Node], Iterable[Reading]], ...] = (
    sets,
    class_sets,
    set_names,
    class_versions,
    copies,
    inside,
    folders,
    deepest,
)


def readings(tree: Node, name: str = "", known: Collection[str] = ()) -> list[Reading]:
    """Every way to read a folder that makes sense, the likeliest first, each key once.

    Args:
        tree: Of the folder.
        name: Its own name.
        known: Names of classes that are expected (those of a model); then one class is enough.

    Returns:
        None at all where no reading gives two classes with photos (or one, where some are known).
    """
    expected = {meaning(each) for each in known}
    fewest = 1 if expected else 2
    best: dict[ReadingKey, Reading] = {}
    seen: set[tuple[ClassFolder, ...]] = set()
    for reading in candidates(tree, name, expected):
        if reading.key not in best and reading.folders not in seen and len(_with_photos(reading)) >= fewest:
            best[reading.key] = reading
            seen.add(reading.folders)
    return list(best.values())


def candidates(tree: Node, name: str = "", expected: Collection[str] = ()) -> list[Reading]:
    """What the rules give, the likeliest first, whether or not it has two classes.

    Args:
        expected: What the names of known classes mean.
    """
    top, passed = descended(tree, expected)
    found = [reading for rule in _RULES for reading in rule(top)]
    if expected:
        found += (plain(node, 0.5) for node in tree.walk() if node is not top and node.full)
        if tree.direct and meaning(name) in expected:
            found.append(_itself(tree, name))
        found = [replace(each, rank=each.rank + 4 * _share_of(each, expected)) for each in found]
    left_out = tuple(beside(node, "beside_classes.no_photos") for node in passed)
    found = [
        replace(
            each,
            folders=tuple(sorted(each.folders, key=lambda folder: folder.path)),
            left_out=(*each.left_out, *left_out),
        )
        for each in found
    ]
    return sorted(found, key=lambda each: -each.rank)


def is_clear(found: list[Reading]) -> bool:
    """Whether the likeliest reading is so far ahead that nobody needs to be asked."""
    return len(found) < 2 or found[0].rank - found[1].rank >= CLEAR


def descended(node: Node, expected: Collection[str] = ()) -> tuple[Node, list[Node]]:
    """The first folder with more than one way to go, and the folders without photos that were passed.

    Archives unpack as `archive/data/CLASS`; a few loose photos beside the lone folder stop nobody.
    """
    passed: list[Node] = []
    while len(full := node.full) == 1 and full[0].full and meaning(full[0].name) not in expected:
        if node.direct > max(3, full[0].photos // 10):
            break
        passed += (child for child in node.children if not child.photos and child.others)
        node = full[0]
    return node, passed


def _itself(tree: Node, name: str) -> Reading:
    why = Message("read_itself", {"class_name": shown(name)})
    return Reading("itself", (ClassFolder("", name, "", tree.photos),), 0.5, why, (why,))


def _with_photos(reading: Reading) -> list[str]:
    return [name for name, count in reading.counts.items() if count]


def _share_of(reading: Reading, expected: Collection[str]) -> float:
    total = sum(reading.counts.values())
    return sum(n for name, n in reading.counts.items() if meaning(name) in expected) / max(1, total)
