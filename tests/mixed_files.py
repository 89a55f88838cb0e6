"""Folders of a thousand small files of every format and fault, each with what must become of it.

What must become of a file is known from how it was made, not asked of the program.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, features

from tests.bad_files import cut, encoded, turned
from tests.core.test_loader_limits import png_header
from tests.core.test_true_cause import chunk, jpeg_of, raw_files
from tests.core.tiff_help import basic, tiff_of, written
from workbench.core.images import formats, raw

CLASSES = ("ants", "bees and wasps", "Käfer", "猫", "100% #1")
END = b"\xff\xd9"
Make = Callable[[Image.Image, float], bytes]
"""From a picture of 64 to 100 pixels a side, and a number from 0 to 1, to a file's content."""
NOISE = np.random.default_rng(0).integers(1, 250, 4000, np.uint8).tobytes()


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes:
        row: Of the failure catalogue; "" for an ordinary file.
        ending: Of the name.
        make: Makes its content.
        code: Of the message with which it is left out; "" where it is used.
        notes: Codes of what is said of the folder because of it.
    """

    row: str
    ending: str
    make: Make
    code: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mixed:
    """A file that was made.

    Attributes:
        path: Relative to the folder, `/` between its parts.
        kind: What it is.
    """

    path: str
    kind: Kind


def _as(kind: str, mode: str = "RGB", **options: object) -> Make:
    return lambda image, luck: encoded(image if image.mode == mode else image.convert(mode), kind, **options)


def _fixed(content: bytes) -> Make:
    return lambda image, luck: content


def _cut_off(make: Make) -> Make:
    return lambda image, luck: cut(make(image, luck), 0.3 + 0.5 * luck)


def _tiff(values: Callable[[Image.Image], NDArray[np.generic]], **options: object) -> Make:
    return lambda image, luck: written(values(image), **options)


def _deep_grey(image: Image.Image) -> NDArray[np.uint16]:
    return np.asarray(image.convert("L")).astype(np.uint16) * 257


def _deep(image: Image.Image) -> NDArray[np.uint16]:
    return np.asarray(image).astype(np.uint16) * 257


def _parts(image: Image.Image) -> NDArray[np.float32]:
    return (_grey(image) / 255).astype(np.float32)


def _six_greys(image: Image.Image) -> NDArray[np.uint8]:
    return np.dstack([_grey(image)] * 6)


def _five_bands(image: Image.Image) -> NDArray[np.uint8]:
    return np.dstack([np.asarray(image), _grey(image), _grey(image)])


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("L"))


def _moving(kind: str) -> Make:
    def make(image: Image.Image, luck: float) -> bytes:
        return encoded(image, kind, save_all=True, append_images=[image.rotate(90), image.rotate(180)])

    return make


def _with_alpha(mode: str, alpha: Callable[[tuple[int, int]], Image.Image], kind: str = "PNG") -> Make:
    def make(image: Image.Image, luck: float) -> bytes:
        clear = image.convert("RGBA")
        clear.putalpha(alpha(image.size))
        return encoded(clear.convert(mode), kind)

    return make


def _none(size: tuple[int, int]) -> Image.Image:
    return Image.new("L", size, 0)


def _half(size: tuple[int, int]) -> Image.Image:
    alpha = Image.new("L", size, 255)
    alpha.paste(0, (0, 0, size[0] // 2, size[1]))
    return alpha


def _white_drawing(image: Image.Image, luck: float) -> bytes:
    alpha = Image.new("L", image.size, 0)
    ImageDraw.Draw(alpha).ellipse((5, 5, 30 + 20 * luck, 40), fill=255)
    white = Image.new("RGBA", image.size, "white")
    white.putalpha(alpha)
    return encoded(white, "PNG")


def _after_header(name: bytes, body: bytes, *, wrong: bool = False) -> Make:
    def make(image: Image.Image, luck: float) -> bytes:
        content = encoded(image, "PNG")
        return content[:33] + chunk(name, body, wrong=wrong) + content[33:]

    return make


def _after_start(segments: bytes) -> Make:
    def make(image: Image.Image, luck: float) -> bytes:
        content = encoded(image, "JPEG")
        return content[:2] + segments + content[2:]

    return make


def _large(image: Image.Image) -> bytes:
    return encoded(image.resize((400, 300)), "JPEG", quality=90)


def _lost_sectors(image: Image.Image, luck: float) -> bytes:
    content = _large(image)
    start = int((0.3 + 0.3 * luck) * len(content))
    return content[:start] + bytes(2048) + content[start + 2048 :]


def _an_end_too_early(image: Image.Image, luck: float) -> bytes:
    content = _large(image)
    return cut(content, 0.3 + 0.2 * luck) + END


def _bomb(kind: str, place: int, layout: str) -> Make:
    def make(image: Image.Image, luck: float) -> bytes:
        content = bytearray(encoded(image, kind))
        struct.pack_into(layout, content, place, 65_000, 65_535)
        return bytes(content)

    return make


def _many_scans(image: Image.Image, luck: float) -> bytes:
    content = encoded(image, "JPEG", progressive=True)
    return content[:-2] + 200 * content[content.rindex(b"\xff\xda") : -2] + END


def _holey(image: Image.Image, luck: float) -> bytes:
    values = _parts(image)
    values[3, 4], values[5, 6] = np.nan, np.inf
    return written(values)


def _damaged_exif(image: Image.Image, luck: float) -> bytes:
    return encoded(image, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + NOISE[:40])


def _damaged_fax(image: Image.Image, luck: float) -> bytes:
    values = np.random.default_rng(int(1e6 * luck)).integers(0, 2, (120, 200), np.uint8)
    content = bytearray(encoded(Image.fromarray(255 * values).convert("1"), "TIFF", compression="group4"))
    content[300:1300] = NOISE[:1000]  # which is no fax for so long
    return bytes(content)


DEEP = ("brightness",)
BANDS, BEYOND = "unsupported_format.bands", ("changed.further_bands",)
REMARK, PROFILE = ("changed.damaged_remark",), ("changed.profile_unusable",)
MUCH = zlib.compress(bytes(20_000_000), 9)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:12"
WEB_PAGE = b"<!DOCTYPE html><html><body>404</body></html>"
JPEG_2000_INSIDE = tiff_of((basic(64, 64, [8], 1, compression=34712), [bytes(900)]))
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400)
RAW = "unsupported_format.raw_photo"
PLAIN: list[tuple[str, Make]] = [
    (".jpg", _as("JPEG", quality=85)),
    (".jpg", _as("JPEG", progressive=True)),
    (".jpeg", _as("JPEG", "L")),
    (".png", _as("PNG")),
    (".png", _as("PNG", "P")),
    (".png", _as("PNG", "1")),
    (".png", _as("PNG", "L")),
    (".webp", _as("WEBP")),
    (".webp", _as("WEBP", lossless=True)),
    (".tif", _as("TIFF")),
    (".tif", _as("TIFF", compression="tiff_lzw")),
    (".tif", _as("TIFF", compression="tiff_adobe_deflate")),
    (".tif", _as("TIFF", compression="packbits")),
    (".tif", _as("TIFF", compression="jpeg")),
    (".tiff", _as("TIFF", compression="zstd")),
    (".tiff", _as("TIFF", compression="lzma")),
    (".bmp", _as("BMP")),
    (".gif", _as("GIF")),
    (".ppm", _as("PPM")),
    (".pgm", _as("PPM", "L")),
]  # fmt: skip
FAX = [(".tif", _as("TIFF", "1", compression=name)) for name in ("group3", "group4", "tiff_ccitt")]
AVIF = [(".avif", _as("AVIF"))] if features.check("avif") else []

RAW_FILES = [] if raw.RAWPY else list(raw_files().values())
ONE_PIXEL = encoded(Image.new("RGB", (1, 1), "teal"), "PNG")
WHITE = encoded(Image.new("RGB", (60, 60), "white"), "PNG")

KINDS: tuple[Kind, ...] = (
    *(Kind("", ending, make) for ending, make in (*PLAIN, *FAX, *AVIF)),
    *(Kind("A1", ending, _cut_off(make), "truncated") for ending, make in (*PLAIN, *AVIF)),
    Kind("A1", ".jpg", lambda image, luck: encoded(image, "JPEG")[:20], "truncated"),
    Kind("A1", ".jpg", _fixed(bytes(5000)), "truncated.zeros"),
    Kind("A2", ".jpg", _lost_sectors, notes=("changed.looks_damaged",)),
    Kind("A2", ".JPG", _an_end_too_early, notes=("changed.looks_damaged",)),
    Kind("A2", ".tif", _damaged_fax, notes=("changed.looks_damaged",)),
    Kind("A3", ".jpg", _fixed(b""), "empty_file"),
    Kind("A3", ".jpg", _fixed("Grüße aus dem Museum".encode()), "not_an_image"),
    Kind("A3", ".png", _fixed(NOISE), "not_an_image"),
    Kind("A3", ".jpg", _fixed(WEB_PAGE), "not_an_image.web_page"),
    Kind("A3", ".jpg", _fixed(POINTER), "not_downloaded.git_lfs"),
    Kind("A4", ".jpg", _as("PNG")),
    Kind("A4", ".png", _as("JPEG")),
    Kind("A4", ".gif", _as("TIFF")),
    Kind("A4", ".png", _as("EPS"), "unsupported_format.postscript_file"),
    Kind("A4", ".jpg", _as("ICO"), "unsupported_format.icon"),
    Kind("A4", ".jpg", _as("PDF"), "not_an_image.pdf"),
    Kind("A4", ".jpg", _as("PCX"), "unsupported_format.pcx_image"),
    Kind("A4", ".jpg", _as("SGI"), "unsupported_format.sgi_image"),
    Kind("A4", ".jpg", _as("DDS"), "unsupported_format.dds_texture"),
    Kind("A4", ".tga", _as("TGA"), "unsupported_format.targa_image"),
    Kind("A4", ".jpg", _fixed(b"8BPS\0\x01" + bytes(500)), "unsupported_format.photoshop_file"),
    Kind("A4", ".jpg", _fixed(b"SIMPLE  =                    T"), "unsupported_format.fits_image"),
    Kind("A4", ".jpg", _fixed(b"PK\x03\x04" + bytes(100)), "not_an_image.archive"),
    Kind("A4", ".jpg", _fixed(b"\0\0\0\x18ftypisom" + bytes(100)), "not_an_image.video"),
    Kind("A4", ".jpg", _fixed(b"\xff\x0a" + bytes(100)), "unsupported_format.jpeg_xl_image"),
    Kind("A4", ".svg", _fixed(b"<svg/>"), "unsupported_format.svg_drawing"),
    Kind("A4", ".jpg", _fixed(jpeg_of(0xC3, 16)), "unsupported_format.lossless_jpeg"),
    Kind("A4", ".jpg", _fixed(jpeg_of(0xC1, 12)), "unsupported_format.deep_jpeg"),
    Kind("A4", ".tif", _fixed(JPEG_2000_INSIDE), "unsupported_format.tiff_compression"),
    Kind("A5", "", _as("JPEG")),
    Kind("A5", ".PNG", _as("PNG")),
    Kind("A5", ".jpg.png.webp", _as("BMP")),
    Kind("A5", "", _fixed(b"\0\1\2 no picture"), "not_an_image"),
    Kind("A6", ".jpg", _as("JPEG", "CMYK", quality=90)),
    Kind("A6", ".tif", _as("TIFF", "CMYK")),
    Kind("A6", ".jpg", _as("JPEG", icc_profile=b"no profile at all"), notes=("changed.profile_unusable",)),
    Kind("A7", ".png", lambda image, luck: encoded(Image.fromarray(_deep_grey(image)), "PNG"), notes=DEEP),
    Kind("A7", ".tif", _tiff(_deep_grey), notes=DEEP),
    Kind("A7", ".tif", _tiff(_deep, photometric="rgb"), notes=DEEP),
    Kind("A8", ".tif", _tiff(_parts), notes=DEEP),
    Kind("A8", ".tif", _holey, notes=(*DEEP, "changed.not_finite")),
    Kind("A9", ".tif", _moving("TIFF"), notes=("changed.first_frame",)),
    Kind("A9", ".tif", _tiff(_six_greys, photometric="minisblack", planarconfig="contig"), BANDS),
    Kind("A9", ".tif", _tiff(_five_bands, photometric="rgb", extrasamples=[0, 0]), notes=BEYOND),
    Kind("A10", ".gif", _moving("GIF"), notes=("changed.first_frame",)),
    Kind("A10", ".webp", _moving("WEBP"), notes=("changed.first_frame",)),
    Kind("A10", ".png", _moving("PNG"), notes=("changed.first_frame",)),
    *(Kind("A10", ".avif", _moving("AVIF"), notes=("changed.first_frame",)) for _ in AVIF),
    *(Kind("A11", ".png", _with_alpha(mode, _half)) for mode in ("RGBA", "LA")),
    Kind("A11", ".webp", _with_alpha("RGBA", _half, "WEBP")),
    Kind("A11", ".png", _with_alpha("RGBA", _none), notes=("changed.hidden_colours",)),
    Kind("A11", ".png", _white_drawing, notes=("changed.on_black",)),
    *(Kind("A12", ".jpg", lambda image, luck, way=way: turned(image, way, "JPEG")) for way in range(2, 9)),
    Kind("A12", ".png", lambda image, luck: turned(image, 6, "PNG")),
    Kind("A12", ".jpg", _damaged_exif),
    Kind("A13", ".png", _fixed(png_header(65_535, 65_535, zlib.compress(bytes(10_000)))), "too_large.pixels"),
    Kind("A13", ".gif", _bomb("GIF", 6, "<HH"), "too_large.pixels"),
    Kind("A13", ".bmp", _bomb("BMP", 18, "<ii"), "too_large.pixels"),
    Kind("A13", ".ppm", _fixed(b"P6\n65535 65535\n255\n" + bytes(500)), "too_large.pixels"),
    Kind("A13", ".tif", _fixed(tiff_of((basic(65_535, 65_535, [8], 1), [bytes(500)]))), "too_large.pixels"),
    Kind("A13", ".jpg", _many_scans, "truncated"),
    *(Kind("A14", name, _fixed(HEIC), "heic") for name in (".HEIC", ".jpg") if "HEIF" not in formats.ALLOWED),
    *(Kind("A4", ".dng", _fixed(content), RAW) for content in RAW_FILES),
    Kind("A21", ".png", _fixed(ONE_PIXEL), notes=("changed.tiny",)),
    Kind("A21", ".png", lambda image, luck: encoded(image.resize((10, 2000)), "PNG")),
    Kind("A21", ".bmp", lambda image, luck: encoded(image.resize((900, 9)), "BMP")),
    Kind("A21", ".png", _fixed(WHITE), notes=("changed.blank",)),
    Kind("A21", ".tif", _as("TIFF", "YCbCr")),
    Kind("A22", ".png", _after_header(b"zTXt", b"Comment\0\0" + MUCH), notes=REMARK),
    Kind("A22", ".png", _after_header(b"tEXt", b"Comment\0text", wrong=True), notes=REMARK),
    Kind("A22", ".png", _after_header(b"iCCP", b"x\0\0" + MUCH), notes=PROFILE),
    Kind("A22", ".jpg", _after_start(3 * (b"\xff\xfe\xff\xff" + bytes(65533)))),
    Kind("", ".txt", _fixed(b"seen in May"), "side_file"),
    Kind("", ".xmp", _fixed(b"<x:xmpmeta/>"), "side_file"),
    Kind("", ".zip", _fixed(b"PK\x05\x06" + bytes(18)), "archive_inside"),
)  # fmt: skip

SYSTEM_FILES = (".DS_Store", "Thumbs.db", "desktop.ini", "._IMG_1.jpg", "__MACOSX/a.jpg")


def make_mixed_folder(folder: Path, seed: int, count: int = 1000) -> list[Mixed]:
    """Class folders with so many files, the kinds in turn; and system files besides.

    Args:
        folder: Need not exist.
        seed: Decides the pictures and which class a file comes into; what a file is follows from its number.
    """
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        name = CLASSES[int(random.integers(len(CLASSES)))]
        path = f"{name}/{kind.row or 'file'} {number:04}{kind.ending}"
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(kind.make(_picture(random), float(random.random())))
        made.append(Mixed(path, kind))
    for number, system_file in enumerate(SYSTEM_FILES):
        target = folder / CLASSES[number % len(CLASSES)] / system_file
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(b"x")
    return made


def _picture(random: np.random.Generator) -> Image.Image:
    """Waves and a few boxes: neither blank nor like another, in every mode."""
    width, height = (int(side) for side in random.integers(64, 101, 2))
    y, x = np.mgrid[0:height, 0:width]
    channels = []
    for _ in range(3):
        across, down, shift = random.uniform(0.05, 0.35, 3)
        channels.append(128 + 100 * np.sin(across * x + down * y + 20 * shift))
    values = np.dstack(channels) + random.normal(0, 8, (height, width, 1))
    image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(4):
        left, top = (int(place) for place in random.integers(0, 50, 2))
        draw.rectangle(
            (left, top, left + 12, top + 9), fill=tuple(int(c) for c in random.integers(0, 256, 3))
        )
    return image
