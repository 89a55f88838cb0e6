"""What a file is that is not read: known by its content, so that the person hears its name and what to do.

The signatures are those of the formats' own specifications and of the shared MIME database.
"""

from __future__ import annotations

import re
import struct

HEAD = 4096
"""So many bytes from the beginning of a file are enough for `kind_of`."""

HEIF_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2")
)
AVIF_BRANDS = frozenset((b"avif", b"avis"))
_READ = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
)
"""How the files of most formats that are read begin."""

# Code, position, signature. The first that fits counts.
_SIGNATURES: tuple[tuple[str, int, bytes], ...] = (
    ("unsupported_format.photoshop_file", 0, b"8BPS"),
    ("unsupported_format.postscript_file", 0, b"%!PS"),
    ("unsupported_format.postscript_file", 0, b"\xc5\xd0\xd3\xc6"),
    ("unsupported_format.icon", 0, b"\x00\x00\x01\x00"),
    ("unsupported_format.icon", 0, b"icns"),
    ("unsupported_format.mouse_pointer", 0, b"\x00\x00\x02\x00"),
    ("unsupported_format.jpeg_2000_image", 0, b"\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2"),
    ("unsupported_format.jpeg_2000_image", 0, b"\x00\x00\x00\x0cjP  "),
    ("unsupported_format.jpeg_2000_image", 0, b"\xff\x4f\xff\x51"),
    ("unsupported_format.jpeg_xl_image", 0, b"\x00\x00\x00\x0cJXL "),
    ("unsupported_format.jpeg_xl_image", 0, b"\xff\x0a"),
    ("unsupported_format.jpeg_xr_image", 0, b"II\xbc"),
    ("unsupported_format.fits_image", 0, b"SIMPLE  ="),
    ("unsupported_format.dds_texture", 0, b"DDS "),
    ("unsupported_format.ktx_texture", 0, b"\xabKTX"),
    ("unsupported_format.qoi_image", 0, b"qoif"),
    ("unsupported_format.gimp_file", 0, b"gimp xcf"),
    ("unsupported_format.openexr_image", 0, b"\x76\x2f\x31\x01"),
    ("unsupported_format.radiance_image", 0, b"#?RADIANCE"),
    ("unsupported_format.radiance_image", 0, b"#?RGBE"),
    ("unsupported_format.sgi_image", 0, b"\x01\xda"),
    ("unsupported_format.sun_raster", 0, b"\x59\xa6\x6a\x95"),
    ("unsupported_format.dpx_image", 0, b"SDPX"),
    ("unsupported_format.dpx_image", 0, b"XPDS"),
    ("unsupported_format.pam_image", 0, b"P7\n"),
    ("unsupported_format.pfm_image", 0, b"PF\n"),
    ("unsupported_format.xpm_image", 0, b"/* XPM */"),
    ("unsupported_format.djvu_file", 0, b"AT&TFORM"),
    ("unsupported_format.bpg_image", 0, b"BPG\xfb"),
    ("unsupported_format.flif_image", 0, b"FLIF"),
    ("unsupported_format.mng_animation", 0, b"\x8aMNG"),
    ("unsupported_format.jng_image", 0, b"\x8bJNG"),
    ("unsupported_format.jbig2_image", 0, b"\x97JB2"),
    ("unsupported_format.raw_photo", 0, b"FUJIFILM"),
    ("unsupported_format.raw_photo", 0, b"FOVb"),
    ("unsupported_format.raw_photo", 0, b"IIU\x00"),
    ("unsupported_format.raw_photo", 0, b"IIRO"),
    ("unsupported_format.raw_photo", 0, b"IIRS"),
    ("unsupported_format.raw_photo", 0, b"MMOR"),
    ("unsupported_format.raw_photo", 0, b"\x00MRM"),
    ("unsupported_format.raw_photo", 6, b"HEAPCCDR"),
    ("unsupported_format.dicom_image", 128, b"DICM"),
    ("unsupported_format.czi_image", 0, b"ZISRAWFILE"),
    ("unsupported_format.nd2_image", 0, b"\xda\xce\xbe\x0a"),
    ("unsupported_format.lif_image", 0, b"\x70\x00\x00\x00"),
    ("unsupported_format.hdf5_file", 0, b"\x89HDF\r\n\x1a\n"),
    ("unsupported_format.netcdf_file", 0, b"CDF\x01"),
    ("unsupported_format.netcdf_file", 0, b"CDF\x02"),
    ("unsupported_format.nifti_image", 344, b"n+1\x00"),
    ("unsupported_format.mrc_image", 208, b"MAP "),
    ("unsupported_format.numpy_array", 0, b"\x93NUMPY"),
    ("unsupported_format.matlab_file", 0, b"MATLAB 5.0"),
    ("unsupported_format.metafile", 0, b"\xd7\xcd\xc6\x9a"),
    ("unsupported_format.metafile", 40, b" EMF"),
    ("unsupported_format.drawing_program_file", 0, b"BLENDER"),
    ("not_an_image.shortcut", 0, b"\x4c\0\0\0\x01\x14\x02\0"),
    ("not_an_image.shortcut", 0, b"[InternetShortcut]"),
    ("not_an_image.shortcut", 0, b"book\0\0\0\0mark"),
    ("not_an_image.pdf", 0, b"%PDF"),
    ("not_an_image.archive", 0, b"PK\x03\x04"),
    ("not_an_image.archive", 0, b"Rar!\x1a\x07"),
    ("not_an_image.archive", 0, b"7z\xbc\xaf\x27\x1c"),
    ("not_an_image.archive", 0, b"\x1f\x8b"),
    ("not_an_image.office_file", 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("not_an_image.video", 0, b"\x1a\x45\xdf\xa3"),
    ("not_an_image.video", 0, b"FLV\x01"),
    ("not_an_image.video", 0, b"\x00\x00\x01\xba"),
    ("not_an_image.video", 0, b"\x00\x00\x01\xb3"),
    ("not_an_image.video", 0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    ("not_an_image.sound", 0, b"ID3"),
    ("not_an_image.sound", 0, b"OggS"),
    ("not_an_image.sound", 0, b"fLaC"),
    ("not_downloaded.git_lfs", 0, b"version https://git-lfs"),
    ("not_downloaded.git_lfs", 0, b"version http://git-media"),
    ("not_downloaded.git_lfs", 0, b"version https://hawser"),
    ("not_downloaded.annex", 0, b"/annex/objects/"),
    ("not_downloaded.annex", 0, b"../.git/annex"),
)
_CONTAINERS = {
    b"AVI ": "not_an_image.video",
    b"WAVE": "not_an_image.sound",
    b"CDR": "unsupported_format.drawing_program_file",
}
_VIDEO_BOXES = (b"moov", b"mdat", b"wide", b"skip", b"free")
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*|<!doctype\s[^>\[]*(?:\[[^\]]*\])?>\s*)*"
    rb"<(?:[a-z]+:)?(svg|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<!doctype\s+html", re.IGNORECASE)
