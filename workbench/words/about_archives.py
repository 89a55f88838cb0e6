"""ZIP files: why one cannot be used, and what in it was left out."""

from __future__ import annotations

_GET_AGAIN = "Get it again from where it came, or unpack it yourself and choose the folder that comes out."
_BY_HAND = "Unpack it yourself, then choose the folder that comes out."

ERRORS: dict[str, tuple[str, str]] = {
    "zip_bomb": (
        "“{name}” would unpack to far more than photos can: it may be made to fill the disk.",
        "Ask whoever it comes from. If it is right, unpack it yourself and choose the folder that comes out.",
    ),
    "zip_changed": (
        "“{name}” changed while it was being unpacked.",
        "Wait until it is complete, then try again.",
    ),
    "zip_damaged": ("“{name}” is damaged, or is only a part of a ZIP file.", _GET_AGAIN),
    "zip_empty": ("“{name}” is empty: there are no files in it.", "Choose another file."),
    "zip_encrypted": ("“{name}” is protected by a password.", _BY_HAND),
    "zip_is_project": (
        "“{name}” is a project that was exported from this program.",
        "Drop it on Images in the window, or type `workbench project import`.",
    ),
    "zip_nothing_usable": ("Nothing in “{name}” can be used. {why}", "{why:hint}"),
    "zip_too_many": ("“{name}” holds more than {most:,} files.", _BY_HAND),
    "disk_full.unpack": (
        (
            "The disk has too little room to unpack the photos: {needed:megabytes} MB are needed, and "
            "{free:megabytes} MB are free in “{folder}”."
        ),
        "Make room on that disk, then try again.",
    ),
}

LEFT_OUT: dict[str, str | tuple[str, str]] = {
    "zip_alike": (
        "“{name}” was left out: in the ZIP file its name is “{first}” but for capitals or accents.",
        "Give one of them another name, then make the ZIP file again.",
    ),
    "zip_inside": (
        "“{name}” is an archive inside the ZIP file, and was left out.",
        "Unpack it first, then choose the folder.",
    ),
    "zip_link": "“{name}” is a link in the ZIP file, and was left out.",
    "zip_member_damaged": ("“{name}” is damaged in the ZIP file, and was left out.", _GET_AGAIN),
    "zip_method": (
        "“{name}” is packed in a way that this program cannot unpack ({method}).",
        _BY_HAND,
    ),
    "zip_name_unusable": ("“{name}” was left out: no file can have that name here.", _BY_HAND),
    "zip_not_a_file": "“{name}” is neither a file nor a folder in the ZIP file, and was left out.",
    "zip_slip": (
        "“{name}” would be written outside of its folder, and was left out.",
        "Ask whoever the ZIP file comes from.",
    ),
    "zip_twice": "“{name}” is in the ZIP file more than once; the first one is used (“{first}”).",
}

NOTES: dict[str, str] = {
    "zip_names_guessed.cp437": (
        "“{name}” does not say how the names in it are written; they were read as those of an old Windows or "
        "DOS program, and accents may be wrong."
    ),
    "zip_names_guessed.cp932": (
        "“{name}” does not say how the names in it are written; they were read as Japanese."
    ),
}

LESSONS: dict[str, tuple[str, str]] = {
    "disk_full.lesson": (
        (
            "The disk has too little room for these photos: {needed:megabytes} MB are needed, and "
            "{free:megabytes} MB are free."
        ),
        "Make room on the disk that holds “{folder}”, then try again.",
    ),
    "lesson_not_as_published": (
        "“{file}” is not the file that was published.",
        "It was thrown away or is of no use; try again later or in another network.",
    ),
    "lesson_not_fetched": (
        "The photos could not be fetched. {why}",
        "Check the internet connection and try again: what has arrived is kept.",
    ),
}

PROGRESS: dict[str, str] = {
    "downloading_photos": "Downloading photos (megabytes)…",
    "reading_archive": "Reading the ZIP file (megabytes)…",
    "exporting": "Exporting the project…",
    "unpacking": "Unpacking…",
}
