"""The licence texts of everything inside the packaged program, a folder for each part of it.

A part is a Python distribution, Python itself, PyInstaller's starter, or a package of the system whose
library was taken along. Where one comes without a text, that of its declared licence is taken from another
part that has it, or from `texts/`; where nobody has it, the build fails.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contents import REPOSITORY, Entry
from workbench.version import __version__

TEXTS = Path(__file__).resolve().parent / "texts"
INDEX = "index.json"
_NAMES = re.compile(r"(licen[cs]e|copying|notice|thirdpartynotices|lgpl|gpl)", re.IGNORECASE)
_DOCUMENTS = Path("/usr/share/doc")
_SPDX = {
    "Apache-2.0": r"apache",
    "MIT": r"\bmit\b",
    "BSD-3-Clause": r"bsd-3|3-clause bsd|new bsd",
    "BSD-2-Clause": r"bsd-2|2-clause",
    "LGPL-3.0-only": r"lgpl-?(v)?3",
    "PSF-2.0": r"\bpsf|python software foundation",
}
"""What a declared licence is, and how it may be written; the first that fits counts."""
_GOES_WITH = {"LGPL-3.0-only": ("GPL-3.0-only",)}
"""The Lesser GPL is written as additions to the GPL, so both texts belong to it."""
_FORBIDDEN = re.compile(r"\bA?GPL|GNU (Affero )?General Public License", re.IGNORECASE)
_GPL_LIBRARIES = ("libreadline", "libgdbm", "libdb5")
"""Packages of the system whose text is too long to tell it from."""
_EXCEPTION = re.compile(r"exception|LGPL|lesser|OR ", re.IGNORECASE)


class MissingLicenceError(Exception):
    """Something inside has no licence text, or one under which it must not be inside."""


@dataclass
class Part:
    """Something inside that has a licence of its own.

    Attributes:
        name, version, licence: As it says itself.
        texts: The files with its licence, as pairs of name and path.
    """

    name: str
    version: str
    licence: str
    texts: list[tuple[str, Path]] = field(default_factory=list)


def collect(entries: Iterable[Entry], target: Path) -> list[Part]:
    """Writes the licence texts of all that was collected.

    Args:
        entries: What PyInstaller has put inside.
        target: The folder for them, which is made anew.

    Returns:
        The parts.

    Raises:
        MissingLicenceError: There is something whose licence text cannot be found, or that is under the GPL.
    """
    parts = parts_of(entries)
    fill_gaps(parts)
    refuse(parts)
    shutil.rmtree(target, ignore_errors=True)
    index = []
    for part in parts:
        folder = target / re.sub(r"[^\w.+-]", "_", f"{part.name}-{part.version}")
        folder.mkdir(parents=True)
        for number, (name, path) in enumerate(part.texts):
            place = folder / name if not (folder / name).exists() else folder / f"{number}-{name}"
            shutil.copyfile(path, place)
        files = sorted(str(file.relative_to(target).as_posix()) for file in folder.iterdir())
        index.append({"name": part.name, "version": part.version, "licence": part.licence, "texts": files})
    (target / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
    return parts


def parts_of(entries: Iterable[Entry]) -> list[Part]:
    """Everything that files were taken from, each once and in order of its name."""
    owners = _owners()
    found: dict[str, Part] = {}
    strangers: list[Path] = []
    for _, source, kind in entries:
        path = Path(source)
        if kind == "SYMLINK" or not source or source == "-" or not path.is_absolute() or not path.exists():
            continue
        owner = owners.get(os.path.realpath(path))
        if owner is not None:
            found.setdefault(owner.name, owner)
        elif not (_is_pythons(path) or path.is_relative_to(REPOSITORY) or path.suffix == ".zip"):
            strangers.append(path)
    for part in (_own(), _python(), _starter(), *_from_the_system(strangers)):
        found.setdefault(part.name, part)
    return sorted(found.values(), key=lambda part: part.name.lower())


def fill_gaps(parts: Sequence[Part]) -> None:
    """Gives parts without a text that of their declared licence.

    Raises:
        MissingLicenceError: Nobody has it.
    """
    having = {spdx_of(part.licence): part.texts[:1] for part in reversed(parts) if part.texts}
    having |= {path.stem: [(path.name, path)] for path in sorted(TEXTS.glob("*.txt"))}
    lacking = []
    for part in parts:
        if part.texts:
            continue
        spdx = spdx_of(part.licence)
        part.texts = [text for name in (spdx, *_GOES_WITH.get(spdx, ())) for text in having.get(name, ())]
        if not part.texts:
            lacking.append(f"{part.name} {part.version} ({part.licence or 'declares none'})")
    if lacking:
        raise MissingLicenceError(f"no licence text for: {'; '.join(lacking)}")


def refuse(parts: Sequence[Part]) -> None:
    """Refuses what must not be inside.

    Raises:
        MissingLicenceError: Something is under the GPL or AGPL, with no choice and no exception.
    """
    wrong = [
        part.name
        for part in parts
        if part.name.startswith(_GPL_LIBRARIES)
        or (_FORBIDDEN.search(part.licence) and not _EXCEPTION.search(part.licence))
    ]
    if wrong:
        raise MissingLicenceError(f"under the GPL, so not to be inside: {', '.join(wrong)}")


def spdx_of(declared: str) -> str:
    """The SPDX name of a licence as it is declared; "" where it is none that is known here."""
    return next((name for name, said in _SPDX.items() if re.search(said, declared, re.IGNORECASE)), "")


def _owners() -> dict[str, Part]:
    """For the path of every installed file the distribution that it belongs to."""
    owners: dict[str, Part] = {}
    for distribution in importlib.metadata.distributions():
        part = _part(distribution)
        for file in distribution.files or ():
            owners.setdefault(os.path.realpath(str(distribution.locate_file(file))), part)
    return owners


def _part(distribution: importlib.metadata.Distribution) -> Part:
    files = [file for file in distribution.files or () if _NAMES.match(file.name) and file.suffix != ".py"]
    # Those of the distribution itself come first: they are lent to others with the same licence.
    files.sort(key=lambda file: (".dist-info" not in file.parts[0], len(file.parts)))
    texts = [(file.name, Path(str(distribution.locate_file(file)))) for file in files]
    about = distribution.metadata
    classifiers = [each for each in about.get_all("Classifier") or () if each.startswith("License")]
    declared = [about.get("License-Expression"), (about.get("License") or "").split("\n")[0], *classifiers]
    licence = next((each for each in declared if each and each != "UNKNOWN"), "")
    return Part(
        distribution.name, distribution.version, licence, [text for text in texts if text[1].is_file()]
    )


def _own() -> Part:
    return Part("workbench", __version__, "Apache-2.0", [("LICENSE", REPOSITORY / "LICENSE")])


def _python() -> Part:
    base = Path(sys.base_prefix)
    places = [Path(sysconfig.get_path("stdlib")), base, base / "share" / "doc" / "python3"]
    texts = [(name, place / name) for place in places for name in ("LICENSE.txt", "LICENSE", "copyright")]
    there = [text for text in texts if text[1].is_file()]
    return Part("Python", sys.version.split()[0], "PSF-2.0", there[:1])


def _starter() -> Part:
    """PyInstaller's own part: the executable that starts Python, under the GPL with an exception for it."""
    found = importlib.metadata.distribution("pyinstaller")
    part = _part(found)
    part.licence = "GPL-2.0-or-later WITH Bootloader-exception"
    return part


