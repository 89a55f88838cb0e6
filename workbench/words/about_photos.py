"""Photos and image folders: files that cannot be used, folders that cannot be learned from."""

from __future__ import annotations

_SAVE_AS_JPEG = "Save it as JPEG or PNG with the program that made it."
_COPY_AGAIN = "Copy it again from the camera or from where it came."
_SMALLER = "Save a smaller copy of it and use that."

IMAGES: dict[str, tuple[str, str]] = {
    "empty_file": ("“{name}” is empty.", _COPY_AGAIN),
    "heic": (
        "“{name}” is a HEIC photo, which the program cannot read.",
        "Save it as JPEG first, or install the program's extra “heif”.",
    ),
    "missing": ("“{name}” is not there any more.", "Put it back, or read the folder again."),
    "not_an_array_of_pixels": (
        "An array of shape {shape} and type {type} is no image that can be used.",
        "Give uint8 values of shape (height, width), (height, width, 3) or (height, width, 4).",
    ),
    "not_an_image": (
        "“{name}” is not an image, whatever its name says.",
        "Take it out of the folder, or leave it: it is passed over.",
    ),
    "not_an_image.not_a_file": ("“{name}” is not a file.", "Choose a photo."),
    "too_large": ("“{name}” is far too large.", _SMALLER),
    "too_large.for_memory": ("“{name}” needs more memory than there is.", _SMALLER),
    "too_large.pixels": ("“{name}” has {width:,} × {height:,} pixels.", _SMALLER),
    "truncated": ("“{name}” is damaged or was cut off.", _COPY_AGAIN),
    "unreadable": (
        "“{name}” could not be read.",
        "Check that you may open it, that no other program holds it, and that its drive is connected.",
    ),
    "unsupported_format.channels": (
        "“{name}” has an unusual number of channels or bits, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.photoshop_file": (
        "“{name}” is a Photoshop file, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.postscript_file": (
        "“{name}” is a PostScript file, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.icon": (
        "“{name}” is an icon, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.mouse_pointer": (
        "“{name}” is a mouse pointer, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.jpeg_2000_image": (
        "“{name}” is a JPEG 2000 image, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.jpeg_xl_image": (
        "“{name}” is a JPEG XL image, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.jpeg_xr_image": (
        "“{name}” is a JPEG XR image, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.fits_image": (
        "“{name}” is a FITS image, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.dds_texture": (
        "“{name}” is a DDS texture, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.qoi_image": (
        "“{name}” is a QOI image, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.gimp_file": (
        "“{name}” is a GIMP file, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.raw_photo": (
        "“{name}” is a raw photo, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
    "unsupported_format.openexr_image": (
        "“{name}” is an OpenEXR image, which the program does not read.",
        _SAVE_AS_JPEG,
    ),
}
