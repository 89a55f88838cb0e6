"""Odd but valid files by other writers: each is right within 2 of 255 on average, or refused with its reason.

    uv run --with imagecodecs python -m benchmarks.odd_files [--list]

The writers are tifffile (with imagecodecs), libtiff's `tiffcp`, ImageMagick's `convert`, pillow-heif and
Pillow: as far as they are there. What is right is the picture that was written; where a writer changes it
(a palette, JPEG, inks), it is what ImageMagick reads.
"""

from __future__ import annotations

import argparse
import io
import itertools
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageOps, features

import workbench.words  # noqa: F401 - gives messages their sentences
from workbench.core.errors import ImageError
from workbench.core.images.loader import decode

CLOSE = 2.0
LOSSY = 5.0
"""For JPEG and the like: two decoders enlarge halved colours differently."""
_SIDE = (61, 43)  # odd on purpose
_REFUSED = ("unsupported_format", "not_an_image", "heic")


@dataclass(frozen=True)
class Odd:
    """A file, and what it shows.

    Attributes:
        expected: Shape (height, width, 3), 0 to 255; None where it must be refused.
        limit: Mean difference that is right.
    """

    name: str
    content: bytes
    expected: NDArray[np.uint8] | None
    limit: float = CLOSE


def picture() -> NDArray[np.uint8]:
    """A colour picture with smooth parts, an edge, and all of 0 to 255 in every channel."""
    width, height = _SIDE
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack(
        [x * 255 / (width - 1), y * 255 / (height - 1), 127.5 + 127.5 * np.sin(x / 6 + y / 9)], -1
    )
    waves[10:20, 30:50] = (255, 0, 0)
    waves[25:35, 5:15] = (0, 0, 255)
    return np.rint(waves).clip(0, 255).astype(np.uint8)


PICTURE = picture()
GREY = np.asarray(ImageOps.autocontrast(Image.fromarray(PICTURE).convert("L")))
GREYS = np.stack([GREY] * 3, axis=-1)


def by_tifffile() -> Iterator[Odd]:
    """Every combination of depth, meaning, planes, layout, compression, byte order; one in a few is kept."""
    full: dict[str, Callable[[NDArray[np.uint8]], NDArray[Any]]] = {
        "u1": lambda v: v,
        "u2": lambda v: v.astype(np.uint16) * 257,
        "12 of 16": lambda v: np.rint(v.astype(np.float64) * (4095 / 255)).astype(np.uint16),
        "u4": lambda v: v.astype(np.uint32) * 16843009,
        "i1": lambda v: (v.astype(np.int16) - 128).astype(np.int8),
        "i2": lambda v: (v.astype(np.int32) * 257 - 32768).astype(np.int16),
        "f2": lambda v: (v / 255).astype(np.float16),
        "f4": lambda v: (v / 255).astype(np.float32),
        "f8": lambda v: v / 255 * 4000 - 1500,
    }
    meanings = {"minisblack": GREY, "miniswhite": GREY, "rgb": PICTURE}
    layouts: list[dict[str, Any]] = [{}, {"rowsperstrip": 7}, {"tile": (16, 32)}]
    packings = [None, "zlib", "lzw", "packbits", "zstd", "lzma"]
    every = itertools.product(
        full, meanings, ("contig", "separate"), layouts, packings, (False, True), "<>", (False, True)
    )
    for number, (depth, meaning, planes, layout, packing, predicted, order, big) in enumerate(every):
        if (
            number % 7
            or (predicted and packing in (None, "packbits"))
            or (planes == "separate" and meaning != "rgb")
        ):
            continue
        values = full[depth](255 - meanings[meaning] if meaning == "miniswhite" else meanings[meaning])
        if planes == "separate":
            values = np.moveaxis(values, 2, 0)
        options = {
            "compression": packing,
            "predictor": predicted,
            "byteorder": order,
            "bigtiff": big,
            **layout,
        }
        name = f"tifffile {depth} {meaning} {planes} {layout} {packing} {predicted} {order} {big}"
        content = _written(
            values, photometric=meaning, planarconfig=planes if meaning == "rgb" else None, **options
        )
        if content:
            yield Odd(name, content, PICTURE if meaning == "rgb" else GREYS)
    for count, depth in itertools.product((1, 2, 5), ("u1", "u2", "f4")):
        bands = full[depth](np.dstack([PICTURE, *[np.roll(GREY, shift, 1) for shift in range(count)]]))
        for planes in ("contig", "separate"):
            stored = np.moveaxis(bands, 2, 0) if planes == "separate" else bands
            content = _written(stored, photometric="rgb", planarconfig=planes, extrasamples=[0] * count)
            yield Odd(f"tifffile {count} further bands {depth} {planes}", content, PICTURE)
    for inside in ("jpeg2000", "jpegxl", "lerc", "jpegxr"):
        if content := _written(PICTURE, photometric="rgb", compression=inside):
            yield Odd(f"tifffile {inside}", content, None)
    yield Odd("tifffile complex", _written(GREY.astype(np.complex64)), None)
    yield Odd(
        "tifffile 6 grey bands",
        _written(np.dstack([GREY] * 6), photometric="minisblack", planarconfig="contig"),
        None,
    )


