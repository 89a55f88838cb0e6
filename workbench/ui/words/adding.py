"""What the window says when photos are added, and when that is not possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from workbench.core.data.added import Added
from workbench.core.data.catalog import Skipped
from workbench.core.data.left_out import gathered
from workbench.core.errors import ErrorReport
from workbench.core.messages import Message


def cannot_add() -> ErrorReport:
    """What is said where nothing can be added just now."""
    return ErrorReport.said(
        _tr("Photos can't be added right now."),
        _tr("Open a folder first, or wait until it has been read."),
        is_input=True,
    )


def nothing_to_add() -> ErrorReport:
    """What is said where nothing of use was dropped or pasted."""
    return ErrorReport.said(
        _tr("There is no picture in what you dropped or pasted."),
        _tr("Drop photo files, or copy the picture itself and paste it here."),
        is_input=True,
    )


def not_added(found: Added) -> ErrorReport | None:
    """What is said of files that were not added; None where all were, or the person stopped it."""
    if found.ended is not None and found.ended.reason != "stopped":
        return ErrorReport(found.ended)
    if not found.skipped:
        return None
    if len(found.skipped) == 1:
        (only,) = found.skipped
        return ErrorReport(_usable(only.message), is_input=True)
    together = gathered(_by_name(found.skipped))
    details = "\n".join(f"{each.path}: {each.message}" for each in found.skipped)
    if len(together) == 1:
        return ErrorReport(together[0].message, details, is_input=True)
    count, total = len(found.skipped), len(found.skipped) + len(found.samples)
    title = _tr("{count:,} of {total:,} files were not added.").format(count=count, total=total)
    hint = " ".join(each.message.title for each in together)
    return ErrorReport.said(title, hint, details, is_input=True)


def _usable(message: Message) -> Message:
    """A message that says what to do, which not all have that a folder's list of files needs."""
    if message.hint:
        return message
    return Message.said(message.title, _tr("Choose another photo."))


def _by_name(skipped: Sequence[Skipped]) -> list[Skipped]:
    return [replace(each, path=Path(each.path).name) for each in skipped]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Adding", text)
