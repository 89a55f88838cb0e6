"""What the window says where something cannot be done just now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from workbench.core.errors import ErrorReport, InputError
from workbench.core.project.projects import Elsewhere

ANOTHER_FOLDER = ErrorReport.said(
    "Another folder can't be opened right now.",
    "Wait until the work in progress is done, or stop it.",
    is_input=True,
)
ANOTHER_RUN = ErrorReport.said(
    "A model is already learning.",
    "Wait until it is done, or stop it, and then start the next one.",
    is_input=True,
)


def hidden_runs(errors: Sequence[InputError]) -> ErrorReport:
    """What is said of runs that cannot be shown."""
    one = _tr("One of the runs on these photos cannot be shown.")
    many = _tr("{count:,} of the runs on these photos cannot be shown.").format(count=len(errors))
    return ErrorReport.said(
        one if len(errors) == 1 else many,
        errors[0].title if len(errors) == 1 else _tr("The details say what is wrong with each."),
        "\n".join(f"{error} {error.details}" for error in errors),
        is_input=True,
    )


def photos_not_here(name: str) -> ErrorReport:
    """What is said of a project that was imported, but whose photos are not where they were."""
    return ErrorReport.said(
        _tr("“{name}” is imported, but its photos are not on this computer where they were.").format(
            name=name
        ),
        _tr("Open the folder that they are in: the project is found by its photos, with all that was done."),
        is_input=True,
    )


def same_photos(elsewhere: Elsewhere) -> ErrorReport:
    """The question whether the open photos are those of another project."""
    return ErrorReport.said(
        _tr("Are these the photos that were in “{folder}”?").format(folder=elsewhere.image_folder),
        _tr("If they are, the runs on those photos are shown here, too."),
        is_input=True,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Refusals", text)