def _written(values: NDArray[Any], **options: Any) -> bytes:
    file = io.BytesIO()
    try:
        tifffile.imwrite(file, values, **{key: value for key, value in options.items() if value is not None})
    except (
        ImportError,
        ValueError,
        KeyError,
        TypeError,
        RuntimeError,
        NotImplementedError,
    ):  # the writer cannot do that
        return b""
    return file.getvalue()


def by_tiffcp(folder: Path) -> Iterator[Odd]:
    """What libtiff itself writes."""
    if not shutil.which("tiffcp"):
        return
    sources = {
        "rgb8": (PICTURE, PICTURE),
        "rgb16": (PICTURE.astype(np.uint16) * 257, PICTURE),
        "grey8": (GREY, GREYS),
        "grey16": (GREY.astype(np.uint16) * 257, GREYS),
        "float": ((GREY / 255).astype(np.float32), GREYS),
    }
    ways = ["none", "lzw", "lzw:2", "zip", "zip:2", "packbits", "zstd", "zstd:2", "lzma"]
    for (name, (values, expected)), way, planes, layout in itertools.product(
        sources.items(), ways, ("contig", "separate"), (["-s", "-r", "9"], ["-t", "-w", "32", "-l", "16"])
    ):
        if planes == "separate" and expected is GREYS:
            continue
        for more in ([], ["-B"], ["-f", "lsb2msb"], ["-8"]):
            source, target = folder / "in.tif", folder / "out.tif"
            tifffile.imwrite(source, values, photometric="rgb" if values.ndim == 3 else "minisblack")
            command = ["tiffcp", "-c", way, "-p", planes, *layout, *more, str(source), str(target)]
            if subprocess.run(command, capture_output=True).returncode == 0:
                yield Odd(f"tiffcp {name} {way} {planes} {layout} {more}", target.read_bytes(), expected)


