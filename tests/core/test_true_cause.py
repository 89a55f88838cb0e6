"""What a file is called that cannot be used: its own name, what to do, and "damaged" only where it is."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.bad_files import encoded
from tests.core.tiff_help import basic, tiff_of, written
from workbench.core.errors import ImageError
from workbench.core.images import formats, raw
from workbench.core.images.loader import Decoded, decode

FTYP = b"\x00\x00\x00\x18ftyp"
PHOTO = Image.effect_mandelbrot((96, 64), (-2, -1, 1, 1), 50).convert("RGB")

FILES = {
    "a.tga": (b"\0\0\x02" + bytes(9) + struct.pack("<HH", 8, 8) + b"\x18\0" + bytes(192), "Targa"),
    "old.TGA": (b"\0\x01\x01\0\0\0\x01\x18" + bytes(4) + b"\x08\0\x08\0\x08\0" + bytes(9), "Targa"),
    "named.jpg": (bytes(300) + b"TRUEVISION-XFILE.\0", "Targa"),
    "a.dcm": (bytes(128) + b"DICM" + bytes(100), "DICOM"),
    "a.czi": (b"ZISRAWFILE" + bytes(100), "CZI"),
    "a.nd2": (b"\xda\xce\xbe\x0a" + bytes(100), "ND2"),
    "a.lif": (b"\x70\0\0\0" + bytes(100), "LIF"),
    "a.ims": (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
    "scan.nii": (bytes(344) + b"n+1\0" + bytes(20), "NIfTI"),
    "a.mrc": (bytes(208) + b"MAP " + bytes(20), "MRC"),
    "a.npy": (b"\x93NUMPY\x01\0" + bytes(100), "NumPy"),
    "a.CR3": (FTYP + b"crx \x00\x00\x00\x01crx isom" + bytes(100), "raw photo"),
    "a.RAF": (b"FUJIFILMCCD-RAW 0201" + bytes(100), "raw photo"),
    "a.X3F": (b"FOVb" + bytes(100), "raw photo"),
    "a.RW2": (b"IIU\0\x18\0\0\0" + bytes(100), "raw photo"),
    "a.ORF": (b"IIRO\x08\0\0\0" + bytes(100), "raw photo"),
    "a.CRW": (b"II\x1a\0\0\0HEAPCCDR" + bytes(100), "raw photo"),
    "a.MRW": (b"\0MRM\0\0" + bytes(100), "raw photo"),
    "a.MOV": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100), "video"),
    "a.mp4": (FTYP + b"isom" + bytes(100), "video"),
    "a.3gp": (FTYP + b"3gp4" + bytes(100), "video"),
    "old.mov": (b"\0\0\x10\0moov" + bytes(100), "video"),
    "a.avi": (b"RIFF\0\0\0\0AVI LIST" + bytes(100), "video"),
    "a.mkv": (b"\x1a\x45\xdf\xa3" + bytes(100), "video"),
    "a.mts": ((b"\x47" + bytes(187)) * 4, "video"),
    "a.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    "b.svg": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- mine -->\n<!DOCTYPE svg PUBLIC "x">\n<svg>', "SVG"),
    "photo.jpg": (b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64, "Git LFS"),
    "annexed.jpg": (b"/annex/objects/SHA256E-s12--aa.jpg\n", "git-annex"),
    "404.jpg": (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "login.png": (b"\n<html><head><title>Sign in</title>", "web page"),
    "a.pdf": (b"%PDF-1.7\n" + bytes(100), "PDF"),
    "a.zip": (b"PK\x03\x04" + bytes(100), "archive"),
    "a.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "office"),
    "a.wmf": (b"\xd7\xcd\xc6\x9a" + bytes(100), "metafile"),
    "a.emf": (b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(50), "metafile"),
    "a.pcx": (b"\x0a\x05\x01\x08" + bytes(124), "PCX"),
    "a.jp2": (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(100), "JPEG 2000"),
    "a.jxl": (b"\xff\x0a" + bytes(100), "JPEG XL"),
    "b.jxl": (b"\x00\x00\x00\x0cJXL \r\n\x87\n" + bytes(100), "JPEG XL"),
    "a.jxr": (b"II\xbc\x01" + bytes(100), "JPEG XR"),
    "a.psb": (b"8BPS\0\x02" + bytes(100), "Photoshop"),
    "a.hdr": (b"#?RADIANCE\n" + bytes(100), "Radiance"),
    "a.exr": (b"\x76\x2f\x31\x01" + bytes(100), "OpenEXR"),
    "a.pam": (b"P7\nWIDTH 2\n", "PAM"),
    "a.pfm": (b"PF\n2 2\n-1.0\n" + bytes(48), "PFM"),
    "a.fits": (b"SIMPLE  =                    T", "FITS"),
    "a.djvu": (b"AT&TFORM" + bytes(20), "DjVu"),
    "a.lnk": (b"\x4c\0\0\0\x01\x14\x02\0" + bytes(60), "shortcut"),
    "page.url": (b"[InternetShortcut]\r\nURL=https://example.org", "shortcut"),
    "a.xbm": (b"/* made */\n#define a_width 8\n#define a_height 8\n", "XBM"),
    "a.icns": (b"icns" + bytes(20), "icon"),
}  # fmt: skip


def error(content: bytes, name: str = "a.jpg") -> ImageError:
    with pytest.raises(ImageError) as caught:
        decode(io.BytesIO(content), name)
    assert caught.value.title.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value


def read(content: bytes) -> Decoded:
    return decode(io.BytesIO(content), "photo.png")


def chunk(name: bytes, body: bytes, *, wrong: bool = False) -> bytes:
    total = zlib.crc32(name + body) ^ wrong
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", total)


@pytest.mark.parametrize("name", FILES)
def test_each_kind_is_called_by_its_name(name: str) -> None:
    content, word = FILES[name]
    found = error(content, name)
    assert word.lower() in found.title.lower()
    assert "damaged" not in found.title
    assert found.reason in ("not_an_image", "unsupported_format", "not_downloaded")


def test_words_about_videos_are_no_video() -> None:
    assert error(b"FLV is a format, moov is a box", "notes.txt").message.code == "not_an_image"
    assert error(b"<p>svg</p>", "notes.txt").message.code == "not_an_image"


def test_a_failed_copy_of_zeros_is_said_to_be_one() -> None:
    found = error(bytes(50_000), "IMG_1.JPG")
    assert found.reason == "truncated"
    assert "zeros" in found.title
    assert error(bytes(20_000) + b"x" + bytes(9), "IMG_1.JPG").reason == "not_an_image"


# --- kinds of formats that are read ---------------------------------------------------------------


def jpeg_of(process: int, bits: int = 8) -> bytes:
    """A whole JPEG whose header says that it was encoded in another way."""
    content = encoded(PHOTO, "JPEG", quality=80)
    place = content.index(b"\xff\xc0")
    return (
        content[: place + 1]
        + bytes([process])
        + content[place + 2 : place + 4]
        + bytes([bits])
        + content[place + 5 :]
    )


@pytest.mark.parametrize(
    ("process", "bits", "word"),
    [
        (0xC1, 12, "more than 8 bits"),
        (0xC3, 12, "lossless"),
        (0xC3, 16, "lossless"),
        (0xC5, 8, "hierarchical"),
        (0xC6, 8, "hierarchical"),
        (0xCB, 8, "lossless"),
        (0xF7, 8, "JPEG-LS"),
    ],
)
def test_kinds_of_jpeg_have_names(process: int, bits: int, word: str) -> None:
    found = error(jpeg_of(process, bits))
    assert word in found.title
    assert found.reason == "unsupported_format"


def test_a_jpeg_of_two_channels_has_an_unusual_number_of_them() -> None:
    """As depth cameras write: JPEG allows any number, and readers know 1, 3 and 4."""
    content = encoded(PHOTO, "JPEG")
    place = content.index(b"\xff\xc0")
    frame = b"\xff\xc0\0\x0e" + content[place + 4 : place + 9] + b"\2" + content[place + 10 : place + 16]
    found = error(content[:place] + frame + content[place + 19 :])
    assert found.message.code == "unsupported_format.channels"


@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
def test_a_jpeg_that_is_cut_off_is_damaged(share: float) -> None:
    content = encoded(PHOTO, "JPEG", quality=80)
    assert error(content[: int(len(content) * share)]).reason == "truncated"


@pytest.mark.parametrize(
    ("compression", "word"),
    [
        *((number, "JPEG 2000") for number in (33003, 33005, 34712)),
        (34887, "LERC"),
        (50002, "JPEG XL"),
        (52546, "JPEG XL"),
        (22610, "JPEG XR"),
        (34661, "JBIG"),
        (34677, "LogLuv"),
        (65123, "65123"),
    ],
)
def test_what_is_inside_a_tiff_has_a_name(compression: int, word: str) -> None:
    found = error(tiff_of((basic(64, 64, [8], 1, compression=compression), [bytes(900)])), "slide.tif")
    assert word in found.title
    assert found.reason == "unsupported_format"


def test_a_tiff_with_a_jpeg_of_12_bits_has_a_name() -> None:
    content = tiff_of((basic(64, 64, [12], 1, compression=7), [bytes(900)]))
    assert "more than 8 bits" in error(content, "slide.tif").title


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_tiff_that_is_cut_off_is_damaged(compression: str | None) -> None:
    values = np.random.default_rng(0).integers(0, 65535, (64, 64, 3), np.uint16)
    content = written(values, photometric="rgb", compression=compression)
    assert read(content).image.size == (64, 64)
    for share in (0.1, 0.5, 0.95):
        assert error(content[: int(len(content) * share)], "a.tif").reason == "truncated"


def test_complex_numbers_and_mixed_bits_are_said_to_be_unusual() -> None:
    assert (
        error(written(np.ones((8, 8), np.complex64)), "a.tif").message.code == "unsupported_format.channels"
    )
    mixed = tiff_of((basic(8, 8, [5, 6, 5], 2), [bytes(200)]))
    assert error(mixed, "a.tif").message.code == "unsupported_format.channels"


def test_a_png_of_an_iphone_app_has_a_name() -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in np.asarray(PHOTO.convert("RGBA")))
    bare = zlib.compressobj(wbits=-15)
    head = struct.pack(">IIBBBBB", *PHOTO.size, 8, 6, 0, 0, 0)
    parts = [
        (b"CgBI", bytes(4)),
        (b"IHDR", head),
        (b"IDAT", bare.compress(rows) + bare.flush()),
        (b"IEND", b""),
    ]
    content = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)
    assert "iPhone" in error(content).title


def test_a_bitmap_with_a_jpeg_inside_has_a_name() -> None:
    content = bytearray(encoded(PHOTO, "BMP"))
    struct.pack_into("<I", content, 30, 4)
    found = error(bytes(content), "a.bmp")
    assert found.message.code == "unsupported_format.bitmap"


@pytest.mark.skipif("HEIF" in formats.ALLOWED, reason="pillow-heif is installed")
@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1", b"msf1"])
def test_heic_of_every_brand_is_heic(brand: bytes) -> None:
    assert error(FTYP + brand + bytes(4) + b"mif1heic" + bytes(99), "IMG_1.HEIC").reason == "heic"


@pytest.mark.skipif("AVIF" not in formats.ALLOWED, reason="this Pillow was built without AVIF")
def test_avif_that_begins_as_a_heif_is_not_called_heic() -> None:
    content = encoded(PHOTO, "AVIF")
    length = int.from_bytes(content[:4], "big")
    general = content[:8] + b"mif1" + content[12:length] + content[length:]
    assert read(general).image.size == PHOTO.size


# --- raw photos -----------------------------------------------------------------------------------


def raw_files() -> dict[str, bytes]:
    """What cameras write, as far as their tags go: a preview, and the sensor's values elsewhere."""
    preview, sensor = np.zeros((12, 16, 3), np.uint8) + 90, np.zeros((96, 128), "<u2") + 900
    small = (basic(16, 12, [8] * 3, 2, subfile=1), [preview.tobytes()])
    mosaic = (basic(128, 96, [16], 32803), [sensor.tobytes()])
    linear = (basic(64, 48, [16] * 3, 34892), [bytes(64 * 48 * 6)])
    version = (50706, 1, [1, 4, 0, 0])
    large = (basic(128, 96, [8] * 3, 6, compression=7), [encoded(PHOTO, "JPEG")])
    coded = (basic(128, 96, [14], 1, compression=34713), [bytes(500)])
    canon = bytearray(tiff_of(large, mosaic))
    shifted = bytes(canon[:8]) + b"CR\x02\0" + bytes(4) + bytes(canon[8:])
    return {
        "IMG_1.DNG": tiff_of(([*small[0], version], small[1]), mosaic, sub=(1,)),
        "linear.dng": tiff_of(([*linear[0], version], linear[1])),
        "DSC_1.NEF": tiff_of(small, mosaic, sub=(1,)),
        "DSC_2.NEF": tiff_of(small, coded, sub=(1,)),
        "DSC00001.ARW": tiff_of(large, mosaic, sub=(1,)),
        "P1.PEF": tiff_of(mosaic, small),
        "big-endian.NEF": tiff_of(small, mosaic, sub=(1,), order=">"),
        "IMG_2.CR2": shifted,
        "P0001.IIQ": bytes(canon[:8]) + b"IIIITwaR" + bytes(canon[8:]),
        "named.jpg": tiff_of(small, mosaic, sub=(1,)),
    }


