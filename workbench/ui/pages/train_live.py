"""The right of the Train page: how learning goes, while it goes and afterwards."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from workbench.core.events import Metrics, Throttle
from workbench.core.runs import RunSummary
from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.charts.plots import Learning, LearningCurves
from workbench.ui.pages.train_stages import Stages
from workbench.ui.parts.choices import Segments
from workbench.ui.parts.widgets import Card, column, hairline, label, row, scrolled
from workbench.ui.session.session import Session
from workbench.ui.session.state import State, is_instant
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.outcome import which_was_kept
from workbench.ui.words.stages import stages_of
from workbench.ui.words.times import in_words, left_in_words

_AXIS = "train/axis"
_DRAWN_A_SECOND = 4
_CURVES_HEIGHT, _MATRIX_HEIGHT = 232, 296


class Live(QWidget):
    """Curves, confusion matrix and facts of the run shown."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._drawn: tuple[object, ...] = ()
        self._reached: tuple[object, ...] = ()
        self._due = Throttle(_DRAWN_A_SECOND)
        self.head = label("", "section", wrap=True)
        self.facts = label("", "muted", wrap=True)
        self.notes = label("", "muted", wrap=True)
        self.axis = Segments(
            self.tr("What the curves are drawn against"),
            {"epoch": self.tr("Epochs"), "step": self.tr("Steps")},
        )
        self.axis.chosen.connect(self._draw_against)
        self.axis.button("epoch").setToolTip(self.tr("In one epoch, every training photo is looked at once."))
        self.axis.button("step").setToolTip(
            self.tr("In one step, one batch of photos changes the network once.")
        )
        self.curves = LearningCurves()
        self.curves.setMinimumHeight(_CURVES_HEIGHT)
        self.stages = Stages()
        self.matrix = ConfusionMatrix(self.tr("The table of answers fills in as it learns."))
        self.matrix.setMinimumHeight(_MATRIX_HEIGHT)
        self.matrix_text = label("", "caption", wrap=True)
        head = row(self.head, self.axis, space=theme.M)
        head.setStretch(0, 1)
        shown = Card(
            head,
            self.facts,
            self.notes,
            theme.S,
            self.curves,
            self.stages,
            theme.S,
            hairline(),
            self.matrix_text,
            self.matrix,
        )
        shown.body.setStretchFactor(self.curves, 5)
        shown.body.setStretchFactor(self.matrix, 6)
        self._stack = QStackedWidget()
        self._stack.addWidget(_Before())
        around = QWidget()
        around.setLayout(column(shown))
        self._stack.addWidget(scrolled(around))
        self.setLayout(column(self._stack))
        axis = str(session.recall(_AXIS, "epoch"))
        self.axis.show_value(axis)
        self.curves.show_against("step" if axis == "step" else "epoch")

    def show_state(self, state: State) -> None:
        """Draws the run of the newest state; only what has changed is drawn again."""
        run = state.run
        self._stack.setCurrentIndex(0 if run is None else 1)
        if run is None:
            return
        progress = state.progress.get("train") if run.state == "training" else None
        reached = (run.folder, run.state, run.started, run.result is None, len(run.history), len(state.heads))
        reached += (len(run.notes), state.step is None, progress[2] if progress else "")
        if not self._due() and reached == self._reached:
            return  # a step further: a few times a second is as much as anyone sees
        self._reached = reached
        self.head.setText(headline(run, state))
        self.facts.setText(facts(run, state))
        self.notes.setText("\n".join(run.notes[-2:]))
        self.notes.setVisible(bool(run.notes))
        instant = is_instant(run)
        self.axis.setVisible(not instant)
        self.curves.setVisible(not instant)
        self.stages.setVisible(instant)
        if instant:
            self.stages.show_stages(stages_of(run, state.heads, progress))
        drawn = (run.folder, len(state.losses), state.losses[-1:], len(run.history), run.started)
        drawn += (len(state.heads), run.result is None)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw(run, state)

    def _draw(self, run: RunSummary, state: State) -> None:
        started = run.started
        epochs, steps = (started.epochs, started.epochs * started.steps_per_epoch) if started else (0, 0)
        if not is_instant(run):
            self.curves.show_learning(Learning(state.losses, run.history, epochs, steps))
        metrics, text = answers_of(run)
        known = started is not None and metrics is not None
        self.matrix.set_counts(*((started.classes, metrics.confusion) if known else ((), None)))
        self.matrix_text.setText(text)
        self.matrix_text.setVisible(known)

    @Slot(str)
    def _draw_against(self, axis: str) -> None:
        self._session.remember(_AXIS, axis)
        self.curves.show_against("step" if axis == "step" else "epoch")