def _is_pythons(path: Path) -> bool:
    roots = {Path(sysconfig.get_path("stdlib")).resolve(), Path(sys.base_prefix).resolve()}
    inside = any(path.resolve().is_relative_to(root) for root in roots if str(root) != "/usr")
    return inside and "site-packages" not in path.parts


def _from_the_system(libraries: Sequence[Path]) -> list[Part]:
    """The packages of the system that libraries belong to, so far as they can be told.

    Raises:
        MissingLicenceError: One belongs to nobody.
    """
    found: dict[str, Part] = {}
    lacking = []
    for library in libraries:
        package = _package_of(library)
        text = _DOCUMENTS / package / "copyright"
        if not package or not text.is_file():
            lacking.append(str(library))
        elif package not in found:
            found[package] = Part(package, _version_of(package), "see its text", [("copyright", text)])
    if lacking:
        raise MissingLicenceError(f"no licence text for: {'; '.join(sorted(set(lacking)))}")
    return list(found.values())


def _package_of(library: Path) -> str:
    """The Debian package that a file belongs to; "" where there is none."""
    if shutil.which("dpkg") is None:
        return ""
    real = Path(os.path.realpath(library))
    names = {str(library), str(real)}
    names |= {str(Path("/") / Path(name).relative_to("/usr")) for name in names if name.startswith("/usr/")}
    names |= {f"/usr{name}" for name in names if name.startswith("/lib")}
    for name in sorted(names):
        done = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(":")[0].split(",")[0].strip()
    return ""


def _version_of(package: str) -> str:
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}\n", package], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\n")[0]
