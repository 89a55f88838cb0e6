"""What a file or folder is by its name alone: a system's own, a stand-in for a photo, a file beside photos.

What the name does not settle, the content does: see `images.loader` and `pointer`.
"""

from __future__ import annotations

import re
import unicodedata

_SYSTEM_NAMES = frozenset(
    {
        # Windows, macOS, Linux
        *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r"),
        *("$recycle.bin", "recycler", "recycled", "system volume information", "lost+found", "found.000"),
        *("__macosx", "network trash folder", "temporary items", "$windows.~bt", "msdownld.tmp"),
        *("zbthumbnail.info", "picasa.ini", "albumart.pamp", "bthumbs.db"),
        # NAS: Synology, QNAP, Asustor, Zyxel, NetApp
        *("@eadir", "#recycle", "@recycle", "#snapshot", "@recently-snapshot", "@recently snapshot", "@tmp"),
        *("@sharebin", "@appdata", "@database", "@download", "@transcode", "@__thumb", "~snapshot"),
        "@synologydrive",
        # other programs
        *("__pycache__", "node_modules", "lost&found", "conflicts and deletions"),
    }
)  # fmt: skip
_SYSTEM_WORDS = re.compile(
    r"trash|recycle|papierkorb|corbeille|papelera|cestino|lixeira|thumb|cache|snapshot|preview|sync|version"
    r"|backup|deleted|dropbox|onedrive|icloud|nextcloud|owncloud|gdrive|spotlight|(?<![a-z])te?mp(?![a-z])"
    r"|synology|documentrevisions|apple(?:double|db|desktop)|checkpoints|picasa|photostructure"
)
_TOOL_FOLDERS = frozenset(
    {
        *(".git", ".svn", ".hg", ".dvc", ".idea", ".vscode", ".venv", ".env", ".tox", ".config", ".local"),
        *(".github", ".gitlab", ".settings", ".metadata", ".ipynb_checkpoints", ".mypy_cache", ".ruff_cache"),
        *(".fseventsd", ".stfolder", ".bzr", ".project", ".nomedia", ".kaggle", ".huggingface", ".obsidian"),
    }
)
_SYSTEM_ENDINGS = (".lrdata", ".lrlibrary", "@synoeastream", "@synoresource", ":zone.identifier")

