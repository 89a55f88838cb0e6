"""The errors that a person may meet: one sentence about what is wrong, one about what to do."""

from __future__ import annotations

from dataclasses import dataclass


class WorkbenchError(Exception):
    """Something that the program can explain.

    Args:
        title: One sentence that says what is wrong, in plain words.
        hint: One sentence that says what to do about it.
        details: Anything technical that helps whoever mends it; folded away in the window.
    """

    def __init__(self, title: str, hint: str, details: str = "") -> None:
        super().__init__(title, hint, details)
        self.title = title
        self.hint = hint
        self.details = details

    def __str__(self) -> str:
        return f"{self.title} {self.hint}"


class InputError(WorkbenchError):
    """What the person gave cannot be used as it is: a folder, a file, a setting. Exit status 2."""


class ImageError(InputError):
    """A file that cannot be used as an image.

    Args:
        reason: A short stable code (`not_an_image`, `truncated`, `too_large`, …) for reports.
    """

    def __init__(self, reason: str, title: str, hint: str, details: str = "") -> None:
        super().__init__(title, hint, details)
        self.args = (reason, title, hint, details)
        self.reason = reason


class ResourceError(WorkbenchError):
    """The machine ran out of something: disk, memory, network."""


class Stopped(WorkbenchError):
    """The person stopped the work before there was anything to keep."""

    def __init__(
        self, title: str = "Stopped.", hint: str = "Nothing was changed.", details: str = ""
    ) -> None:
        super().__init__(title, hint, details)


@dataclass(frozen=True)
class ErrorReport:
    """An error as it crosses from the engine to the window, or into JSON.

    Attributes:
        is_input: What was given has to change.
        is_stop: Nothing is wrong: the person stopped the work.
    """

    title: str
    hint: str
    details: str = ""
    is_input: bool = False
    is_stop: bool = False

    @classmethod
    def of(cls, error: BaseException) -> ErrorReport:
        """Describes any exception; those that are not ours become a general sentence with details."""
        import traceback

        if isinstance(error, WorkbenchError):
            return cls(
                error.title,
                error.hint,
                error.details,
                isinstance(error, InputError),
                isinstance(error, Stopped),
            )
        details = "".join(traceback.format_exception(error))
        return cls(
            "Something went wrong in the program itself.",
            "Try again; if it happens again, send the details to whoever looks after the program.",
            details,
        )
