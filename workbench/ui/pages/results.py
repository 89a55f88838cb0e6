"""The Results page: how good a model is, which classes it mixes up, and how runs compare."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from workbench.core.project.runs import RunSummary
from workbench.core.results.metrics import metrics_of_measures
from workbench.ui.pages.page import Page
from workbench.ui.pages.results_matrix import MatrixCard
from workbench.ui.parts.class_table import ClassTable
from workbench.ui.parts.run_list import RunList
from workbench.ui.parts.widgets import (
    Button,
    Card,
    PrimaryButton,
    SectionHead,
    clear,
    column,
    label,
    row,
    scrolled,
)
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.state import State, has_numbers, is_same_run
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.models import use_of
from workbench.ui.words.outcome import (
    about_matrix,
    cautions,
    caveat,
    meaning,
    no_result,
    number,
    on_average,
    outcome_of,
    run_mode,
    run_network,
    run_state,
    which_was_kept,
)

_RUNS_WIDTH, _RUNS_HEIGHT, _SIGN = 288, 168, 18
_BESIDE, _AROUND_MATRIX, _LEAST_MATRIX = 840, 160, 460
_UNLIMITED = 16777215


class ResultsPage(Page):
    """The one number with its meaning, the matrix, the runs, and a row for each class."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, self.tr("Results"))
        self._drawn: RunSummary | None = None
        self.put_in_use = Button(self.tr("Use this model"), self._put_in_use)
        self.use = PrimaryButton(self.tr("Try it on a photo"), self._go_to_try_it)
        self.add_action(self.put_in_use, self.use)
        self.number = label("", "number")
        self.number.setAccessibleDescription(self.tr("Share of right answers"))
        self.meaning = label("", "section", wrap=True)
        self.caveat = label("", "muted", wrap=True)
        self.cautions = Cautions()
        self.matrix = MatrixCard()
        self.table = ClassTable()
        self.runs = RunList()
        self.runs.chosen.connect(session.runs.show)
        self.kept = label("", "strong", wrap=True)
        self.in_use = label("", "muted", wrap=True)
        words = column(self.meaning, self.kept, self.in_use, self.cautions, self.caveat, space=theme.XS)
        words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._hero = QWidget()
        hero = row(self.number, words, space=theme.L)
        hero.setStretch(1, 1)
        self._hero.setLayout(hero)
        self._runs_card = Card(label(self.tr("Runs"), "section"), self.runs)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(theme.M)
        self._middle.addWidget(self.matrix, 1)
        self._middle.addWidget(self._runs_card)
        self._average = SectionHead(self.tr("Class by class"))
        self._classes = QWidget()
        self._classes.setLayout(column(self._average, self.table))
        inner = QWidget()
        whole = column(self._hero, self._middle, self._classes, -1, space=theme.L)
        whole.setContentsMargins(0, theme.S, theme.M, theme.M)
        inner.setLayout(whole)
        self.area = scrolled(inner)
        self.body.addWidget(self.area)

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        actions, run = enabled_actions(state), state.runs.shown
        self.use.setEnabled("use_model" in actions)
        self.put_in_use.setVisible("put_in_use" in actions)
        if state.folders.catalog is None and run is None:
            self.subtitle.setText(self.tr("How good a model is, and which classes it mixes up."))
            if self.need_patience(state, self._go_to_images):
                return
            text = self.tr("Results come from training, and training needs photos.")
            self.need(self.tr("First, some photos"), text, self.tr("Choose photos"), self._go_to_images)
            return
        if run is None or (not has_numbers(run) and len(state.runs.every) < 2):
            learning = run is not None and run.state == "training"
            self.subtitle.setText(self.tr("How good a model is, and which classes it mixes up."))
            self.need(
                self.tr("The first results are on their way") if learning else self.tr("No results yet"),
                self.tr("They are here as soon as it has looked at every photo once.")
                if learning
                else self.tr("Train a model on your photos, and this page tells you how good it is."),
                self.tr("Watch it learn") if learning else self.tr("Go to Train"),
                self._go_to_train,
            )
            return
        self.ready()
        self.runs.show_runs(state.runs.every, run.folder, state.runs.in_use)
        self.in_use.setText(use_of(run, state.runs.in_use))
        self.in_use.setVisible(bool(self.in_use.text()))
        self.subtitle.setText(" · ".join((run_mode(run), run_network(run), run_state(run))))
        if run is not self._drawn:  # a run is replaced as a whole; its arrays cannot be compared with ==
            if not is_same_run(run, self._drawn):
                self.to_top()
                self.matrix.forget_chosen()
            self._drawn = run
            self._draw(run)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the runs beside the matrix, or below it where there is little room."""
        super().resizeEvent(event)
        beside = self.width() >= theme.px(_BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._middle.setDirection(way)
        self._runs_card.setMinimumWidth(theme.px(_RUNS_WIDTH) if beside else 0)
        self._runs_card.setMaximumWidth(theme.px(_RUNS_WIDTH) if beside else _UNLIMITED)
        self.runs.setMinimumHeight(0 if beside else theme.px(_RUNS_HEIGHT))
        self.matrix.reserve(max(theme.px(_LEAST_MATRIX), self.height() - theme.px(_AROUND_MATRIX)))

    def _draw(self, run: RunSummary) -> None:
        outcome = outcome_of(run)
        classes = run.classes
        learned = metrics_of_measures(run.history[-1].training) if run.history else None
        metrics = outcome.metrics if outcome else learned
        self.number.setVisible(outcome is not None)
        if outcome is not None:
            self.number.setText(number(outcome))
            self.meaning.setText(meaning(outcome))
            self.caveat.setText(caveat(outcome))
            self._average.set_text(on_average(outcome))
        else:
            self.meaning.setText(no_result(run))
            self.caveat.setText(self._why_unchecked(run))
            self._average.set_text("")
        self.kept.setText(which_was_kept(run))
        self.kept.setVisible(bool(self.kept.text()))
        self.cautions.show_sentences(cautions(outcome) if outcome is not None else [])
        self.caveat.setVisible(bool(self.caveat.text()))
        self.matrix.show_metrics(classes, metrics, about_matrix(outcome) if metrics is not None else "")
        self.matrix.setVisible(metrics is not None)
        self._classes.setVisible(metrics is not None)
        if metrics is not None:
            self.table.show_metrics(classes, metrics)

    def _why_unchecked(self, run: RunSummary) -> str:
        if not run.history:
            return ""
        return self.tr(
            "No photos were kept for checking, so the numbers below are for photos that it learned from. "
            "With at least two photos of each class, some are kept."
        )

    def _put_in_use(self) -> None:
        if (run := self.session.state.runs.shown) is not None:
            self.session.runs.use(run.folder)

    @Slot()
    def _go_to_images(self) -> None:
        self.wants_page.emit("images")

    @Slot()
    def _go_to_train(self) -> None:
        self.wants_page.emit("train")

    @Slot()
    def _go_to_try_it(self) -> None:
        self.wants_page.emit("try_it")


class Cautions(QWidget):
    """Sentences that must not be overlooked, each with a sign."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = column(space=theme.XS)
        self.setLayout(self._rows)
        self._sentences: list[str] = []

    def show_sentences(self, sentences: list[str]) -> None:
        """Shows other sentences."""
        self._sentences = sentences
        self.setVisible(bool(sentences))
        clear(self._rows)
        for sentence in sentences:
            sign = label()
            sign.setPixmap(icon("ph.warning", "warn").pixmap(_SIGN, _SIGN))
            line = row(sign, label(sentence, "warn", wrap=True))
            line.setStretch(1, 1)
            line.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
            self._rows.addLayout(line)

    def sentences(self) -> list[str]:
        """What is said."""
        return self._sentences

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_sentences(self._sentences)
