"""What the window says where something cannot be done just now."""

from __future__ import annotations

from workbench.core.errors import ErrorReport

ANOTHER_FOLDER = ErrorReport.said(
    "Another folder cannot be opened just now.",
    "Wait until the work under way has ended, or stop it.",
    is_input=True,
)
ANOTHER_RUN = ErrorReport.said(
    "A training run is under way already.",
    "Stop it, or wait until it ends, and then start the next one.",
    is_input=True,
)
