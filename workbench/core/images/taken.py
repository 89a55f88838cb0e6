"""When a photo was taken, as its camera wrote it down."""

from __future__ import annotations

from datetime import datetime

from PIL import ExifTags, Image

_FORM = "%Y:%m:%d %H:%M:%S"
_BEGIN = datetime(1900, 1, 1)


def taken_at(image: Image.Image) -> float | None:
    """Seconds from the beginning of 1900 to the shot, in the camera's own time; None where it is not known.

    Only EXIF's DateTimeOriginal and its fractions count: DateTime is written anew by every program that saves
    a photo. A date without a time of day (midnight to the second) says nothing about seconds.

    Args:
        image: As Pillow has opened it; nothing is decoded.
    """
    try:
        fields = image.getexif().get_ifd(ExifTags.IFD.Exif)
        shot = datetime.strptime(str(fields[ExifTags.Base.DateTimeOriginal]).strip("\0 "), _FORM)
        fraction = str(fields.get(ExifTags.Base.SubsecTimeOriginal, "")).strip("\0 ")
    except Exception:  # noqa: BLE001 - damaged metadata, or none: the photo is used without it
        return None
    if (shot.hour, shot.minute, shot.second) == (0, 0, 0):
        return None
    seconds = (shot - _BEGIN).total_seconds()
    return seconds + float(f"0.{fraction}") if fraction.isascii() and fraction.isdecimal() else seconds
