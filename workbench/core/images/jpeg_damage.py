"""JPEGs that decode without a word although a part of them was lost.

Decoders take whatever bits they find, and where these end early they paint the rest in one colour. Neither
says so. What is looked for is what failed copies, rescues and memory cards leave: a stretch of bytes of one
value among the coded picture, and a lower part of one colour of which nothing stands in the file. Both occur
in sound files, too (coded black bars, padding, white paper), so the file is decoded once more with those
bytes exchanged: what they change tells.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.images import jpeg

_STRETCH = 512  # bytes: a sector of a disk or card
_LEAST = 0.25  # of the picture's rows
_LAST = (4, 32)  # bytes at the end of the coded picture, at least and at most
_OTHERS = (
    b"\x5a\xc3\x17\x6d",
    b"\xa5\x3c\xe8\x92",
    b"\x33\xd7\x08\xf1",
    b"\xc9\x64\x1b\x8e",
    b"\xe2\x71\xb4\x0d",
)
"""In place of bytes of the coded picture: of no meaning, and without a marker."""
_LARGE = 20_000_000  # pixels: from here on, what is exchanged is looked at on the scale of the picture


def looks_damaged(content: bytes, image: Image.Image) -> bool:
    """Whether a part of a JPEG was lost, though it can be decoded.

    Args:
        content: The JPEG.
        image: What was decoded of it, at any scale, as it is stored.
    """
    coded = jpeg.coded_part(content)
    stretch = _stretch(content, coded)
    if stretch is not None and not (_may_be_plain(coded.first_symbols) and content[stretch[0]] == 0):
        one, other = (_with_others(content, *stretch, number, image) for number in (0, 1))
        return one is None or other is None or not np.array_equal(one, other)
    if coded.is_progressive:
        return False  # all is there before its last bytes, only coarsely
    rows = _plain_rows(image)
    if not _LEAST * image.height <= rows < image.height:
        return False
    end = jpeg.end_of(content, coded)
    return end - coded.start > 4 * _LAST[1] and _is_unwritten(content, end, image, rows)


def _plain_rows(image: Image.Image) -> int:
    """How many rows at the end have the colour of the last pixel throughout."""
    height = image.height
    if not _is_plain(np.asarray(image.crop((0, height - 1, image.width, height)))):
        return 0
    values = np.asarray(image).reshape(height, -1, len(image.getbands()))
    differs = np.flatnonzero((values != values[-1, -1]).any(axis=(1, 2)))
    return height - 1 - int(differs[-1]) if len(differs) else height


def _is_plain(values: NDArray[np.uint8]) -> bool:
    return bool((values == values[:1, :1]).all())


def _may_be_plain(first_symbols: tuple[int, ...]) -> bool:
    """Whether zeros mean that nothing changes: no table has a difference or coefficient under them."""
    return not any(symbol & 0x0F for symbol in first_symbols)


def _stretch(content: bytes, coded: jpeg.CodedPart) -> tuple[int, int] | None:
    """Where bytes of one value begin and end; None where there are no so many in a row."""
    few = np.frombuffer(content, np.uint8)[coded.start :: _STRETCH // 4]
    for value in (0x00, 0xFF):
        same = few == value
        if not (same[:-3] & same[1:-2] & same[2:-1] & same[3:]).any():  # of which a stretch has four or more
            continue
        end = jpeg.end_of(content, coded)
        place = content.find(bytes([value]) * _STRETCH, coded.start, end)
        if place >= 0:
            rest = content[place:end]
            return place, place + len(rest) - len(rest.lstrip(bytes([value])))
    return None


def _is_unwritten(content: bytes, end: int, image: Image.Image, rows: int) -> bool:
    """Whether the last rows, all of one colour, are so whatever the file's last bytes are."""
    # A plain block takes two bits or more: so few bytes stand for the last eighth of the rows at the most.
    last = min(max(rows * image.width // 2048, _LAST[0]), _LAST[1])
    for number in range(len(_OTHERS)):
        found = _with_others(content, end - last, end, number, image)
        if found is None or not _is_plain(found[-max(1, 3 * rows * len(found) // (4 * image.height)) :]):
            return False
    return True


def _with_others(
    content: bytes, start: int, end: int, number: int, image: Image.Image
) -> NDArray[np.uint8] | None:
    """The picture with other bytes in a part of the file, at the same scale; None where it is none then."""
    others = (_OTHERS[number] * ((end - start) // 4 + 1))[: end - start]
    try:
        again = Image.open(io.BytesIO(content[:start] + others + content[end:]), formats=["JPEG"])
        if again.width * again.height > _LARGE:
            scale = round(again.width / image.width)
            again.draft(None, (again.width // scale, again.height // scale))
        again.load()
    except Exception:  # noqa: BLE001 - a spoiled file may fail in any way inside the decoder
        return None
    return np.asarray(again)
