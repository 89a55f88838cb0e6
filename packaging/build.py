"""Builds the packaged program: a folder that starts without Python, and a zip file of it.

uv run --group package python packaging/build.py [--edition full|light] [--out FOLDER] [--no-zip]

It comes out as OUT/EDITION/workbench/ and OUT/workbench-VERSION-EDITION-SYSTEM.zip. It fails where a licence
text is missing or where it is larger than `contents.MOST_MB` allows.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import contents  # noqa: E402 - after its place is known
import icon  # noqa: E402
import licences  # noqa: E402
from workbench.version import __version__  # noqa: E402

_LINUX = ("workbench.desktop", "install.sh")
_MB = 1e6


def main() -> int:
    """Returns 0 where all is as it should be."""
    parser = argparse.ArgumentParser(prog="build.py", description="Builds the packaged program.")
    parser.add_argument("--edition", choices=tuple(contents.EXCLUDED), default="light")
    parser.add_argument("--out", type=Path, default=contents.REPOSITORY / "dist", help="default: dist")
    parser.add_argument("--no-zip", action="store_true", help="only the folder")
    options = parser.parse_args()
    begun = time.monotonic()
    folder = build(options.edition, options.out.absolute())
    sizes = {"unpacked": size_of(folder)}
    if not options.no_zip:
        system = f"{platform.system().lower()}-{platform.machine().lower()}"
        file = options.out.absolute() / f"workbench-{__version__}-{options.edition}-{system}.zip"
        zip_folder(folder, file)
        sizes["zipped"] = file.stat().st_size
    told = ", ".join(f"{size / _MB:,.1f} MB {name}" for name, size in sizes.items())
    print(f"{folder}: {told}, {time.monotonic() - begun:.0f} s")
    most = contents.MOST_MB[options.edition]
    too_large = most is not None and any(
        size > limit * _MB for size, limit in zip(sizes.values(), most, strict=False)
    )
    if too_large:
        print(f"It is larger than it may be: {most} MB.", file=sys.stderr)
    return 1 if too_large else 0


def build(edition: contents.Edition, out: Path) -> Path:
    """Builds one edition.

    Returns:
        The folder that holds the program.

    Raises:
        subprocess.CalledProcessError: PyInstaller failed.
        licences.MissingLicenceError: Something inside has no licence text.
    """
    made = contents.REPOSITORY / "build" / edition
    made.mkdir(parents=True, exist_ok=True)
    icon.draw(contents.REPOSITORY / "resources" / "workbench.svg", made)
    (made / "version.txt").write_text(_windows_version(), encoding="utf-8")
    environment = {**os.environ, "WORKBENCH_EDITION": edition, "WORKBENCH_MADE": str(made)}
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(out / edition), "--workpath", str(made), str(HERE / "workbench.spec")]
    subprocess.run(command, check=True, env=environment, cwd=contents.REPOSITORY)
    folder = out / edition / contents.NAME
    if sys.platform == "linux":
        _strip(folder)
    inside = [tuple(entry) for entry in json.loads((made / "inside.json").read_text(encoding="utf-8"))]
    parts = licences.collect(inside, folder / "licences")
    (folder / "licences" / "README.txt").write_text(_notice(len(parts)), encoding="utf-8")
    if sys.platform == "linux":
        _for_linux_desktops(folder, made)
    return folder


def size_of(folder: Path) -> int:
    """The bytes of all files in a folder; a link counts as nothing."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def zip_folder(folder: Path, target: Path) -> None:
    """Packs a folder with its own name inside, links as links and what can be run as such."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder.parent).as_posix()
            if file.is_symlink():
                entry = zipfile.ZipInfo(name)
                entry.create_system = 3  # Unix, whose file modes these are
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(entry, os.readlink(file))
            elif file.is_file():
                archive.write(file, name)


def _strip(folder: Path) -> None:
    """Takes the symbols for debuggers out of the files that `contents.STRIPPED` names."""
    files = [str(file) for pattern in contents.STRIPPED for file in folder.glob(pattern) if file.is_file()]
    if files and shutil.which("strip") is not None:
        subprocess.run(["strip", "--strip-unneeded", *files], check=True)


def _for_linux_desktops(folder: Path, made: Path) -> None:
    """What the desktops of Linux want to know: a desktop file, icons, and what puts them in their places."""
    for name in _LINUX:
        shutil.copy2(HERE / "linux" / name, folder / name)
    for side in icon.SIZES:
        place = folder / "icons" / f"{side}x{side}"
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made / f"workbench-{side}.png", place / "workbench.png")


def _notice(parts: int) -> str:
    return (HERE / "texts" / "NOTICE.in").read_text(encoding="utf-8").format(version=__version__, parts=parts)


def _windows_version() -> str:
    """The version resource of the Windows executables, as PyInstaller reads it."""
    numbers = (*map(int, __version__.split(".")[:3]), 0)
    template = (HERE / "windows_version.in").read_text(encoding="utf-8")
    return template.format(numbers=numbers, version=__version__)


if __name__ == "__main__":
    sys.exit(main())
