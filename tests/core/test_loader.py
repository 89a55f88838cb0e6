"""Every way in which a file can disappoint, and every kind of image that must come out right."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, features

from tests.bad_files import encoded, turned
from tests.core.image_help import pixels, reason
from workbench.core.errors import ImageError
from workbench.core.images import formats
from workbench.core.images.loader import decode, open_image

KINDS = [
    ("JPEG", {}),
    ("JPEG", {"progressive": True}),
    ("PNG", {}),
    ("GIF", {}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}),
    ("BMP", {}),
    ("PPM", {}),
    ("AVIF", {}),
]
NASTY_NAMES = [
    "猫の写真.jpg",
    "🐜🐝.jpg",
    "صورة.jpg",
    "e\u0301te\u0301.jpg",
    "100% #1 photo?.jpg",
    "\"quotes\" 'and'.jpg",
    "line\nbreak.jpg",
    " leading and trailing ",
    "-rf",
    "x" * 200 + ".jpg",
]


@pytest.fixture(scope="module")
def photo(drawn_pair: Path) -> Image.Image:
    path = sorted((drawn_pair / "train" / "apples").glob("*.jpg"))[3]
    with Image.open(path) as image:
        return image.convert("RGB").resize((192, 144))


def pixels_or_reason(content: bytes) -> np.ndarray | str:
    try:
        return pixels(content)
    except ImageError as error:
        return error.reason


@pytest.mark.parametrize(("kind", "options"), KINDS, ids=str)
def test_no_cut_goes_unnoticed(photo: Image.Image, kind: str, options: dict[str, object]) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow was built without AVIF")
    content = encoded(photo, kind, **options)
    whole = pixels(content)
    refused = 0
    for length in np.linspace(20, len(content) - 1, 200).astype(int).tolist():
        outcome = pixels_or_reason(content[:length])
        if isinstance(outcome, str):
            assert outcome == "truncated"
            refused += 1
        else:  # only what follows the pixels is missing
            assert np.array_equal(outcome, whole)
    assert refused >= 150


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_cut_is_noticed_at_reduced_size(photo: Image.Image, share: float) -> None:
    content = encoded(photo.resize((1600, 1200)), "JPEG")
    with pytest.raises(ImageError, match="cut off"):
        pixels(content[: int(len(content) * share)], short_side=100)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty_file"),
        (b"\x00", "truncated"),
        (b"just some words", "not_an_image"),
        (b"BMW, the car: a text that begins like a bitmap", "not_an_image"),
        (b"<html><body>404</body></html>", "not_an_image"),
        (b"%PDF-1.7\n" + bytes(100), "not_an_image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "unsupported_format"),
        (b"8BPS\x00\x01" + bytes(100), "unsupported_format"),
        (b"SIMPLE  =                    T", "unsupported_format"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "not_an_image"),
        (b"\xff\xd8\xff\xe0", "truncated"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "truncated"),
    ],
)
def test_what_is_no_image_is_named(content: bytes, expected: str) -> None:
    assert reason(content) == expected


@pytest.mark.skipif("HEIF" in formats.ALLOWED, reason="pillow-heif is installed")
def test_heic_says_how_to_go_on() -> None:
    content = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)
    with pytest.raises(ImageError, match="HEIC") as caught:
        decode(io.BytesIO(content), "IMG_0001.HEIC")
    assert caught.value.reason == "heic"
    assert "JPEG" in caught.value.hint


@pytest.mark.filterwarnings("ignore::DeprecationWarning:PIL")
@pytest.mark.filterwarnings("ignore:.*image format is deprecated")
def test_no_plugin_outside_the_list_is_invoked(photo: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.init()
    invoked: list[str] = []

    def watched(name: str, factory: Callable[..., object]) -> Callable[..., object]:
        def opening(*arguments: object) -> object:
            invoked.append(name)
            return factory(*arguments)

        return opening

    contents = {}
    for kind in sorted(Image.SAVE):
        for mode in ("RGB", "L", "1", "P"):
            try:
                contents[kind] = encoded(photo.resize((64, 64)).convert(mode), kind)
                break
            except (OSError, ValueError, KeyError):  # this plugin cannot write that mode, or at all
                continue
    for kind, (factory, accept) in list(Image.OPEN.items()):
        monkeypatch.setitem(Image.OPEN, kind, (watched(kind, factory), accept))
    assert len(contents) > 20
    for kind, content in contents.items():
        outcome = pixels_or_reason(content)
        if kind in (*formats.ALLOWED, "MPO"):
            assert not isinstance(outcome, str), f"{kind}: {outcome}"
        else:
            assert outcome in ("not_an_image", "unsupported_format"), f"{kind}: {outcome}"
    assert set(invoked) <= set(formats.ALLOWED)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_the_eight_orientations_look_alike(photo: Image.Image, kind: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow was built without AVIF")
    exact = kind in ("PNG", "TIFF", "WEBP")
    options: dict[str, object] = {"lossless": True} if kind == "WEBP" else {}
    for orientation in range(1, 9):
        decoded = decode(io.BytesIO(turned(photo, orientation, kind, **options)), "photo")
        assert decoded.image.size == (decoded.width, decoded.height) == photo.size
        difference = np.abs(np.asarray(decoded.image, np.int16) - np.asarray(photo, np.int16))
        assert difference.max() == 0 if exact else difference.mean() < 8, f"orientation {orientation}"


@pytest.mark.parametrize("orientation", [1, 6])
def test_reduced_decoding_knows_the_size_and_keeps_the_short_side(
    photo: Image.Image, orientation: int
) -> None:
    content = turned(photo.resize((1600, 900)), orientation, "JPEG")
    decoded = decode(io.BytesIO(content), "photo", short_side=224)
    assert (decoded.width, decoded.height) == (1600, 900)
    assert decoded.image.size == (400, 225)
    full = decode(io.BytesIO(content), "photo").image.resize((400, 225), Image.Resampling.BOX)
    assert np.abs(np.asarray(decoded.image, np.int16) - np.asarray(full, np.int16)).mean() < 3


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damaged_exif_does_not_matter(photo: Image.Image, kind: str) -> None:
    random = np.random.default_rng(0)
    clean = pixels(encoded(photo, kind))
    healthy = Image.Exif()
    healthy[0x0112] = 1
    healthy[0x010F] = "maker"
    whole = healthy.tobytes()
    for _ in range(60):
        exif = bytearray(whole)
        for _ in range(4):
            place = int(random.integers(6, len(exif)))
            if not 14 <= place < 32:  # a changed orientation would be followed, rightly
                exif[place] = int(random.integers(256))
        exif = exif[: int(random.integers(6, len(exif) + 1))]
        found = pixels(encoded(photo, kind, exif=bytes(exif)))
        assert found.size == clean.size


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        (np.linspace(0, 65535, 4096), "I;16"),
        (np.linspace(0, 4095, 4096), "I;16"),
        (np.linspace(0, 1, 4096), "F"),
        (np.linspace(-1, 1, 4096), "F"),
        (np.linspace(0, 255, 4096), "F"),
        (np.linspace(0, 65535, 4096), "F"),
        (np.linspace(-40, 3e6, 4096), "F"),
        (np.linspace(-40000, 3e6, 4096), "I"),
    ],
)
def test_deep_pixels_are_scaled_by_their_range(values: np.ndarray, mode: str) -> None:
    kinds = {"I;16": np.uint16, "I": np.int32, "F": np.float32}
    image = Image.fromarray(values.astype(kinds[mode]).reshape(64, 64))
    decoded = decode(io.BytesIO(encoded(image, "TIFF")), "deep.tif")
    found = np.asarray(decoded.image)
    assert decoded.changes == ("rescaled",)
    assert np.array_equal(found[..., 0], found[..., 2])
    assert np.abs(found[..., 0].ravel() - np.linspace(0, 255, 4096)).max() <= 1


def test_a_16_bit_png_is_not_washed_out() -> None:
    values = np.linspace(0, 65535, 4096).astype(np.uint16).reshape(64, 64)
    found = pixels(encoded(Image.fromarray(values), "PNG"))
    assert np.abs(found[..., 0].astype(int) - (values >> 8)).max() <= 1


def test_values_that_are_no_numbers_become_black() -> None:
    values = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    values[0, 1], values[0, 2], values[0, 3] = np.nan, np.inf, -np.inf
    decoded = decode(io.BytesIO(encoded(Image.fromarray(values), "TIFF")), "x.tif")
    assert decoded.changes == ("rescaled", "not_finite")
    found = np.asarray(decoded.image)
    assert found[0, 1:4].max() == 0
    assert found[7, 7].min() == 255
    nothing = Image.fromarray(np.full((8, 8), np.nan, np.float32))
    assert pixels(encoded(nothing, "TIFF")).max() == 0


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "colour key"])
def test_transparent_pixels_are_white_whatever_colour_they_hide(mode: str) -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (4, 0, 8, 8))
    if mode == "P":
        content = encoded(image.quantize(4), "PNG")
    elif mode == "colour key":
        content = encoded(image.convert("RGB"), "PNG", transparency=(255, 0, 0))
    else:
        content = encoded(image.convert(mode), "PNG")
    found = pixels(content)
    assert found[0, 0].tolist() == [255, 255, 255]
    blue_as_grey = [29, 29, 29]
    assert found[0, 7].tolist() == (blue_as_grey if mode == "LA" else [0, 0, 255])


def test_half_transparent_pixels_are_mixed_with_white() -> None:
    found = pixels(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 128)), "PNG"))
    assert found[0, 0].tolist() == [127, 127, 127]


def test_only_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        decoded = decode(io.BytesIO(content), "moving")
        assert decoded.changes == ("first_frame", "blank"), kind
        red, green, blue = np.asarray(decoded.image)[8, 8].tolist()
        assert red > 230, kind
        assert max(green, blue) < 30, kind


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "LAB"])
def test_every_mode_becomes_rgb(photo: Image.Image, mode: str) -> None:
    stored = photo.convert(mode) if mode != "LAB" else as_lab(photo)
    found = pixels(encoded(stored, "TIFF"))
    expected = photo.convert("L").convert("RGB") if mode in ("1", "L") else photo
    difference = np.asarray(expected.resize((24, 18)), np.int16) - Image.fromarray(found).resize((24, 18))
    assert np.abs(difference).mean() < 6


def as_lab(image: Image.Image) -> Image.Image:
    lab = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")),
        outputMode="LAB",
    )
    assert lab is not None
    return lab


def test_a_cmyk_photo_keeps_its_colours_and_survives_a_wrong_profile(photo: Image.Image) -> None:
    screen_profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = pixels(encoded(photo.convert("CMYK"), "JPEG", quality=95))
    for profile in (screen_profile, b"no profile at all"):
        found = pixels(encoded(photo.convert("CMYK"), "JPEG", quality=95, icc_profile=profile))
        assert np.array_equal(found, plain)
    assert np.abs(plain.astype(int) - np.asarray(photo, int)).mean() < 8


def test_a_tiff_with_five_channels_is_refused_with_the_reason() -> None:
    content = five_channel_tiff()
    with pytest.raises(ImageError, match="channels") as caught:
        decode(io.BytesIO(content), "satellite.tif")
    assert caught.value.reason == "unsupported_format"


def five_channel_tiff() -> bytes:
    entries = [
        (256, 3, 1, 8),
        (257, 3, 1, 8),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 200),
        (277, 3, 1, 7),
        (278, 3, 1, 8),
        (279, 4, 1, 448),
    ]
    head = b"II*\x00" + struct.pack("<IH", 8, len(entries))
    head += b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    return head.ljust(200, b"\x00") + bytes(448)


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_any_name_opens(photo: Image.Image, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    try:
        path.write_bytes(encoded(photo, "JPEG"))
    except OSError:
        pytest.skip("this file system does not take the name")
    assert open_image(path).size == photo.size


@pytest.mark.skipif(os.name == "nt", reason="Windows names are Unicode")
def test_a_name_that_is_no_text_opens_and_can_be_shown(photo: Image.Image, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg"))
    path.write_bytes(encoded(photo, "JPEG"))
    assert open_image(path).size == photo.size
    path.write_bytes(b"")
    with pytest.raises(ImageError) as caught:
        open_image(path)
    assert caught.value.title.encode() == "“caf\ufffd.jpg” is empty.".encode()


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    reasons = {}
    (tmp_path / "folder.jpg").mkdir()
    paths = [tmp_path / "gone.jpg", tmp_path / "folder.jpg"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        paths.append(tmp_path / "pipe.jpg")
    for path in paths:
        with pytest.raises(ImageError) as caught:
            open_image(path)
        reasons[path.name] = caught.value.reason
    assert reasons.pop("pipe.jpg", "not_an_image") == "not_an_image"
    assert reasons == {"gone.jpg": "missing", "folder.jpg": "not_an_image"}


def test_many_threads_get_what_one_gets(photo: Image.Image) -> None:
    contents = [
        encoded(photo, "JPEG"),
        encoded(photo, "PNG"),
        encoded(photo, "WEBP"),
        encoded(photo.convert("CMYK"), "JPEG"),
        turned(photo, 6, "JPEG"),
    ] * 20
    alone = [pixels(content) for content in contents[:5]]
    with ThreadPoolExecutor(8) as pool:
        for number, found in enumerate(pool.map(pixels, contents)):
            assert np.array_equal(found, alone[number % 5])
