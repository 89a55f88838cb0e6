"""The tags of a TIFF's pages, and which page is the picture (TIFF 6.0, its supplements, BigTIFF, DNG 1.7)."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

_HEADS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_TYPES = {1: "B", 2: "s", 3: "H", 4: "I", 5: "II", 6: "b", 7: "s", 8: "h", 9: "i"} | {
    10: "ii", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"
}  # fmt: skip
_MOST_PAGES = 64
_MOST_FIELDS = 4096
_RAW_PHOTOMETRICS = (32803, 34892)  # a colour filter array; linear raw
_RAW_COMPRESSIONS = (32767, 32769, 32770, 34713, 65000, 65535)  # of camera makers
_DNG_VERSION = 50706

NEWSUBFILE, SUBFILE, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 254, 255, 259, 262, 266
DESCRIPTION, ORIENTATION, PREDICTOR, COLOUR_MAP, SUBIFDS, INKSET = 270, 274, 317, 320, 330, 332
PROFILE, NODATA = 34675, 42113


@dataclass(frozen=True)
class Page:
    """One image file directory.

    Attributes:
        order: `<` or `>`, the file's byte order.
        offset: Where it begins.
        next: Where the next one begins; 0 at the end.
        values: By tag: numbers, or bytes for text and what is undefined.
    """

    order: str
    offset: int
    next: int
    values: dict[int, tuple[Any, ...] | bytes]

    def numbers(self, field: int) -> tuple[Any, ...]:
        """All numbers of a tag; empty where it is absent or no number."""
        found = self.values.get(field, ())
        return () if isinstance(found, bytes) else found

    def number(self, field: int, default: int = 0) -> int:
        """The first number of a tag, whole."""
        found = self.numbers(field)
        return int(found[0]) if found else default

    def text(self, field: int) -> str:
        """The text of a tag, up to its first zero byte."""
        found = self.values.get(field, b"")
        return found.partition(b"\0")[0].decode("latin-1") if isinstance(found, bytes) else ""

    @cached_property
    def width(self) -> int:
        """In pixels, as stored."""
        return self.number(256)

    @cached_property
    def height(self) -> int:
        """In pixels, as stored."""
        return self.number(257)

    @cached_property
    def samples(self) -> int:
        """How many values a pixel has."""
        return self.number(277, max(1, len(self.numbers(258))))

    @cached_property
    def bits(self) -> int:
        """Of each sample; 0 where they differ."""
        given = self.numbers(258)[: self.samples] or (1,)
        return int(given[0]) if len(set(given)) == 1 else 0

    @cached_property
    def sample_format(self) -> int:
        """1 unsigned, 2 signed, 3 floating-point, 5 and 6 complex; 0 where the samples differ."""
        given = self.numbers(339)[: self.samples] or (1,)
        if len(set(given)) > 1:
            return 0
        return 1 if given[0] == 4 else int(given[0])  # 4 is "undefined", which readers take as unsigned

    @cached_property
    def compression(self) -> int:
        """As the tag has it; 1 where it is absent."""
        return self.number(COMPRESSION, 1)

    @cached_property
    def photometric(self) -> int:
        """0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr, 8 CIELAB and others.

        The tag is required; where it is absent, what the other tags leave over is assumed, as in libtiff.
        """
        if self.numbers(PHOTOMETRIC):
            return self.number(PHOTOMETRIC)
        if self.samples >= 3:
            return 2
        return 0 if self.compression in (2, 3, 4, 32771) else 1

    @cached_property
    def is_planar(self) -> bool:
        """Whether each channel is stored by itself."""
        return self.number(284, 1) == 2 and self.samples > 1

    @cached_property
    def extra(self) -> tuple[int, ...]:
        """What the samples beyond the colours are: 0 unspecified, 1 associated alpha, 2 alpha."""
        return tuple(int(value) for value in self.numbers(338))

    @property
    def orientation(self) -> int:
        """As in EXIF."""
        return self.number(ORIENTATION, 1)

    @property
    def is_reduced(self) -> bool:
        """Whether it is a smaller copy, or the mask, of another page."""
        return bool(self.number(NEWSUBFILE) & 0b101) or self.number(SUBFILE, 1) == 2


def is_tiff(head: bytes) -> bool:
    """Whether a file's first bytes are those of a TIFF."""
    return head.startswith(_HEADS)


