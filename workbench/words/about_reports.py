"""What may be the matter with a report; what it says itself stands in `report_text`."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str]] = {
    "report_needs_qt": (
        "This installation cannot write a PDF: it lacks the library that sets the text.",
        "Give a name that ends in .html: a browser shows that file and can print it.",
    ),
    "report_which_kind": (
        "“{name}” does not say whether the report is to be a web page or a PDF.",
        "Give a name that ends in .html or in .pdf.",
    ),
}
