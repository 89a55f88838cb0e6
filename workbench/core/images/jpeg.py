"""What the header of a JPEG says of the way in which it was encoded (ITU-T T.81, T.87)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

_FRAMES = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_LOSSLESS = (0xC3, 0xC7, 0xCB, 0xCF)
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_HIERARCHICAL = (0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF)
_ARITHMETIC = (0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
_TABLES, _SCAN, _END = 0xC4, 0xDA, b"\xff\xd9"
_MOST_BYTES = 300_000_000  # more than the coded part of the largest JPEG that is read
_MOST_SEGMENTS = 10_000


@dataclass(frozen=True)
class Frame:
    """The first frame header of a JPEG.

    Attributes:
        process: The marker's second byte: 0xC0 for baseline, 0xC2 for progressive, 0xF7 for JPEG-LS, …
        bits: Of each sample.
        width, height: In pixels; the height may be 0 where it stands behind the pixels.
        channels: 1 for grey, 3 for colours, 4 for inks.
    """

    process: int
    bits: int
    width: int
    height: int
    channels: int


def frame_of(file: BinaryIO) -> Frame | None:
    """The first frame header; None where the file ends, or is damaged, before it. Moves the file."""
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        byte = file.read(1)
        while byte and byte != b"\xff":  # what is no marker is passed over, as decoders do
            byte = file.read(1)
        while byte == b"\xff":
            byte = file.read(1)
        if not byte:
            return None
        marker = byte[0]
        if marker in _ALONE or marker == 0:
            continue
        length = int.from_bytes(file.read(2), "big")
        if length < 2 or marker in (0xD9, 0xDA):
            return None
        if marker in _FRAMES:
            body = file.read(6)
            if len(body) < 6:
                return None
            height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
            return Frame(marker, body[0], width, height, body[5])
        file.seek(length - 2, 1)
    return None


@dataclass(frozen=True)
class CodedPart:
    """The coded picture in a JPEG.

    Attributes:
        start: Its first byte.
        is_progressive: It is coded from coarse to fine.
        is_in_scans: A decoder goes over the picture several times.
        first_symbols: What each Huffman table before it has for the code of zeros alone.
    """

    start: int
    is_progressive: bool = False
    is_in_scans: bool = False
    first_symbols: tuple[int, ...] = ()


def content_of(file: BinaryIO) -> bytes:
    """A JPEG as far as it can matter; whatever may follow it. Moves the file."""
    file.seek(0)
    return file.read(_MOST_BYTES)


def coded_part(content: bytes) -> CodedPart:
    """Finds the coded picture: not that of a preview in the metadata."""
    place, symbols, process, channels = 2, dict[int, int](), 0, 0
    while place + 4 <= len(content):
        marker = content[place + 1]
        if content[place] != 0xFF or marker == 0xFF:
            place += 1
            continue
        if marker in _ALONE or marker in (0x00, _END[1]):
            place += 2
            continue
        length = max(2, int.from_bytes(content[place + 2 : place + 4], "big"))
        body = content[place + 4 : place + 2 + length]
        if marker == _TABLES:
            symbols |= _first_symbols(body)
        elif marker in _FRAMES and len(body) > 5:
            process, channels = marker, body[5]
        place += 2 + length
        if marker == _SCAN:
            progressive = process in _PROGRESSIVE
            several = progressive or (bool(body) and body[0] < channels)
            return CodedPart(place, progressive, several, tuple(symbols.values()))
    return CodedPart(len(content))


def end_of(content: bytes, coded: CodedPart) -> int:
    """Where the coded picture ends: before its end marker, or with the file."""
    end = content.find(_END, coded.start)
    return len(content) if end < 0 else end


def scans_of(content: bytes, coded: CodedPart) -> int:
    """How often a decoder goes over the picture."""
    if not coded.is_in_scans:
        return 1
    return 1 + content.count(bytes((0xFF, _SCAN)), coded.start, end_of(content, coded))


def _first_symbols(body: bytes) -> dict[int, int]:
    """The symbol with the code of zeros alone, which is the first (T.81, annex C), by table."""
    found, place = {}, 0
    while place + 17 < len(body):
        found[body[place]] = body[place + 17]
        place += 17 + sum(body[place + 1 : place + 17])
    return found


def unread_kind(file: BinaryIO) -> str:
    """The code of the kind of JPEG that a file is, where decoders in general do not read it; else ""."""
    frame = frame_of(file)
    if frame is None:
        return ""
    if frame.process == 0xF7:
        return "unsupported_format.jpeg_ls_image"
    if frame.process in _LOSSLESS:
        return "unsupported_format.lossless_jpeg"
    if frame.bits > 8:
        return "unsupported_format.deep_jpeg"
    if frame.process in _HIERARCHICAL:
        return "unsupported_format.hierarchical_jpeg"
    if frame.process in _ARITHMETIC:
        return "unsupported_format.arithmetic_jpeg"
    if frame.channels not in (1, 3, 4):
        return "unsupported_format.channels"
    return ""