_SIDE_ENDINGS = frozenset(
    {
        # of photo programs and cameras
        *("xmp", "aae", "thm", "pp3", "dop", "on1", "cos", "cop", "nks", "nksc", "arp", "mie", "exif", "exv"),
        *("lrv", "lrcat", "comask", "dng_meta", "moi", "ctg", "picasa", "albumdata", "photodata", "rwl_meta"),
        # notes, tables and annotations
        *("txt", "md", "rst", "rtf", "log", "csv", "tsv", "json", "jsonl", "ndjson", "xml", "yaml"),
        *("yml", "toml"),
        *("ini", "cfg", "conf", "html", "htm", "url", "webloc", "lnk", "desktop", "nfo", "readme", "license"),
        *("doc", "docx", "odt", "pages", "pdf", "tex", "bib", "xls", "xlsx", "ods", "numbers", "ppt", "pptx"),
        *("srt", "gpx", "kml", "kmz", "geojson", "tfw", "jgw", "pgw", "wld", "prj", "hdr_meta", "qgz", "eml"),
        # checksums, programs, models, tables of numbers
        *("md5", "sha1", "sha256", "sha512", "sfv", "asc", "sig", "par2", "torrent", "dvc", "bak", "lock"),
        *("py", "ipynb", "m", "r", "sh", "bat", "ps1", "js", "css", "cpp", "h", "java", "exe", "dll", "msi"),
        *("pth", "pt", "onnx", "h5", "hdf5", "pkl", "pickle", "npy", "npz", "mat", "parquet"),
        *("feather", "arrow"),
        *("checkpoint", "safetensors", "tfrecord", "tfrecords", "pb", "db", "sqlite", "sqlite3", "mdb"),
    }
)  # fmt: skip
_NEVER_PHOTOS = (".thm", ".lrv")
"""A camera's small copies beside its videos and raw photos: pictures, but nobody's photos."""
_ARCHIVES = frozenset(
    {
        *("zip", "rar", "7z", "tar", "tgz", "tbz", "tbz2", "txz", "gz", "bz2", "xz", "zst", "lz4", "lzma"),
        *("cab", "iso", "dmg", "arj", "lzh", "z01", "001"),
    }
)
_PHOTO_ENDINGS = frozenset(
    {
        *("jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "webp", "bmp", "dib", "tif", "tiff", "avif"),
        *("ppm", "pgm", "pbm", "pnm", "heic", "heif", "hif", "mpo", "jp2", "j2k", "jpx", "jxl", "jxr", "psd"),
        *("dng", "nef", "nrw", "cr2", "cr3", "crw", "arw", "srf", "sr2", "raf", "orf", "rw2", "pef", "srw"),
        *("x3f", "3fr", "iiq", "raw", "dcm", "tga", "svg", "exr", "qoi", "ico", "insp", "gpr"),
    }
)
_CLOUD_ENDINGS = ("nextcloud", "owncloud", "cloud", "cloudf", "rsls", "rslsv", "odrive", "pcloud")
_UNFINISHED = (
    "crdownload",
    "part",
    "partial",
    "opdownload",
    "download",
    "filepart",
    "aria2",
    "!ut",
    "!qb",
    "bc!",
)
_POINTERS = {
    b"version https://git-lfs": "git_lfs",
    b"version http://git-media": "git_lfs",
    b"version https://hawser": "git_lfs",
    b"/annex/objects/": "annex",
    b"../.git/annex": "annex",
}
_ANDROID = re.compile(r"\.(trashed|pending)-\d+-(?P<name>.+)")


def ending(name: str) -> str:
    """What follows a name's last dot, in lower case; "" where nothing does."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_system_folder(name: str) -> bool:
    """Whether a folder belongs to the system, a NAS, a cloud client or a tool (`#recycle`, `.Trash-1000`).

    A name with a dot in front is no more than hidden, so that may still be a class: “.22 LR”.
    """
    plain = unicodedata.normalize("NFC", name).casefold()
    if plain in _SYSTEM_NAMES or plain in _TOOL_FOLDERS or plain.endswith(_SYSTEM_ENDINGS):
        return True
    return name.startswith((".", "@", "#", "$", "~")) and _SYSTEM_WORDS.search(plain) is not None


def is_system_file(name: str) -> bool:
    """Whether a file belongs to the system or is hidden (`.DS_Store`, `._a.jpg`, `Thumbs.db`)."""
    return (
        name.startswith((".", "~$", "._"))
        or name.casefold() in _SYSTEM_NAMES
        or name.endswith(_SYSTEM_ENDINGS)
    )


def is_hidden_photo(name: str) -> bool:
    """Whether a file would be a photo by its name, were it not for the dot in front (not `._a.jpg`)."""
    return name.startswith(".") and not name.startswith("._") and ending(name) in _PHOTO_ENDINGS


def is_side_file(name: str) -> bool:
    """Whether a file goes beside photos: notes, tables, annotations, settings of photo programs."""
    return ending(name) in _SIDE_ENDINGS


def is_never_photo(name: str) -> bool:
    """Whether a file is a small copy that a camera made for itself, though it opens as a picture."""
    return name.lower().endswith(_NEVER_PHOTOS)


def is_archive(name: str) -> bool:
    """Whether a file is an archive by its name."""
    return ending(name) in _ARCHIVES


def may_be_photo(name: str) -> bool:
    """Whether a file may be a photo, or was meant to be one, by its name alone.

    What has no ending, or one that is not known, may be.
    """
    return not (is_side_file(name) or is_archive(name))


def is_photo_name(name: str) -> bool:
    """Whether a name ends as photos do."""
    return ending(name) in _PHOTO_ENDINGS


def stand_in(name: str) -> tuple[str, str] | None:
    """For the stand-in of a file that lies elsewhere: its kind, and the name of what it stands for.

    Kinds: `cloud` (the file is not on this computer: `.a.jpg.icloud`), `unfinished` (it is still being
    fetched: `a.jpg.crdownload`), `trashed` (a phone's bin: `.trashed-1700000000-a.jpg`). None where the
    name says nothing of that sort, or what it stands for would not be a photo.
    """
    if match := _ANDROID.fullmatch(name):
        kind, meant = "trashed" if match[1] == "trashed" else "unfinished", match["name"]
    elif name.startswith(".") and name.lower().endswith(".icloud"):
        kind, meant = "cloud", name[1 : -len(".icloud")]
    elif (end := ending(name)) in _CLOUD_ENDINGS:
        kind, meant = "cloud", name[: -len(end) - 1]
    elif end in _UNFINISHED:
        kind, meant = "unfinished", name[: -len(end) - 1]
    else:
        return None
    return (kind, meant) if ending(meant) in _PHOTO_ENDINGS else None


def pointer(head: bytes) -> str:
    """The kind of a file that version control left in a photo's place, by its first bytes (32 are enough).

    Returns:
        `git_lfs`, `annex`, or "" for any other file.
    """
    return next((kind for magic, kind in _POINTERS.items() if head.startswith(magic)), "")
