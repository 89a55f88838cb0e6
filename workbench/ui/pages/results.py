"""The Results page: how good a model is, which classes it mixes up, and how runs compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout

from workbench.core.errors import InputError
from workbench.core.project.run_photos import Cell, RunPhotos
from workbench.core.project.run_predictions import judged
from workbench.core.project.runs import RunSummary
from workbench.core.results.metrics import metrics_of_measures
from workbench.core.results.numbers import Numbers
from workbench.core.results.similarity import order_by_similarity
from workbench.ui.pages.page import Page
from workbench.ui.pages.results_classes import ClassSection
from workbench.ui.pages.results_compare import ComparisonCard
from workbench.ui.pages.results_cost import CostCard
from workbench.ui.pages.results_curves import CurvesCard
from workbench.ui.pages.results_honesty import HonestyCard
from workbench.ui.pages.results_matrix import MatrixCard
from workbench.ui.pages.results_next import NextSteps
from workbench.ui.pages.results_photos import PhotosCard
from workbench.ui.pages.results_runs import RunsCard
from workbench.ui.pages.results_slices import SlicesCard
from workbench.ui.pages.results_stress import StressCard
from workbench.ui.pages.results_trust import TrustCard, baseline_at_once
from workbench.ui.parts.held_out_cache import HeldOutCache
from workbench.ui.parts.widgets import Button, PrimaryButton, Scrolled, column, scrolled
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.state import (
    Edits,
    Folders,
    Health,
    Preferences,
    Runs,
    Slice,
    State,
    Work,
    has_numbers,
    is_same_run,
)
from workbench.ui.style import theme
from workbench.ui.words.models import use_of
from workbench.ui.words.outcome import (
    about_matrix,
    no_result,
    on_average,
    outcome_of,
    run_mode,
    run_network,
    run_state,
    which_was_kept,
)
from workbench.ui.words.test_set import sets_sentence

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    import numpy as np
    from numpy.typing import NDArray

_RUNS_WIDTH, _RUNS_HEIGHT = 288, 168
_BESIDE, _AROUND_MATRIX, _LEAST_MATRIX, _AROUND_PHOTOS = 840, 160, 460, 220
_UNLIMITED = 16777215


class ResultsPage(Page):
    """The one number with its meaning, the matrix and its photos, the runs, and a row for each class."""

    shows: ClassVar[tuple[type[Slice], ...]] = (Folders, Runs, Work, Edits, Health, Preferences)

    def __init__(self, session: Session) -> None:
        super().__init__(session, self.tr("Results"))
        self._drawn: RunSummary | None = None
        self.put_in_use = Button(self.tr("Use this model"), self._put_in_use)
        self.use = PrimaryButton(self.tr("Try it on a photo"), self._go_to_try_it)
        self.add_action(self.put_in_use, self.use)
        self.trust = TrustCard()
        self.number, self.meaning = self.trust.number, self.trust.meaning
        self.caveat, self.cautions = self.trust.caveat, self.trust.cautions
        self.kept, self.in_use, self.sets = self.trust.kept, self.trust.in_use, self.trust.sets
        self.next = NextSteps(session)
        self.next.wants_page.connect(self.wants_page)
        self.matrix = MatrixCard()
        self.photos = PhotosCard(session)
        self.photos.setVisible(False)
        self.matrix.matrix.cell_clicked.connect(self._choose)
        self.matrix.wants_order.connect(self._order_classes)
        self.photos.left.connect(self._leave_cell)
        self.slices, self.honesty = SlicesCard(session), HonestyCard(session)
        self.slices.chosen.connect(self._choose_kind)
        self.classes = ClassSection(session)
        self.table = self.classes.table
        self.curves = CurvesCard(session.preferences, session.work.run_in_thread)
        self.classes.class_chosen.connect(self.curves.choose)
        self.cost = CostCard(session)
        self.stress = StressCard(session)
        self.stress.wants_page.connect(self.wants_page)
        cache = HeldOutCache()
        self.runs_card = RunsCard(session, cache)
        self.runs = self.runs_card.list
        self.comparison = ComparisonCard(session, cache)
        self.runs_card.compare.connect(self.comparison.compare_with)
        self.comparison.opened.connect(self._to_comparison)
        self.comparison.turned.connect(self._turn)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(theme.M)
        self._middle.addWidget(self.matrix, 1)
        self._middle.addWidget(self.runs_card)
        inner = Scrolled()
        whole = column(
            self.trust, self.next, self._middle, self.comparison, self.photos, self.slices, self.honesty,
            self.classes, self.curves, self.stress, self.cost, -1, space=theme.L,
        )  # fmt: skip
        whole.setContentsMargins(0, theme.S, theme.M, theme.M)
        inner.setLayout(whole)
        self.area = scrolled(inner)
        self.body.addWidget(self.area)
        self._shortcut(QKeySequence(Qt.Key.Key_Escape), self._escape)
        self._shortcut(QKeySequence(QKeySequence.StandardKey.Undo), session.edits.undo)
        for keys in ("Ctrl+Y", "Ctrl+Shift+Z"):
            self._shortcut(QKeySequence(keys), session.edits.redo)

    def _shortcut(self, keys: QKeySequence, pressed: Callable[[], object]) -> None:
        QShortcut(keys, self, pressed, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

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
        self.runs_card.show_state(state)
        self.comparison.show_state(state)
        self.trust.show_model(which_was_kept(run), use_of(run, state.runs.in_use))
        self.subtitle.setText(" · ".join((run_mode(run), run_network(run), run_state(run))))
        if run.is_unchanged(self._drawn):
            self._drawn = run
        else:
            if not is_same_run(run, self._drawn):
                self.to_top()
                self.matrix.forget_chosen()
            self._drawn = run
            self._draw(run)
            self.stress.show_run(run)
            catalog = state.folders.catalog
            own = catalog is not None and "validation" in catalog.subsets
            self.trust.show_sets(sets_sentence(run, own=own))
        for each in (self.next, self.photos, self.slices, self.honesty, self.stress, self.cost):
            each.show_state(state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the runs beside the matrix, or below it where there is little room."""
        super().resizeEvent(event)
        beside = self.width() >= theme.px(_BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._middle.setDirection(way)
        self.runs_card.setMinimumWidth(theme.px(_RUNS_WIDTH) if beside else 0)
        self.runs_card.setMaximumWidth(theme.px(_RUNS_WIDTH) if beside else _UNLIMITED)
        self.runs.setMinimumHeight(0 if beside else theme.px(_RUNS_HEIGHT))
        self.matrix.reserve(max(theme.px(_LEAST_MATRIX), self.height() - theme.px(_AROUND_MATRIX)))
        self.photos.reserve(self.height() - theme.px(_AROUND_PHOTOS))

    def _draw(self, run: RunSummary) -> None:
        outcome = outcome_of(run)
        classes = run.classes
        learned = metrics_of_measures(run.history[-1].training) if run.history else None
        metrics = outcome.metrics if outcome else learned
        if outcome is not None:
            self.trust.show_outcome(outcome, baseline_at_once(outcome, outcome.metrics))
        else:
            self.trust.show_nothing(no_result(run), self._why_unchecked(run))
        self.matrix.show_metrics(classes, metrics, about_matrix(outcome) if metrics is not None else "")
        self.matrix.setVisible(metrics is not None)
        self.classes.setVisible(metrics is not None)
        if metrics is not None:
            self.classes.show_metrics(classes, metrics, on_average(outcome) if outcome is not None else "")
        self.curves.setVisible(False)
        self.photos.show_photos()
        self.slices.show_photos(None)
        self.honesty.show_outcome(None)
        if outcome is not None and run.state != "training":
            self.session.work.run_in_thread(partial(_read, run), self._show_numbers)

    @Slot(object)
    def _show_numbers(self, read: _Read) -> None:
        """Shows what was read of a run, unless another one is shown by now."""
        if not read.run.is_unchanged(self._drawn) or (read.numbers is None and not read.why):
            return
        mine = any(is_same_run(each, read.run) for each in self.session.state.runs.every)
        self.photos.show_photos(read.run, read.photos if mine else None)
        self.curves.show_numbers(read.numbers, read.why)
        self.curves.setVisible(True)
        outcome = outcome_of(read.run)
        if mine and outcome is not None and not outcome.measures.only_learned:
            self.slices.show_photos(read.photos, outcome.estimate.how, read.run.folder)
        if mine:
            self.honesty.show_outcome(outcome)
        if read.numbers is not None and outcome is not None:
            self.classes.show_numbers(read.numbers.by_class)
            self.trust.show_outcome(outcome, read.numbers.baseline)

    @Slot(object)
    def _order_classes(self, counts: NDArray[np.int64]) -> None:
        """On a thread of its own: very many classes take a moment."""
        self.session.work.run_in_thread(partial(_ordered, counts), self.matrix.take_order)

    @Slot(int, int)
    def _choose(self, true: int, predicted: int) -> None:
        """Shows the photos of a cell, a row or a column; chosen once more, all mistakes."""
        if self.photos.isHidden():
            return
        if self.photos.cell == (true, predicted):
            self._leave_cell()
            return
        self.photos.choose(Cell(true, predicted), self.matrix.matrix.sentence(true, predicted))
        QTimer.singleShot(0, self._to_photos)  # once they are laid out

    @Slot(object, str)
    def _choose_kind(self, rows: NDArray[np.int64], sentence: str) -> None:
        """Shows the photos of one kind."""
        self.matrix.forget_chosen()
        self.photos.choose_rows(rows, sentence)
        QTimer.singleShot(0, self._to_photos)

    @Slot()
    def _to_photos(self) -> None:
        for each in (self.photos.selected.bar, self.photos.title):
            self.area.ensureWidgetVisible(each, 0, theme.S)

    @Slot()
    def _to_comparison(self) -> None:
        QTimer.singleShot(0, self._scroll_to_comparison)  # once it is laid out

    @Slot()
    def _scroll_to_comparison(self) -> None:
        inner = self.area.widget()
        assert inner is not None
        at = self.comparison.mapTo(inner, QPoint())
        self.area.verticalScrollBar().setValue(max(0, at.y() - theme.S))

    @Slot(Path, Path)
    def _turn(self, show: Path, other: Path) -> None:
        """Shows the other run of a comparison, and holds it against the one that was shown."""
        self.comparison.hold_against(other)
        self.session.runs.show(show)

    @Slot()
    def _leave_cell(self) -> None:
        self.photos.show_all()
        self.matrix.forget_chosen()

    @Slot()
    def _escape(self) -> None:
        """Takes back one thing at a time: details, selected photos, what was chosen, the comparison."""
        if not self.photos.details.isHidden():
            self.photos.close_details()
        elif len(self.photos.gallery.selection()) > 1:
            self.photos.gallery.clearSelection()
        elif self.photos.shows_all and self.comparison.other is not None:
            self.comparison.close_comparison()
        else:
            self._leave_cell()

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


@dataclass(frozen=True)
class _Read:
    """What the predictions of a run say; where they cannot be read, why."""

    run: RunSummary
    numbers: Numbers | None = None
    photos: RunPhotos | None = None
    why: str = ""


def _ordered(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The same counts, and their classes in an order in which those that are mixed up are neighbours."""
    return counts, order_by_similarity(counts)


def _read(run: RunSummary) -> _Read:
    """Reads the predictions of a run, on a thread of its own: there may be many."""
    try:
        table = judged(run)
        if table is None:
            return _Read(run)
        return _Read(run, Numbers.of(table), RunPhotos.of(run, table))
    except InputError as error:
        return _Read(run, why=f"{error.title} {error.hint}".rstrip())