_KINDS: dict[str, list[list[str]]] = {
    "tif": [
        *(["-depth", str(depth)] for depth in (1, 2, 4, 6, 8, 10, 12, 14, 16)),
        *(["-depth", str(depth), "-colorspace", "Gray"] for depth in (1, 2, 4, 6, 8, 10, 12, 14, 16)),
        *(["-compress", way] for way in ("LZW", "Zip", "RLE", "JPEG", "LZMA", "Zstd")),
        *(["-monochrome", "-compress", way] for way in ("Fax", "Group4", "None")),
        ["-type", "Palette", "-colors", "60"],
        ["-colorspace", "CMYK"],
        ["-colorspace", "CMYK", "-depth", "16"],
        ["-interlace", "plane"],
        ["-endian", "MSB", "-depth", "16"],
        ["-define", "quantum:format=floating-point", "-depth", "32"],
        ["-define", "quantum:format=floating-point", "-depth", "16"],
        ["-define", "quantum:polarity=min-is-white", "-colorspace", "Gray"],
        ["-define", "quantum:polarity=min-is-white", "-colorspace", "Gray", "-depth", "16"],
        ["-define", "tiff:tile-geometry=32x16"],
    ],
    "png": [
        *(["-depth", str(depth)] for depth in (1, 2, 4, 8, 16)),
        *(["-depth", str(depth), "-colorspace", "Gray"] for depth in (1, 2, 4, 8, 16)),
        *(["-interlace", "PNG", "-depth", str(depth)] for depth in (8, 16)),
        ["-define", "png:color-type=3", "-colors", "200"],
        ["-define", "png:color-type=3", "-colors", "7"],
        ["-define", "png:color-type=4", "-colorspace", "Gray", "-depth", "16"],
        ["-define", "png:color-type=6", "-depth", "16"],
    ],
    "jpg": [
        ["-quality", "95"],
        ["-quality", "95", "-interlace", "JPEG"],
        ["-quality", "95", "-colorspace", "Gray"],
        ["-quality", "95", "-colorspace", "CMYK"],
        ["-quality", "95", "-colorspace", "RGB", "-set", "colorspace", "sRGB"],
        *(["-quality", "95", "-sampling-factor", way] for way in ("4:4:4", "4:2:0", "4:1:1", "4:4:0")),
    ],
    "gif": [[], ["-interlace", "GIF"], ["-colors", "5"], ["-monochrome"]],
    "bmp": [[], ["-type", "Palette"], ["-colors", "16", "-compress", "RLE"], ["-monochrome"]],
    "bmp2": [[], ["-type", "Palette"]],
    "bmp3": [[], ["-type", "Palette"]],
    "ppm": [[], ["-depth", "16"], ["-compress", "None"]],
    "pgm": [[], ["-depth", "16"], ["-depth", "16", "-compress", "None"], ["-depth", "12"]],
    "pbm": [[], ["-compress", "None"]],
    "webp": [["-define", "webp:lossless=true"]],
}  # fmt: skip
_REFUSED_KINDS = (
    "tga",
    "pcx",
    "sgi",
    "sun",
    "dpx",
    "xpm",
    "psd",
    "pam",
    "pfm",
    "fits",
    "ico",
    "dds",
    "hdr",
    "jp2",
    "ps",
    "pdf",
    "mng",
    "jng",
)


def by_imagemagick(folder: Path) -> Iterator[Odd]:
    """What ImageMagick writes, against what it reads of it."""
    if not _convert("-version"):
        return
    source = folder / "in.png"
    Image.fromarray(PICTURE).save(source)
    clear = folder / "clear.png"
    alpha = np.where(np.arange(_SIDE[0]) < 20, 0, 255) + np.zeros((_SIDE[1], 1), int)
    Image.fromarray(np.dstack([PICTURE, alpha.astype(np.uint8)])).save(clear)
    for ending, ways in _KINDS.items():
        inputs = [source, clear] if ending in ("tif", "png", "webp") else [source]
        for way, given in itertools.product(ways, inputs):
            if given is clear and ending == "tif" and {"Gray", "CMYK"} & set(way):
                continue  # it writes, or reads, the mask of these wrongly
            target = folder / f"out.{ending.rstrip('23')}"
            kind = f"{ending}:" if ending in ("bmp2", "bmp3") else ""
            if not _convert(str(given), *way, f"{kind}{target}"):
                continue
            expected = _read(target, folder)
            lossy = ending == "jpg" or "JPEG" in way or "WebP" in way or "CMYK" in way
            if expected is not None:
                limit = LOSSY if lossy else CLOSE
                yield Odd(f"convert {ending} {way} {given.stem}", target.read_bytes(), expected, limit)
    for ending in _REFUSED_KINDS:
        target = folder / f"out.{ending}"
        if _convert(str(source), str(target)) and target.exists():
            yield Odd(f"convert {ending}", target.read_bytes(), None)


def _convert(*arguments: str) -> bool:
    command = shutil.which("convert", path="/usr/bin") or "convert"
    return subprocess.run([command, *arguments], capture_output=True, check=False).returncode == 0


