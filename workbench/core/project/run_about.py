"""What a person calls a run and notes about it, in a file of its own; and whether a run may be deleted.

runs/ID/about_run.json    the name and the note; what the run wrote itself stays as it is
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import InputError
from workbench.core.files import read_json, write_json
from workbench.core.names import one_form
from workbench.core.project.run_lock import is_training

ABOUT = "about_run.json"
LONGEST_NAME, LONGEST_NOTE = 80, 2000
"""In characters; what is longer is cut off."""
_VERSION = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunAbout:
    """What a person says of a run.

    Attributes:
        name: One line, at most `LONGEST_NAME` characters; "" where it has none.
        note: Lines, at most `LONGEST_NOTE` characters.
    """

    name: str = ""
    note: str = ""

    @classmethod
    def typed(cls, name: str, note: str) -> RunAbout:
        """From what somebody typed: the name on one line, and nothing that is not text."""
        one_line = " ".join(_text(name).split())
        lines = "\n".join(line.rstrip() for line in _text(note).splitlines()).strip()
        return cls(_cut(one_line, LONGEST_NAME), _cut(lines, LONGEST_NOTE))


def read_about(run: Path) -> RunAbout:
    """What is said of a run; nothing where there is no such file, or it cannot be read."""
    try:
        values = read_json(run / ABOUT)
        name, note = values["name"], values["note"]
        if not (isinstance(name, str) and isinstance(note, str)):
            raise TypeError("values of other types")  # noqa: TRY301
    except (FileNotFoundError, NotADirectoryError):
        return RunAbout()
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("%s cannot be read: %r", run / ABOUT, error)
        return RunAbout()
    return RunAbout.typed(name, note)


def write_about(run: Path, about: RunAbout) -> None:
    """Keeps what is said of a run.

    Raises:
        ResourceError: The disk is full, or the folder is gone or cannot be written to.
    """
    write_json(run / ABOUT, {"schema_version": _VERSION, "name": about.name, "note": about.note})


def check_deletable(run: Path, in_use: Path | None) -> None:
    """Refuses to delete a run that is needed.

    Args:
        run: Its folder.
        in_use: That of the run whose model is in use.

    Raises:
        InputError: It is in use, or a process is training it.
    """
    if in_use is not None and run == in_use:
        raise InputError("run_deleted.in_use")
    if is_training(run):
        raise InputError("run_deleted.learning")


def _text(typed: str) -> str:
    """Without control characters and halves of characters, but for ends of lines; tabs become blanks."""
    plain = one_form(typed.replace("\r\n", "\n").replace("\r", "\n").expandtabs(1))
    return re.sub(
        "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\u202a-\\u202e\\u2066-\\u2069]", "", plain
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
