"""The samples of a TIFF's page as they are stored: every number of bits, planes, strips and tiles.

Pillow brings 16-bit colours down to 8 bits, takes signed values as unsigned ones and knows few of the
ways to arrange samples. Of it only the decompression is used (libtiff's): LZW, Deflate, PackBits, LZMA
and ZSTD give bytes, whatever these mean, so the compressed parts are handed to it as a grey picture.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.images.tiff_fields import COMPRESSION, FILL_ORDER, PREDICTOR, Page

BYTEWISE = frozenset((1, 5, 8, 32773, 32946, 34925, 50000))
"""The compressions that can be undone here."""

_MOST_BYTES = 4_000_000_000
_BLOCK = 1 << 20  # samples that are unpacked at a time
_REVERSED = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)[:, ::-1], axis=1)[:, 0]
_FLOATS = (16, 32, 64)
_WHOLE = (8, 16, 32, 64)
_SHORT = (258, 259, 262, 266, 274, 277, 284, 317, 320, 338, 339, 530, 531)
_OF_THE_PICTURE = (
    *(256, 257, 258, 259, 262, 266, 274, 277, 278, 284, 292, 293),
    *(317, 320, 322, 323, 332, 338, 339, 347, 529, 530, 531, 532),
)


def samples_of(file: BinaryIO, page: Page) -> NDArray[Any]:
    """The samples of a page.

    Args:
        file: The TIFF.
        page: With a compression in `BYTEWISE`, and samples of one kind (`bits`, `sample_format`).

    Returns:
        Shape (height, width, samples): unsigned, signed or floating-point, in the smallest type that
        holds them.

    Raises:
        MemoryError: There is too much of it.
        ValueError, OSError: It is damaged or cut off.
    """
    grid = _Grid(page)
    wanted = page.height * page.width * page.samples * max(1, page.bits // 8)
    if wanted > _MOST_BYTES:
        raise MemoryError(f"{wanted:,} bytes")
    planes = [_plane(file, page, grid, number) for number in range(grid.planes)]
    return planes[0] if len(planes) == 1 else np.concatenate(planes, axis=2)


def alone(file: BinaryIO, page: Page) -> bytes:
    """A page as the only one of a classic TIFF, for Pillow, which knows no big-endian BigTIFF.

    What was uncompressed is in Deflate then: so libtiff is asked, which knows YCbCr.
    """
    grid = _Grid(page)
    chunks = [_read(file, *at) for at in zip(grid.offsets, page.numbers(grid.counts_field), strict=True)]
    entries: dict[int, tuple[Any, ...] | bytes] = {
        field: page.values[field] for field in _OF_THE_PICTURE if field in page.values
    }
    if page.compression == 1:
        chunks, entries[COMPRESSION] = [zlib.compress(chunk, 1) for chunk in chunks], (8,)
    return _file_of(entries, chunks, tiled=grid.tiled)


class _Grid:
    """How a page's samples are divided: strips are tiles as wide as the picture, the last of them shorter.

    Attributes:
        offsets: Of the chunks, plane after plane, row after row.
        planes, per_pixel: Planes, and samples of a pixel in each.
        wide, high: Size of a chunk in pixels.
        across, down: Chunks in a row, and rows of them.
        row_bytes: Length of a chunk's row.
    """

    def __init__(self, page: Page) -> None:
        self.tiled = bool(page.numbers(324))
        self.counts_field = 325 if self.tiled else 279
        self.offsets = page.numbers(324 if self.tiled else 273)
        self.planes, self.per_pixel = (page.samples, 1) if page.is_planar else (1, page.samples)
        if self.tiled:
            self.wide, self.high = page.number(322), page.number(323)
        else:
            self.wide, self.high = page.width, min(page.number(278, page.height) or page.height, page.height)
        if min(page.width, page.height, self.wide, self.high, page.samples) < 1:
            raise ValueError("a size of zero")
        self.across, self.down = -(-page.width // self.wide), -(-page.height // self.high)
        self.row_bytes = (self.wide * self.per_pixel * page.bits + 7) // 8
        if len(self.offsets) < self.planes * self.across * self.down:
            raise ValueError("parts of the picture are missing")

    def rows(self, page: Page) -> int:
        """Rows of a plane's chunks, one below the other."""
        return self.across * self.down * self.high if self.tiled else page.height


def _plane(file: BinaryIO, page: Page, grid: _Grid, number: int) -> NDArray[Any]:
    """One plane, shape (height, width, samples in it)."""
    count = grid.across * grid.down
    chosen = slice(number * count, (number + 1) * count)
    rows = _uncompressed(file, page, grid, chosen)
    values = _numbers(rows, page, grid)
    if not grid.tiled:
        return values
    tiles = values.reshape(grid.down, grid.across, grid.high, grid.wide, grid.per_pixel)
    whole = tiles.swapaxes(1, 2).reshape(grid.down * grid.high, grid.across * grid.wide, grid.per_pixel)
    return whole[: page.height, : page.width]