def _read(path: Path, folder: Path) -> NDArray[np.uint8] | None:
    """What ImageMagick sees in a file, on white."""
    target = folder / "read.png"
    steps = [
        "-background",
        "white",
        "-alpha",
        "remove",
        "-alpha",
        "off",
        "-colorspace",
        "sRGB",
        "-depth",
        "8",
    ]
    if not _convert(f"{path}[0]", *steps, f"PNG24:{target}"):
        return None
    with Image.open(target) as image:
        return np.asarray(image.convert("RGB"))


def by_pillow() -> Iterator[Odd]:
    """What Pillow writes of each of its modes."""
    whole = Image.fromarray(PICTURE)
    for mode, (kind, options) in itertools.product(
        ("1", "L", "P", "RGB", "CMYK", "YCbCr", "I;16"),
        (
            *(
                ("TIFF", {"compression": way})
                for way in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")
            ),
            ("PNG", {}),
            ("GIF", {}),
            ("BMP", {}),
            ("WEBP", {"lossless": True}),
            ("PPM", {}),
            ("JPEG", {"quality": 97, "subsampling": 0}),
            ("AVIF", {"quality": 100, "subsampling": "4:4:4"}),
        ),
    ):
        if (kind == "AVIF" and not features.check("avif")) or (kind == "GIF" and mode in ("RGB", "YCbCr")):
            continue
        if mode == "I;16" and kind not in ("TIFF", "PNG"):  # which do not keep all of its bits
            continue
        deep = Image.fromarray(GREY.astype(np.uint16) * 257)
        image = deep if mode == "I;16" else whole.convert(mode)
        buffer = io.BytesIO()
        try:
            image.save(buffer, kind, **options)
        except (OSError, KeyError, ValueError, RuntimeError):
            continue
        expected = GREYS if mode == "I;16" else np.asarray(image.convert("RGB"))
        limit = LOSSY if kind in ("JPEG", "AVIF") or "jpeg" in options.values() else CLOSE
        yield Odd(f"pillow {mode} {kind} {options}", buffer.getvalue(), expected, limit)


def by_libheif() -> Iterator[Odd]:
    """HEIC of the kinds that phones make, where pillow-heif is there."""
    try:
        import pillow_heif
    except ImportError:
        return
    image = Image.fromarray(PICTURE).resize((244, 172), Image.Resampling.BICUBIC)
    expected = np.asarray(image)
    for quality, chroma, bits in itertools.product((100, 90), (444, 420), (8, 10)):
        made = pillow_heif.from_pillow(image)
        buffer = io.BytesIO()
        made.save(buffer, quality=quality, chroma=chroma, bit_depth=bits)
        yield Odd(f"libheif {quality} {chroma} {bits}", buffer.getvalue(), expected, LOSSY)


def judge(odd: Odd) -> tuple[str, float]:
    """`right`, `refused`, `wrong` or `wrongly refused`, and the mean difference."""
    try:
        found = np.asarray(decode(io.BytesIO(odd.content), odd.name.split()[1]).image).astype(int)
    except ImageError as error:
        if odd.expected is None and error.reason in _REFUSED and error.message.code != "not_an_image":
            return "refused", 0.0
        return f"wrongly refused: {error.message.code} {error.details}", 0.0
    if odd.expected is None:
        return "used, and should not be", 0.0
    if found.shape != odd.expected.shape:
        return f"of the wrong shape {found.shape}", 0.0
    off = float(np.abs(found - odd.expected).mean())
    return ("right" if off <= odd.limit else "wrong"), off


def every_file(folder: Path) -> Iterator[Odd]:
    """All that can be written here.

    Args:
        folder: For files on the way.
    """
    yield from by_tifffile()
    yield from by_tiffcp(folder)
    yield from by_imagemagick(folder)
    yield from by_pillow()
    yield from by_libheif()


def main() -> int:
    """Prints how many are right, and which are not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="name every file")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        for odd in every_file(Path(name)):
            verdict, off = judge(odd)
            good = verdict in ("right", "refused")
            counts[verdict if good else "wrong"] += 1
            counts[f"by {odd.name.split()[0]}"] += 1
            worst = max(worst, off if good and odd.limit == CLOSE else 0)
            if arguments.list or not good:
                print(f"{verdict} ({off:.2f}): {odd.name}")
    print(dict(counts), f"worst lossless difference {worst:.2f} of 255")
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
