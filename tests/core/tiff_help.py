"""TIFF files written tag by tag, for what no writer writes."""

from __future__ import annotations

import io
import struct

import numpy as np
import tifffile

SIZES = {1: "B", 2: "B", 3: "H", 4: "I", 6: "b", 7: "B", 11: "f", 12: "d", 13: "I"}
Tag = tuple[int, int, list[int] | list[float] | bytes]


def tiff_of(*pages: tuple[list[Tag], list[bytes]], order: str = "<", sub: tuple[int, ...] = ()) -> bytes:
    """A classic TIFF.

    Args:
        pages: Tags without the places of the strips, and the strips.
        order: `<` or `>`.
        sub: Numbers of the pages that are sub-images of the first, rather than pages that follow.
    """
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    places: dict[int, int] = {}
    links: list[int] = [4]
    inner = [number for number in range(len(pages)) if number in sub]
    outer = [number for number in range(len(pages)) if number not in sub]
    for number in (*inner, *outer):
        tags, strips = pages[number]
        starts = []
        for strip in strips:
            starts.append(len(out))
            out += strip + bytes(len(strip) % 2)
        every = [*tags, (273, 4, starts), (279, 4, [len(strip) for strip in strips])]
        if number == 0 and inner:
            every.append((330, 4, [places[each] for each in inner]))
        rows = []
        for tag, kind, values in sorted(every, key=lambda each: each[0]):
            packed = struct.pack(f"{order}{len(values)}{SIZES[kind]}", *values)
            if len(packed) > 4:
                place = len(out)
                out += packed + bytes(len(packed) % 2)
                packed = struct.pack(f"{order}I", place)
            rows.append(struct.pack(f"{order}HHI", tag, kind, len(values)) + packed.ljust(4, b"\0"))
        places[number] = len(out)
        if number in outer:
            struct.pack_into(f"{order}I", out, links[-1], len(out))
        out += struct.pack(f"{order}H", len(rows)) + b"".join(rows)
        if number in outer:
            links.append(len(out))
        out += bytes(4)
    return bytes(out)


def basic(width: int, height: int, bits: list[int], photometric: int, **more: int) -> list[Tag]:
    """The tags that every page has, and others by names of `TAGS`."""
    tags: list[Tag] = [
        (256, 4, [width]),
        (257, 4, [height]),
        (258, 3, bits),
        (259, 3, [more.pop("compression", 1)]),
        (262, 3, [photometric]),
        (277, 3, [len(bits)]),
        (278, 4, [more.pop("rows", height)]),
    ]
    return tags + [(TAGS[name], 3, [value]) for name, value in more.items()]


TAGS = {"subfile": 254, "orientation": 274, "planar": 284, "predictor": 317, "extra": 338, "format": 339} | {
    "fill": 266,
    "least": 280,
    "most": 281,
}


def written(values: np.ndarray, **options: object) -> bytes:
    """What tifffile makes of an array."""
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)  # type: ignore[arg-type]
    return file.getvalue()


def packed(values: np.ndarray, bits: int) -> bytes:
    """Rows of samples of any number of bits, each row padded to a whole byte."""
    each = (values.astype(np.uint32)[..., None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(each.reshape(len(values), -1).astype(np.uint8), axis=1).tobytes()
