"""The right of the Train page: how learning goes, while it goes and afterwards."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from workbench.core.jobs import Throttle
from workbench.core.project.runs import RunSummary
from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.charts.plots import Learning, LearningCurves
from workbench.ui.pages.train_stages import Stages
from workbench.ui.parts.choices import Segments
from workbench.ui.parts.widgets import Bar, Card, column, hairline, label, row, scrolled
from workbench.ui.session.session import Session
from workbench.ui.session.state import State, training_left
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.learning import counts_rounds, headline, machine_facts, newest_measures, time_of
from workbench.ui.words.models import use_of
from workbench.ui.words.stages import stages_of

_AXIS = "train/axis"
_DRAWN_A_SECOND = 4
_CURVES_HEIGHT, _MATRIX_HEIGHT, _MATRIX_SHARE = 440, 296, 0.7


class TrainingView(QWidget):
    """Curves, confusion matrix and facts of the run shown."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._reached: tuple[object, ...] = ()
        self._machine = False
        self._due = Throttle(_DRAWN_A_SECOND)
        self.head = label("", "section", wrap=True)
        self.use = label("", "muted", wrap=True)
        self.facts = label("", "muted", wrap=True)
        self.machine = label("", "caption", wrap=True)
        self.notes = label("", "muted", wrap=True)
        self.axis = Segments(
            self.tr("What the curves are drawn against"),
            {"epoch": "", "step": self.tr("Steps")},
        )
        self.axis.chosen.connect(self._draw_against)
        self.axis.button("step").setToolTip(self.tr("In one step it learns from one batch of photos."))
        self.curves = LearningCurves()
        self.curves.setMinimumHeight(theme.px(_CURVES_HEIGHT))
        self.stages = Stages()
        self.matrix = ConfusionMatrix(
            self.tr("The table of answers fills in as it learns."), least=_MATRIX_HEIGHT
        )
        self.matrix_text = label("", "caption", wrap=True)
        head = row(self.head, self.axis, space=theme.M)
        head.setStretch(0, 1)
        self.bar = Bar()
        shown = Card(
            head,
            self.bar,
            self.use,
            self.facts,
            self.machine,
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
        axis = str(session.preferences.recall(_AXIS, "epoch"))
        self.axis.show_value(axis)
        self.curves.show_against("step" if axis == "step" else "epoch")

    def show_state(self, state: State) -> None:
        """Draws the run of the newest state; only what has changed is drawn again."""
        run, heads = state.runs.watched, state.runs.heads
        self._stack.setCurrentIndex(0 if run is None else 1)
        if run is None:
            return
        progress = state.work.progress.get("train") if run.state == "training" else None
        reached: tuple[object, ...] = (
            run.folder,
            run.state,
            run.started,
            run.result is None,
            id(state.runs.in_use),
            len(run.history),
            len(heads),
        )
        reached += (len(run.notes), state.runs.step is None, progress[2] if progress else "")
        share = state.work.share.get("train", -1.0) if run.state == "training" else -1.0
        self.bar.setVisible(share >= 0)
        self.bar.set_share(share)
        if reached == self._reached and not (run.state == "training" and self._due()):
            return  # a step further: a few times a second is as much as anyone sees
        self._reached = reached
        self.head.setText(headline(run, state.runs.step, state.work.progress.get("train", (0, 0, ""))[2]))
        self.use.setText(use_of(run, state.runs.in_use))
        self.use.setVisible(bool(self.use.text()))
        self.facts.setText(time_of(run, *training_left(state)))
        self.facts.setVisible(bool(self.facts.text()))
        self.machine.setText(machine_facts(run, state.runs.step))
        self.machine.setVisible(self._machine and bool(self.machine.text()))
        self.notes.setText("\n".join(note.title for note in run.notes[-2:]))
        self.notes.setVisible(bool(run.notes))
        instant = run.is_instant
        self.stages.setVisible(instant)
        self.axis.setVisible(not instant)
        self.curves.setVisible(not instant)
        if instant:
            self.stages.show_stages(stages_of(run, heads, progress))
        else:
            self._draw_curves(run, state)
        measures, text = newest_measures(run)
        counts = measures.confusion if measures is not None else None
        self.matrix_text.setText(text)
        if counts is not None and len(counts) == len(run.classes):
            self.matrix.set_counts(run.classes, counts)
            self.matrix.reserve(self._most_for_matrix())
            self.matrix_text.show()
        else:
            self.matrix.set_counts((), None)
            self.matrix_text.hide()

    def show_machine(self, shown: bool) -> None:
        """Shows what computes and how quickly, which belongs to *Advanced*; or hides it."""
        self._machine = shown
        self.machine.setVisible(shown and bool(self.machine.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Gives the matrix what it can use."""
        super().resizeEvent(event)
        self.matrix.reserve(self._most_for_matrix())

    def _most_for_matrix(self) -> float:
        return max(float(_MATRIX_HEIGHT), self.height() * _MATRIX_SHARE)

    def _draw_curves(self, run: RunSummary, state: State) -> None:
        started = run.started
        epochs, steps = (started.epochs, started.epochs * started.steps_per_epoch) if started else (0, 0)
        self.curves.show_learning(Learning(state.runs.losses, run.history, epochs, steps))
        button = self.axis.button("epoch")
        if counts_rounds(run):
            button.setText(self.tr("Rounds"))
            button.setToolTip(
                self.tr(
                    "In each round it practises without some of the photos and is then tested on those. "
                    "In the last round it practises with all of them."
                )
            )
        else:
            button.setText(self.tr("Epochs"))
            button.setToolTip(self.tr("In one epoch it looks at every training photo once."))

    @Slot(str)
    def _draw_against(self, axis: str) -> None:
        self._session.preferences.remember(_AXIS, axis)
        self.curves.show_against("step" if axis == "step" else "epoch")


class _Before(QWidget):
    """What is here before the first run."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = label()
        title = label(self.tr("Here you will see it learn"), "section")
        text = label(
            self.tr("While it looks at your photos, a table of right and wrong answers fills in here."),
            "muted",
            wrap=True,
        )
        text.setFixedWidth(theme.px(240))
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
    return QCoreApplication.translate("TrainingView", text)
