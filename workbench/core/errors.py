"""The errors that a person may meet, each with a message: what is wrong, and what to do."""

from __future__ import annotations

import errno
import os
import traceback
from dataclasses import dataclass
from typing import Any, Self

from workbench.core.messages import Message


class WorkbenchError(Exception):
    """Something that the program can explain.

    Args:
        code: Of its message; see `workbench.words` for the sentences.
        details: Anything technical that helps whoever mends it, or more about it; folded away in the window.
        values: What the sentences are filled with.
    """

    def __init__(self, code: str, details: str | Message = "", **values: Any) -> None:
        super().__init__(code, details)
        self.message = Message(code, values)
        self.details = details

    @classmethod
    def said(cls, title: str, hint: str, details: str = "") -> Self:
        """An error whose sentences are made already: by the window or the command line."""
        return cls("said", details, title=title, hint=hint)

    @property
    def title(self) -> str:
        """One sentence that says what is wrong."""
        return self.message.title

    @property
    def hint(self) -> str:
        """One sentence that says what to do about it."""
        return self.message.hint

    def __str__(self) -> str:
        return str(self.message)


class InputError(WorkbenchError):
    """What the person gave cannot be used as it is: a folder, a file, a setting. Exit status 2."""


class ImageError(InputError):
    """A file that cannot be used as an image."""

    @property
    def reason(self) -> str:
        """A short stable code (`not_an_image`, `truncated`, `too_large`, …) for reports."""
        return self.message.reason


class ResourceError(WorkbenchError):
    """The machine ran out of something: disk, memory, network."""


class Stopped(WorkbenchError):
    """The person stopped the work before there was anything to keep."""

    def __init__(self, code: str = "stopped", details: str = "", **values: Any) -> None:
        super().__init__(code, details, **values)


FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""What a system answers where there is no room left: on the disk, in a quota, in a file."""
REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""What it answers to whoever may not read or write something."""
_TROUBLE = REFUSED | {errno.EIO, errno.ENAMETOOLONG, errno.ENODEV, errno.ENXIO, errno.ELOOP}


def circumstance(error: BaseException) -> WorkbenchError | None:
    """What a disk or a permission did to work that has no words of its own; None for any other error."""
    if not isinstance(error, OSError):
        return None
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    if error.errno in FULL:
        return ResourceError("disk_full.file", str(error), name=name) if name else _full(error)
    return ResourceError("file_refused", str(error), name=name) if error.errno in _TROUBLE and name else None


def _full(error: OSError) -> ResourceError:
    return ResourceError("disk_full", str(error))


@dataclass(frozen=True)
class ErrorReport:
    """An error as it crosses from the engine to the window.

    Attributes:
        is_input: What was given has to change.
        is_stop: Nothing is wrong: the person stopped the work.
    """

    message: Message
    details: str | Message = ""
    is_input: bool = False
    is_stop: bool = False

    @classmethod
    def of(cls, error: BaseException) -> ErrorReport:
        """Describes any exception; those that are not ours become a general sentence with details."""
        error = circumstance(error) or error
        if isinstance(error, WorkbenchError):
            is_input, is_stop = isinstance(error, InputError), isinstance(error, Stopped)
            return cls(error.message, error.details, is_input, is_stop)
        return cls(Message("program_error"), "".join(traceback.format_exception(error)))

    @classmethod
    def said(cls, title: str, hint: str, details: str = "", *, is_input: bool = False) -> ErrorReport:
        """A report whose sentences are made already: by the window."""
        return cls(Message.said(title, hint), details, is_input)

    @property
    def title(self) -> str:
        """One sentence that says what is wrong."""
        return self.message.title

    @property
    def hint(self) -> str:
        """One sentence that says what to do about it."""
        return self.message.hint
