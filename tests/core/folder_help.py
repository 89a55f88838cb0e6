"""Makes small image folders, and reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.bad_files import encoded
from workbench.core.data.catalog import Catalog
from workbench.core.data.listing import Listing
from workbench.core.data.scan import scan
from workbench.core.events import Progress
from workbench.core.jobs import StopRequested, never


def scanned(folder: Path, stop: StopRequested = never) -> Catalog:
    catalog, _ = scanned_with_events(folder, stop)
    return catalog


def scanned_with_events(folder: Path, stop: StopRequested = never) -> tuple[Catalog, list[Progress]]:
    job, events = scan(folder, stop=stop), []
    while True:
        try:
            events.append(next(job))
        except StopIteration as end:
            return end.value, events


def put(folder: Path, *names: str) -> None:
    """Small photos, each of its own content."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        seed = int.from_bytes(hashlib.sha256(str(path).encode(errors="surrogateescape")).digest()[:4])
        noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
        path.write_bytes(encoded(Image.fromarray(noise), "PNG"))


def reasons(catalog: Catalog) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in catalog.skipped}


def paths(catalog: Catalog) -> list[str]:
    return [sample.path for sample in catalog.samples]


def state_of(folder: Path) -> dict[str, tuple[int, str]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files
    } | {str(path): (path.stat().st_mtime_ns, "") for path in folder.rglob("*") if path.is_dir()}


Tree = dict[str, int | str | list[str]]
"""A folder → how many photos lie directly in it, or the ending of its two files, or their names."""


def listing_of(tree: Tree) -> Listing:
    listing, folders = Listing(), set[str]()
    for number, (folder, content) in enumerate(tree.items()):
        if isinstance(content, int):
            names: Iterable[str] = (f"IMG_{1000 * number + n}.jpg" for n in range(content))
        else:
            names = [f"a.{content}", f"b.{content}"] if isinstance(content, str) else content
        listing.files += (f"{folder}/{name}" if folder else name for name in names)
        parts = folder.split("/")
        folders |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)} - {""}
    listing.folders += sorted(folders)
    return listing


def spread(tops: str, classes: str, count: int = 4) -> Tree:
    """`TOP/CLASS` for each top and each class."""
    return {f"{top}/{name}": count for top in tops.split() for name in classes.split()}
