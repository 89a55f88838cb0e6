"""Paths as they are given on the command line: what cannot be a path gets a sentence that helps."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from workbench.core.errors import InputError
from workbench.core.names import visible

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]+:/|data:|mailto:|www\.)", re.IGNORECASE)
"""A web address; a drive of Windows has only one letter."""
_SHELL = re.compile(r"~|\$\w|\$\{|%\w+%")
_LONG_DASHES = tuple("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


def source(text: str) -> Path:
    """A file or folder that is read.

    Raises:
        InputError: Nothing is there, and what was typed says why: an address, a pattern, a quotation mark too
            many. What is merely missing is left to whoever reads it.
    """
    path = target(text)
    try:
        is_there = bool(text) and os.path.lexists(path)
    except ValueError:  # a path that no file system could have
        is_there = False
    if is_there:
        return path
    shown = visible(text)
    if text.startswith(_LONG_DASHES):
        raise _long_dash(text)
    if text.endswith(('"', "'")):
        raise InputError.said(
            f"“{shown}” ends in a quotation mark.",
            "Leave out the backslash before the closing quotation mark, which is otherwise taken as part of "
            "the name.",
        )
    if _SHELL.match(text):
        raise InputError.said(
            f"There is no “{shown}”: within quotation marks it stands for itself.",
            "Leave the quotation marks out, or write the whole path.",
        )
    if _is_pattern(text) and os.name != "nt":
        raise _no_match(text)
    return path


def target(text: str) -> Path:
    """A file or folder that may yet have to be made.

    Raises:
        InputError: It is empty, or an address.
    """
    if not text.strip():
        raise InputError.said(
            "A file or folder was given that has no name.",
            "Check the quotation marks, and the variable if there is one in them.",
        )
    if _ADDRESS.match(text) and not os.path.lexists(text):
        raise _address(text)
    return Path(text)


def expanded(paths: Sequence[Path]) -> list[Path]:
    """Paths, with patterns such as `*.jpg` filled in where the system's shell leaves that to programs.

    Raises:
        InputError: No file fits a pattern.
    """
    if os.name != "nt":
        return list(paths)
    return fitting(paths)


def fitting(paths: Sequence[Path]) -> list[Path]:
    """Paths, with each pattern replaced by what fits it.

    Raises:
        InputError: No file fits a pattern.
    """
    found: list[Path] = []
    for path in paths:
        if path.exists() or not _is_pattern(str(path)):
            found.append(path)
        elif matches := sorted(glob.glob(str(path), recursive=True)):
            found += map(Path, matches)
        else:
            raise _no_match(str(path))
    return found


def hint_at_dashes(arguments: Sequence[str]) -> InputError | None:
    """What to say where a file's name was taken for an option; None where none was.

    Args:
        arguments: What was typed, which could not be understood.
    """
    for text in arguments:
        if text == "--":
            return None  # what follows is not taken for options
        if text.startswith(_LONG_DASHES):
            return _long_dash(text)
        named = len(text) > 1 and text[0] == "-" and (os.path.lexists(text) or Path(text).suffix)
        if named and "=" not in text:
            shown = visible(text)
            return InputError.said(
                f"“{shown}” begins with a dash, and so was taken for an option.",
                f"Write ./{shown} to name the file.",
            )
    return None


def _long_dash(text: str) -> InputError:
    meant = visible(text.lstrip("".join(_LONG_DASHES) + "-"))
    return InputError.said(f"“{visible(text)}” begins with a long dash.", f"Type two short ones: --{meant}.")


def _is_pattern(text: str) -> bool:
    return any(mark in text for mark in "*?") or bool(re.search(r"\[.+\]", text))


def _no_match(text: str) -> InputError:
    shown = visible(text)
    if matches := glob.glob(text, recursive=True):
        return InputError.said(
            f"There is no file called “{shown}”; as a pattern it fits {len(matches):,}.",
            "Leave the quotation marks out, so that the pattern is filled in.",
        )
    above = os.path.dirname(text)
    if above and not _is_pattern(above) and not os.path.isdir(above):
        return InputError.said(f"There is no folder “{visible(above)}”.", "Check its name.")
    return InputError.said(
        f"No file fits “{shown}”.",
        "Check the folder and the ending; in an ending, .jpg and .JPG may be two different things.",
    )


def _address(text: str) -> InputError:
    shown = visible(text)
    parts = urlsplit(text)
    if parts.scheme.casefold() == "file" and parts.netloc in ("", "localhost"):
        return InputError.said(
            f"“{shown}” is an address.", f"Give the path alone: {visible(unquote(parts.path))}"
        )
    return InputError.said(
        f"“{shown}” is an address on the internet, and the program works with files on this computer.",
        "Save it on this computer first, and give the file or folder.",
    )