def _uncompressed(file: BinaryIO, page: Page, grid: _Grid, chosen: slice) -> NDArray[np.uint8]:
    """The bytes of some chunks, shape (rows, bytes in a row)."""
    rows, offsets = grid.rows(page), grid.offsets[chosen]
    if page.compression == 1:
        heights = [grid.high] * len(offsets)
        if not grid.tiled:
            heights[-1] = page.height - grid.high * (len(offsets) - 1)
        parts = [
            _read(file, offset, height * grid.row_bytes)
            for offset, height in zip(offsets, heights, strict=True)
        ]
        found = np.frombuffer(b"".join(parts), np.uint8).reshape(rows, grid.row_bytes)
        return _REVERSED[found] if page.number(FILL_ORDER, 1) == 2 else found
    counts = page.numbers(grid.counts_field)[chosen]
    chunks = [_read(file, *at) for at in zip(offsets, counts, strict=True)]
    entries: dict[int, tuple[int, ...]] = {
        256: (grid.row_bytes,),
        257: (rows,),
        258: (8,),
        259: (page.compression,),
        262: (1,),
    }
    entries |= {FILL_ORDER: (page.number(FILL_ORDER, 1),), 277: (1,), 278: (grid.high,)}
    with Image.open(io.BytesIO(_file_of(entries, chunks, tiled=False)), formats=["TIFF"]) as image:
        return np.asarray(image)


def _read(file: BinaryIO, offset: int, count: int) -> bytes:
    file.seek(offset)
    content = file.read(count)
    if len(content) < count:
        raise ValueError("the file ends before its picture")
    return content


def _file_of(entries: Mapping[int, tuple[Any, ...] | bytes], chunks: list[bytes], *, tiled: bool) -> bytes:
    """A little-endian TIFF of one page."""
    body = bytearray(b"II*\0\0\0\0\0")
    offsets = []
    for chunk in chunks:
        offsets.append(len(body))
        body += chunk + b"\0" * (len(chunk) % 2)
    places = (324, 325) if tiled else (273, 279)
    entries = {**entries, places[0]: tuple(offsets), places[1]: tuple(map(len, chunks))}
    table = []
    for field, values in sorted(entries.items()):
        if isinstance(values, bytes):
            kind, packed = 7, values
        elif any(isinstance(value, float) for value in values):
            kind, packed = 5, b"".join(struct.pack("<II", round(value * 10_000), 10_000) for value in values)
        else:
            kind, packed = 4, struct.pack(f"<{len(values)}I", *values)
            if field in _SHORT:
                kind, packed = 3, struct.pack(f"<{len(values)}H", *values)
        if len(packed) > 4:
            place = len(body)
            body += packed + b"\0" * (len(packed) % 2)
            packed = struct.pack("<I", place)
        table.append(struct.pack("<HHI", field, kind, len(values)) + packed.ljust(4, b"\0"))
    struct.pack_into("<I", body, 4, len(body))
    return bytes(body + struct.pack("<H", len(table)) + b"".join(table) + bytes(4))


def _numbers(rows: NDArray[np.uint8], page: Page, grid: _Grid) -> NDArray[Any]:
    """What the bytes stand for, shape (rows, chunk's width, samples of a pixel)."""
    shape = (len(rows), grid.wide, grid.per_pixel)
    predictor, width = page.number(PREDICTOR, 1), page.bits // 8
    kind = {2: "i", 3: "f"}.get(page.sample_format, "u")
    if kind == "f" and page.bits not in _FLOATS:
        raise ValueError(f"floating-point numbers of {page.bits} bits")
    if kind == "f" and predictor == 3:
        return _floats_predicted(rows, width, shape)
    if page.bits in _WHOLE:
        if predictor == 2:  # whatever the samples are, as whole numbers
            whole = rows.view(f"{page.order}u{width}").reshape(shape)
            return np.cumsum(whole, axis=1, dtype=f"u{width}").view(f"{kind}{width}")
        return rows.view(f"{page.order}{kind}{width}").reshape(shape)
    if predictor != 1:
        raise ValueError(f"differences of {page.bits} bits")
    if page.bits == 24:
        parts = rows.reshape(*shape, 3).astype(np.uint32)
        high, low = (0, 2) if page.order == ">" else (2, 0)
        whole = parts[..., high] << 16 | parts[..., 1] << 8 | parts[..., low]
        return whole - ((whole & 0x800000) << 1).astype(np.int64) if page.sample_format == 2 else whole
    return _packed(rows, page.bits, shape, signed=page.sample_format == 2)


def _floats_predicted(rows: NDArray[np.uint8], width: int, shape: tuple[int, int, int]) -> NDArray[Any]:
    """Undoes Adobe's floating-point predictor (TIFF Technical Note 3): bytes by significance, differenced."""
    count, wide, per_pixel = shape
    steps = rows.reshape(count, wide * width, per_pixel)
    summed = np.cumsum(steps, axis=1, dtype=np.uint8).reshape(count, width, wide * per_pixel)
    return np.ascontiguousarray(summed.swapaxes(1, 2)).view(f">f{width}").reshape(shape)


def _packed(rows: NDArray[np.uint8], bits: int, shape: tuple[int, int, int], *, signed: bool) -> NDArray[Any]:
    """Samples of any number of bits up to 31, one after the other, the first bit of a byte first."""
    if not 1 <= bits <= 31:
        raise ValueError(f"{bits} bits")
    a_row = shape[1] * shape[2]
    out = np.empty((shape[0], a_row), np.uint8 if bits < 8 else np.uint16 if bits <= 16 else np.uint32)
    weights = (1 << np.arange(bits - 1, -1, -1)).astype(out.dtype)
    step = max(1, _BLOCK // a_row)
    for first in range(0, shape[0], step):
        part = np.unpackbits(rows[first : first + step], axis=1)[:, : a_row * bits]
        out[first : first + step] = part.reshape(len(part), a_row, bits) @ weights
    if signed:
        wide = out.astype(np.int64)
        return (wide - ((wide >> (bits - 1)) << bits)).astype(np.int32).reshape(shape)
    return out.reshape(shape)
