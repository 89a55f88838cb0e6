"""Writes a report where a person says: as a web page or a PDF, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.core.errors import InputError
from workbench.core.files import atomic_write
from workbench.core.outputs import REPORT, check_output
from workbench.core.report.facts import Report
from workbench.core.results.report_mark import marked
from workbench.report.found import Found
from workbench.report.page import NOTHING, web_page


def check_report(file: Path, inputs: Sequence[Path] = ()) -> None:
    """Refuses, before any work, what a report cannot be written to.

    Args:
        inputs: What the work reads.

    Raises:
        InputError: The name does not say web page or PDF, something there would be lost, or there is no Qt.
        ResourceError: Nothing can be written there.
    """
    if file.suffix.lower() not in REPORT.suffixes:
        raise InputError("report_which_kind", name=file.name)
    if file.suffix.lower() == ".pdf":
        _load_pdf()
    check_output(file, REPORT, inputs)


def write_report(report: Report, file: Path, more: Found = NOTHING) -> None:
    """Writes it; only a report that this program wrote is replaced.

    Raises:
        InputError, ResourceError: As `check_report`.
    """
    check_report(file)
    suffix = file.suffix.lower()
    make = _load_pdf() if suffix == ".pdf" else _as_bytes
    content = make(report, more)
    with atomic_write(file) as out:
        out.write(marked(content, suffix))


def _as_bytes(report: Report, more: Found) -> bytes:
    return web_page(report, more).encode()


def _load_pdf() -> Callable[[Report, Found], bytes]:
    try:
        from workbench.report.pdf import pdf  # Qt: a web page needs none
    except ImportError as error:
        raise InputError("report_needs_qt", repr(error)) from error
    return pdf
