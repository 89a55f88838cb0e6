"""Ways in which a photo is altered and stays the same picture."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageEnhance, ImageOps


def saved(photo: Image.Image, quality: int = 92) -> Image.Image:
    """The photo after it was saved as JPEG and opened again."""
    content = io.BytesIO()
    photo.save(content, "JPEG", quality=quality)
    return Image.open(content).convert("RGB")


def cropped(photo: Image.Image, left: float, right: float, top: float, bottom: float) -> Image.Image:
    """A part of the photo, its edges as shares of the sides."""
    width, height = photo.size
    return photo.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )


ALTERED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "quality 60": lambda photo: saved(photo, 60),
    "half": lambda photo: photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.BICUBIC),
    "crop all around": lambda photo: cropped(photo, 0.05, 0.95, 0.05, 0.95),
    "crop a corner": lambda photo: cropped(photo, 0.0, 0.9, 0.1, 1.0),
    "crop a side": lambda photo: cropped(photo, 0.1, 1.0, 0.0, 1.0),
    "mirrored": ImageOps.mirror,
    "brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.15),
    "grey": lambda photo: ImageOps.grayscale(photo).convert("RGB"),
    "turned": lambda photo: photo.transpose(Image.Transpose.ROTATE_90),
    "other sides": lambda photo: photo.resize((300, 300), Image.Resampling.BICUBIC),
}