def first_page(file: BinaryIO) -> tuple[Page, bool]:
    """The first page of a TIFF, and whether it is a BigTIFF.

    Raises:
        ValueError, struct.error: It is damaged.
    """
    file.seek(0)
    head = file.read(16)
    order, is_big = "<" if head[:1] == b"I" else ">", head[2:3] == b"+" or head[3:4] == b"+"
    (offset,) = struct.unpack_from(f"{order}{'Q' if is_big else 'I'}", head, 8 if is_big else 4)
    return _page(file, offset, order, is_big), is_big


def further_pages(file: BinaryIO, page: Page, *, is_big: bool) -> Iterator[Page]:
    """The sub-images of a page, then the pages that follow it and theirs; what is damaged ends it."""
    seen = {page.offset}
    while (page.next and page.next not in seen) or page.numbers(SUBIFDS):
        for offset in page.numbers(SUBIFDS):
            if len(seen) < _MOST_PAGES and offset not in seen:
                seen.add(offset)
                inner = _page_or_none(file, offset, page.order, is_big)
                if inner is not None:
                    yield inner
        if not page.next or page.next in seen or len(seen) >= _MOST_PAGES:
            return
        seen.add(page.next)
        following = _page_or_none(file, page.next, page.order, is_big)
        if following is None:
            return
        yield following
        page = following


def is_raw(head: bytes, first: Page, others: list[Page]) -> bool:
    """Whether it is what a camera's sensor saw (DNG, NEF, CR2, ARW, PEF, SRW, …), to be developed first."""
    if head[8:10] == b"CR" or head[8:12] == b"IIII" or _DNG_VERSION in first.values:
        return True
    return any(
        page.photometric in _RAW_PHOTOMETRICS or page.compression in _RAW_COMPRESSIONS
        for page in (first, *others)
    )


def main_page(first: Page, others: list[Page]) -> Page:
    """The picture itself, where the first page is but a smaller copy of another."""
    if not first.is_reduced:
        return first
    whole = [page for page in others if not page.is_reduced and page.width and page.height]
    return max(whole, key=lambda page: page.width * page.height, default=first)


def has_more_pictures(main: Page, others: list[Page]) -> bool:
    """Whether there are further pages, or images that ImageJ stacked behind one page."""
    pages = (page for page in others if page.offset != main.offset and page.numbers(256))
    if any(not page.is_reduced for page in pages):
        return True
    lines = main.text(DESCRIPTION).splitlines()
    if not lines or not lines[0].startswith("ImageJ="):
        return False
    return any(line.startswith("images=") and line[7:].strip() not in ("", "1") for line in lines)


def _page_or_none(file: BinaryIO, offset: int, order: str, is_big: bool) -> Page | None:
    try:
        return _page(file, offset, order, is_big)
    except (ValueError, struct.error, OverflowError):
        return None


def _page(file: BinaryIO, offset: int, order: str, is_big: bool) -> Page:
    size = file.seek(0, os.SEEK_END)
    file.seek(offset)
    count_of, entry, place = ("Q", "HHQ8s", "Q") if is_big else ("H", "HHI4s", "I")
    count_size, entry_size = struct.calcsize(f"={count_of}"), struct.calcsize(f"={entry}")
    (count,) = struct.unpack(order + count_of, file.read(count_size))
    if count > _MOST_FIELDS:
        raise ValueError(f"{count} tags")
    table = file.read(count * entry_size)
    if len(table) < count * entry_size:
        raise ValueError("the tags are cut off")
    after = file.read(struct.calcsize(f"={place}"))
    following = struct.unpack(order + place, after)[0] if len(after) == struct.calcsize(f"={place}") else 0
    values: dict[int, tuple[Any, ...] | bytes] = {}
    for field, kind, length, inline in struct.iter_unpack(order + entry, table):
        kind_of = _TYPES.get(kind)
        if kind_of is None or field in values:
            continue
        nbytes = length * struct.calcsize(f"={kind_of}")
        if nbytes <= len(inline):
            content = inline[:nbytes]
        else:
            (start,) = struct.unpack_from(order + place, inline)
            if start + nbytes > size:
                continue  # a tag that the picture needs is missed later
            file.seek(start)
            content = file.read(nbytes)
        values[field] = content if kind_of == "s" else _unpacked(order, kind_of, length, content)
    return Page(order, offset, following, values)


def _unpacked(order: str, kind: str, length: int, content: bytes) -> tuple[Any, ...]:
    if len(kind) == 1:
        return struct.unpack(f"{order}{length}{kind}", content)
    pairs = struct.iter_unpack(order + kind, content)
    return tuple(above / below if below else 0.0 for above, below in pairs)