@pytest.mark.skipif(raw.RAWPY is not None, reason="rawpy is installed")
@pytest.mark.parametrize("name", raw_files())
def test_a_raw_photo_is_called_one_and_never_shown_as_its_preview(name: str) -> None:
    found = error(raw_files()[name], name)
    assert "raw photo" in found.title
    assert "JPEG" in found.hint


# --- damage that does not matter, and limits ------------------------------------------------------


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"tIME", b"pHYs", b"prVt"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_wrong_checksum_in_a_remark_costs_no_photo(name: bytes, place: str) -> None:
    content = encoded(PHOTO, "PNG")
    at = 33 if place == "before" else len(content) - 12
    spoiled = content[:at] + chunk(name, b"Comment\0text", wrong=True) + content[at:]
    found = read(spoiled)
    assert np.array_equal(np.asarray(found.image), np.asarray(PHOTO))


def test_a_damaged_remark_is_noted_and_the_transparency_stays() -> None:
    clear = PHOTO.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(PHOTO.size))
    content = encoded(clear, "PNG")
    spoiled = content[:33] + chunk(b"tEXt", b"Comment\0text", wrong=True) + content[33:]
    found = read(spoiled)
    assert found.changes == ("damaged_remark",)
    assert np.array_equal(np.asarray(found.image), np.asarray(read(content).image))


@pytest.mark.parametrize("name", [b"IHDR", b"IDAT"])
def test_a_wrong_checksum_in_the_picture_is_damage(name: bytes) -> None:
    content = bytearray(encoded(PHOTO, "PNG"))
    at = content.index(name)
    (length,) = struct.unpack(">I", content[at - 4 : at])
    content[at + 4 + length] ^= 1
    content[at + 4 + length // 2] ^= 1
    assert error(bytes(content), "a.png").reason == "truncated"


def test_the_limit_is_named() -> None:
    head = struct.pack(">IIBBBBB", 20_000, 10_000, 8, 2, 0, 0, 0)
    large = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    found = error(large, "map.png")
    assert found.reason == "too_large"
    assert "20,000 × 10,000" in found.title
    assert "100 million" in found.title
    tiff = error(tiff_of((basic(20_000, 10_000, [16], 1), [bytes(10)])), "map.tif")
    assert "100 million" in tiff.title
