"""The status strip at the bottom: what runs now, how far it is, and the button that stops it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame

from workbench.ui.parts.widgets import Bar, Button, Elided, row
from workbench.ui.session.actions import Action, enabled_actions, is_interruptible
from workbench.ui.session.state import State, WorkKind, training_left
from workbench.ui.style import theme
from workbench.ui.words.learning import how_far
from workbench.ui.words.times import left_in_words

_DELAY_MS = 400
_STOPPED_BY: tuple[tuple[WorkKind, str, Action], ...] = (
    ("sample", "images", "stop_scan"),
    ("scan", "images", "stop_scan"),
    ("add", "images", "stop_adding"),
    ("predict", "try_it", "stop_predicting"),
    ("export", "images", "stop_export"),
    ("stress", "results", "stop_stress"),
)
"""Kinds of work besides training, the most important first: their page, and what ends them early."""


@dataclass(frozen=True)
class Status:
    """What the strip says.

    Attributes:
        text: What runs, in a few words.
        share: How far it is, 0 to 1; negative where that is not known.
        page: The page it leads to.
        stop: The action that ends it early.
    """

    text: str
    share: float
    page: str
    stop: Action


def status_of(state: State) -> Status | None:
    """What to say about the work under way, the most important first; None where nothing runs."""
    if "train" in state.work.working:
        return _training(state)
    for work, page, stop in _STOPPED_BY:
        if work in state.work.working:
            done, total, text = state.work.progress.get(work, (0, 0, ""))
            if total:
                text = _tr("{text} {done:,} of {total:,}").format(
                    text=text.rstrip("… ") + " ·", done=done, total=total
                )
            if (left := state.work.left.get(work, -1.0)) >= 0:
                text += " · " + left_in_words(left)
            return Status(text, done / total if total else -1.0, page, stop)
    return None


def _training(state: State) -> Status:
    run, step = state.runs.under_way, state.runs.step
    started = run.started if run is not None else None
    if "train" in state.work.progress or step is None or run is None or started is None or not started.epochs:
        text = (
            _tr("Learning from your photos…") if is_interruptible(state) else _tr("Getting ready to learn…")
        )
        done, total, text = state.work.progress.get("train", (0, 0, text))
        share = done / total if total else -1.0
    else:
        text = how_far(run, step)
        share = (step.epoch - 1 + step.epoch_position) / started.epochs
    left, soonest = training_left(state)
    if left >= 0:
        text += " · " + left_in_words(left, soonest)
    return Status(text, state.work.share.get("train", share), "train", "stop_training")


class StatusStrip(QFrame):
    """Appears while something runs, the same on all pages; clicking it leads there.

    Signals:
        wants_page: The page that the work belongs to.
        stop: The action that ends the work early.
    """

    wants_page = Signal(str)
    stop = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "strip")
        self.setFixedHeight(theme.px(48))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._status: Status | None = None
        self._text = Elided()
        self._bar = Bar()
        self._bar.setMinimumWidth(theme.XL)
        self._bar.setMaximumWidth(220)
        self.stop_button = Button(self.tr("Stop"), self._stop)
        layout = row(self._text, self._bar, self.stop_button, space=theme.M)
        layout.setContentsMargins(theme.L, 0, theme.L, 0)
        layout.setStretch(0, 3)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(self.show)
        self.hide()

    def show_state(self, state: State, page: str = "") -> None:
        """Says what runs, unless it is over at once or the page that is shown says it already."""
        self._status = status = status_of(state)
        if status is None or (status.stop == "stop_scan" and page == "images"):
            self._timer.stop()
            self.hide()
            return
        self._text.set_whole(status.text)
        self._bar.setVisible(status.share >= 0)
        self._bar.set_share(status.share)
        stopping = status.stop not in enabled_actions(state)
        self.stop_button.setText(self.tr("Stopping…") if stopping else self.tr("Stop"))
        self.stop_button.setEnabled(not stopping)
        self.stop_button.setAccessibleName(self.tr("Stop: {text}").format(text=status.text))
        if self.isHidden() and not self._timer.isActive():
            self._timer.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leads to the page of the work."""
        if self._status is not None and event.button() == Qt.MouseButton.LeftButton:
            self.wants_page.emit(self._status.page)

    @Slot()
    def _stop(self) -> None:
        if self._status is not None:
            self.stop.emit(self._status.stop)


def _tr(text: str) -> str:
    return QCoreApplication.translate("StatusStrip", text)