def answers_of(run: RunSummary) -> tuple[Metrics | None, str]:
    """The newest answers that a run has given, and which photos they are for; the fairest ones at its end."""
    fitted = run.fitted.cross_validated if run.fitted is not None else None
    fair = run.result.cross_validated if run.result is not None else None
    if fair is None and run.history:
        last = run.history[-1]
        metrics = last.validation or last.training
        text = _tr("Answers after epoch {epoch}, for the {photos} photos kept for checking")
        if last.validation is None:
            text = _tr(
                "Answers after epoch {epoch}, for the {photos} photos that it learns from: "
                "none were kept for checking"
            )
        return metrics, text.format(epoch=last.epoch, photos=f"{int(metrics.confusion.sum()):,}")
    metrics = fair or fitted
    if metrics is None:
        return None, ""
    text = _tr("Answers for all {photos} photos, each by a model that had not seen it")
    return metrics, text.format(photos=f"{int(metrics.confusion.sum()):,}")


def headline(run: RunSummary, state: State) -> str:
    """Where the run shown stands, in a few words."""
    instant = is_instant(run)
    if run.state == "training":
        if state.step is None or run.started is None or not run.started.epochs:
            waiting = _tr("Learning from your photos…") if instant else _tr("Getting ready…")
            return state.progress.get("train", (0, 0, ""))[2] or waiting
        return _tr("Learning: epoch {epoch} of {epochs}").format(
            epoch=state.step.epoch, epochs=run.started.epochs
        )
    if run.result is None:
        if not run.history:
            return _tr("Interrupted before it was done")
        return _tr("Interrupted after epoch {epoch}").format(epoch=run.history[-1].epoch)
    if instant:
        first = _tr("Stopped early: the first model was kept")
        return first if run.result.stopped else _tr("Finished: the model is ready")
    if kept := which_was_kept(run):
        return kept
    if run.result.stopped:
        text = _tr("Stopped early: the best so far, epoch {best}, was kept")
    else:
        text = _tr("Finished: epoch {best} of {epochs} was the best and was kept")
    return text.format(best=run.result.best_epoch, epochs=run.result.epochs)


def facts(run: RunSummary, state: State) -> str:
    """One line of facts: time left, photos a second, device, learning rate."""
    parts = []
    step = state.step if run.state == "training" else None
    if step is not None and step.eta_seconds >= 0:
        parts.append(left_in_words(step.eta_seconds))
    elif step is None and run.result is not None and run.result.seconds.get("total"):
        parts.append(_tr("took {time}").format(time=in_words(run.result.seconds["total"])))
    speed = step.samples_per_second if step else run.result.samples_per_second if run.result else 0.0
    if speed > 0:
        shown = f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}"
        parts.append(_tr("{speed} photos a second").format(speed=shown))
    if run.started is not None:
        parts.append(run.started.device)
    if run.result is not None and run.result.engine:
        parts.append(run.result.engine)
    if step is not None:
        parts.append(_tr("learning rate {rate}").format(rate=f"{step.learning_rate:.2g}"))
    return " · ".join(parts)


class _Before(QWidget):
    """What is here before the first run."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = label()
        title = label(self.tr("Here you will see it learn"), "section")
        text = label(
            self.tr("A table of right and wrong answers fills in while it looks at your photos."),
            "muted",
            wrap=True,
        )
        text.setFixedWidth(320)
        for each in (self._picture, title, text):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(column(-1, self._picture, title, row(-1, text, -1), -1))
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self._picture.setPixmap(icon("ph.chart-line-up", "muted").pixmap(theme.XL, theme.XL))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Live", text)