_TARGA_FOOTER = b"TRUEVISION-XFILE"
_BITMAP_AS_TEXT = re.compile(rb"(?:/\*.*?\*/\s*)?#define\s+\w+_width\s+\d+", re.DOTALL)


def brand(head: bytes) -> bytes:
    """The main brand of a file of the ISO base media family (HEIC, AVIF, MP4, CR3); b"" for others."""
    return head[8:12] if head[4:8] == b"ftyp" else b""


def is_heif(head: bytes) -> bool:
    """Whether a file's first bytes are those of HEIC or another HEIF picture."""
    main = brand(head)
    if main in (b"mif1", b"msf1", b"mif2"):  # AVIF may say so, too; what it is stands among its brands
        length = min(int.from_bytes(head[:4], "big"), len(head))
        return not AVIF_BRANDS & {head[at : at + 4] for at in range(16, length - 3, 4)}
    return main in HEIF_BRANDS


def looks_like_image(head: bytes) -> bool:
    """Whether a file's first bytes (32 are enough) are those of a format that is read, or HEIC."""
    if head.startswith(_READ) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return True
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return True
    if head[:1] == b"P" and head[1:2] in b"123456f" and head[2:3].isspace():
        return True
    return brand(head) in AVIF_BRANDS | HEIF_BRANDS


def kind_of(name: str, head: bytes, ending: bytes = b"") -> str:
    """The code of what a file is: of a message, `unsupported_format.…`, `not_an_image.…` and the like.

    Args:
        name: The file's name; only asked where the content alone leaves it open.
        head: Its first `HEAD` bytes.
        ending: Its last 26 bytes or more.

    Returns:
        "" where it is none of the kinds that are known here.
    """
    if _TARGA_FOOTER in ending or _is_targa(name, head):
        return "unsupported_format.targa_image"
    for code, place, signature in _SIGNATURES:
        if head.startswith(signature, place):
            return code
    if head[:4] == b"RIFF":
        return next((code for kind, code in _CONTAINERS.items() if head[8:12].startswith(kind)), "")
    if head[4:8] == b"ftyp":
        return _of_brand(head)
    if head[4:8] in _VIDEO_BOXES and head[:1] == b"\x00":
        return "not_an_image.video"
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return "not_an_image.video"  # an MPEG transport stream
    if head[:1] == b"\x0a" and head[1:2] in b"\x00\x02\x03\x04\x05" and head[2:3] in b"\x00\x01":
        return "unsupported_format.pcx_image"
    marked = _MARKUP.match(head)
    if marked:
        return "unsupported_format.svg_drawing" if marked[1].lower() == b"svg" else "not_an_image.web_page"
    if _WEB_PAGE.match(head):
        return "not_an_image.web_page"
    if _BITMAP_AS_TEXT.match(head):
        return "unsupported_format.xbm_image"
    if not any(head) and not any(ending):
        return "truncated.zeros"
    return ""


def _of_brand(head: bytes) -> str:
    main = brand(head)
    if main == b"crx ":
        return "unsupported_format.raw_photo"
    if main.startswith((b"jp2", b"jpx", b"jpm")):
        return "unsupported_format.jpeg_2000_image"
    if main in AVIF_BRANDS or main in HEIF_BRANDS:
        return ""
    return "not_an_image.video"


def _is_targa(name: str, head: bytes) -> bool:
    """Whether the 18 bytes of a Targa header are there: it has no signature, so its name must agree."""
    if len(head) < 18 or not name.lower().endswith((".tga", ".icb", ".vda", ".vst", ".targa")):
        return False
    _, has_map, kind, _, _, _, _, _, width, height, depth, _ = struct.unpack("<BBBHHBHHHHBB", head[:18])
    fits = has_map <= 1 and kind in (1, 2, 3, 9, 10, 11) and depth in (8, 15, 16, 24, 32)
    return bool(fits and width and height)
