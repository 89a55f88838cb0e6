"""Two runs held against each other on the Results page: same photos, what differs, curves, both galleries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.errors import InputError, WorkbenchError
from workbench.core.project.run_differences import Difference, RunFacts, differences
from workbench.core.project.run_photos import Answer
from workbench.core.project.runs import MODEL, RunSummary
from workbench.core.results.paired import Paired
from workbench.core.results.verdict import cautions, verdict
from workbench.ui.pages.results_compared_curves import CurvesOfBoth
from workbench.ui.pages.results_trust import Cautions
from workbench.ui.parts.compared_gallery import ComparedGallery
from workbench.ui.parts.differences_view import DifferencesView
from workbench.ui.parts.held_out_cache import HeldOutCache
from workbench.ui.parts.widgets import Button, Card, IconButton, column, hairline, label, row
from workbench.ui.session.run_record import RunRecord, record_of
from workbench.ui.session.session import Session
from workbench.ui.session.state import State, is_same_run
from workbench.ui.style import theme
from workbench.ui.words.comparing import broken_head, fixed_head, in_full, learned_words, on_the_same, percent
from workbench.ui.words.mistakes import gone_line
from workbench.ui.words.outcome import run_mode
from workbench.words import say

_GRAVE = {"split", "few", "chosen", "classes", "by_name"}
"""The cautions that must not be overlooked; the others say what was left out."""
_TOLD = ("mode", "quality", "architecture")
"""The settings that method and network tell of."""
_BESIDE = 760


@dataclass(frozen=True, eq=False)
class Both:
    """What was read of two runs.

    Attributes:
        asked: The summaries of A and B.
        paired: Both on the same photos; None where one cannot be read: then `why` says so, a sentence or two.
        records: Their stories, for the curves.
        programs: The versions of the program that made them; "" where that is not known.
        differ: The settings that differ; None where these cannot be read.
    """

    asked: tuple[RunSummary, RunSummary]
    paired: Paired | None = None
    records: tuple[RunRecord, ...] = ()
    programs: tuple[str, ...] = ("", "")
    differ: list[Difference] | None = None
    why: str = ""


class ComparisonCard(Card):
    """Hidden until another run was chosen for the one shown.

    Signals:
        turned: The person wants the other run shown, and held against this one.
        opened: There is something to see.
    """

    turned = Signal(Path, Path)
    opened = Signal()

    def __init__(self, session: Session, cache: HeldOutCache) -> None:
        super().__init__()
        self._session, self._cache = session, cache
        self._other: Path | None = None
        self._asked: tuple[object, ...] = ()
        self._turning = self._to_be_seen = False
        self._both: Both | None = None
        self._catalog: Catalog | None = None
        self.first, self.second = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.numbers, self.photos = label("", "answer", wrap=True), label("", "muted", wrap=True)
        self.verdict, self.left_out = label("", "strong", wrap=True), label("", "muted", wrap=True)
        self.cautions = Cautions()
        self.turn = Button(self.tr("The other way round"), self._turn)
        self.away = IconButton("ph.x", self.tr("Stop comparing"), self.close_comparison)
        self.fixed, self.broken = _Gallery(session), _Gallery(session)
        self._galleries = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._galleries.setSpacing(theme.M)
        for each in (self.fixed, self.broken):
            self._galleries.addWidget(each, 1)
        self._curves: CurvesOfBoth | None = None
        self._place_of_curves = column()
        self.differences = DifferencesView()
        head = row(label(self.tr("Two runs compared"), "section"), -1, self.turn, self.away)
        self._inside = QWidget()
        inside = column(
            column(self.numbers, self.photos, space=theme.XS),
            self.verdict,
            self.cautions,
            self.left_out,
            self._galleries,
            hairline(),
            self._place_of_curves,
            hairline(),
            self.differences,
            space=theme.M,
        )
        self._inside.setLayout(inside)
        self.body.addLayout(head)
        for widget in (self.first, self.second, self._inside):
            self.body.addWidget(widget)
        self.hide()

    @property
    def curves(self) -> CurvesOfBoth:
        """The curves of both, made when they are wanted first."""
        if self._curves is None:
            self._curves = CurvesOfBoth()
            self._place_of_curves.addWidget(self._curves)
        return self._curves

    @property
    def other(self) -> Path | None:
        """The run that the one shown is compared with; None where none is."""
        return self._other

    @Slot(object)
    def compare_with(self, folder: Path) -> None:
        """Compares the run shown with another."""
        self._other, self._asked, self._turning, self._to_be_seen = folder, (), False, True
        self.show_state(self._session.state)

    def hold_against(self, folder: Path) -> None:
        """Compares the run that is about to be shown with the one that is shown now."""
        self._other, self._turning = folder, True

    @Slot()
    def close_comparison(self) -> None:
        """Shows one run alone again."""
        self._other, self._both, self._asked = None, None, ()
        self.hide()

    def show_state(self, state: State) -> None:
        """Follows the run shown, names and edits; closes where one of the two is gone."""
        if self._other is None:
            return
        shown = state.runs.shown
        other = next((run for run in state.runs.every if run.folder == self._other), None)
        known = shown is not None and any(is_same_run(run, shown) for run in state.runs.every)
        if self._turning and other is not None and is_same_run(other, shown):
            return  # the other one is being read
        self._turning = False
        if shown is None or other is None or not known or is_same_run(other, shown):
            self.close_comparison()
            return
        self.first.setText(f"A: {in_full(other)}")
        self.second.setText(f"B: {in_full(shown)}")
        asked = (other.folder, other.state, shown.folder, shown.state)
        if asked != self._asked:
            self._asked, self._both = asked, None
            self._inside.hide()
            self.show()
            self._session.work.run_in_thread(partial(_read, self._cache, other, shown), self._show)
        elif state.folders.catalog is not self._catalog:
            self._show_photos(state.folders.catalog)

    @Slot(object)
    def _show(self, both: Both) -> None:
        first, second = both.asked
        if (first.folder, first.state, second.folder, second.state) != self._asked:
            return
        self._both = both
        self._inside.show()
        paired = both.paired
        for widget in (self.numbers, self.photos, self.left_out, self.fixed, self.broken):
            widget.setVisible(paired is not None)
        if paired is None:
            self.verdict.setText(both.why)
            self.cautions.show_sentences([])
        else:
            self._show_paired(paired)
        self._show_photos(self._session.state.folders.catalog)
        self.curves.show_both(both.asked, both.records, paired)
        self._show_differences(both)
        if self._to_be_seen:
            self._to_be_seen = False
            self.opened.emit()

    def _show_paired(self, paired: Paired) -> None:
        accuracy = paired.accuracy
        if accuracy is not None:
            text = self.tr("A {first} · B {second}")
            self.numbers.setText(text.format(first=percent(accuracy[0]), second=percent(accuracy[1])))
            self.photos.setText(on_the_same(len(paired)))
        for widget in (self.numbers, self.photos):
            widget.setVisible(accuracy is not None)
        self.verdict.setText(say(verdict(paired.comparison)))
        told = cautions(paired)
        grave = [each for each in told if each.code.partition(".")[2] in _GRAVE]
        self.cautions.show_sentences([say(each) for each in grave])
        self.left_out.setText("\n".join(say(each) for each in told if each not in grave))
        self.left_out.setVisible(bool(self.left_out.text()))

    def _show_photos(self, catalog: Catalog | None) -> None:
        self._catalog = catalog
        paired = self._both.paired if self._both is not None else None
        if paired is None or self._both is None:
            return
        for gallery, rows, head in (
            (self.fixed, paired.fixed, fixed_head),
            (self.broken, paired.broken, broken_head),
        ):
            places = rows.tolist()
            gallery.title.setText(head(len(places)))
            if catalog is None:
                continue
            found = list(_here(paired, places, catalog))
            answers = {sample.id: _answers(paired, place) for place, sample in found}
            gallery.show_photos(catalog, [sample for _, sample in found], answers, len(places) - len(found))

    def _show_differences(self, both: Both) -> None:
        first, second = both.asked
        facts = RunFacts.of(first), RunFacts.of(second)
        rows = [
            (self.tr("Method"), run_mode(first), run_mode(second)),
            (self.tr("Network"), facts[0].network_name, facts[1].network_name),
            (self.tr("Photos"), learned_words(facts[0]), learned_words(facts[1])),
            (self.tr("Version of the program"), both.programs[0] or "–", both.programs[1] or "–"),
        ]
        self.differences.show_rows(rows, both.differ, leave_out=_TOLD)

    @Slot()
    def _turn(self) -> None:
        shown, other = self._session.state.runs.shown, self._other
        if shown is not None and other is not None:
            self.turned.emit(other, shown.folder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts both galleries beside each other where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= theme.px(_BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._galleries.setDirection(way)


class _Gallery(QWidget):
    """The photos that only one of the two is right about."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.title, self.gone = label("", "strong", wrap=True), label("", "muted", wrap=True)
        self.gallery = ComparedGallery(session, self.tr("Photos with both answers"))
        self.setLayout(column(self.title, self.gone, self.gallery, -1, space=theme.XS))

    def show_photos(
        self,
        catalog: Catalog,
        samples: list[Sample],
        answers: dict[str, tuple[Answer, Answer]],
        gone: int,
    ) -> None:
        """Shows other photos, and says how many of them are not in the folder any more."""
        self.gone.setText(gone_line(gone))
        self.gone.setVisible(gone > 0)
        self.gallery.setVisible(bool(samples))
        self.gallery.show_answers(catalog, samples, answers)


def _here(paired: Paired, places: list[int], catalog: Catalog) -> Iterable[tuple[int, Sample]]:
    """The photos that are still in the folder, with where they stand."""
    every = {sample.id: sample for sample in (*catalog.samples, *catalog.excluded)}
    for place in places:
        for side, rows in ((paired.second, paired.rows[1]), (paired.first, paired.rows[0])):
            at = int(rows[place])
            sample = every.get(side.samples[at])
            if sample is not None and side.digests[at] in ("", sample.digest):
                yield place, sample
                break


def _answers(paired: Paired, place: int) -> tuple[Answer, Answer]:
    found = []
    for side, rows in ((paired.first, paired.rows[0]), (paired.second, paired.rows[1])):
        at = int(rows[place])
        true, said = side.classes[side.true[at]], side.classes[side.predicted[at]]
        found.append(Answer(true, said, float(side.probability[at])))
    return found[0], found[1]


def _read(cache: HeldOutCache, first: RunSummary, second: RunSummary) -> Both:
    """Reads both runs, on a thread of its own."""
    try:
        paired = Paired.of(cache.of(first), cache.of(second))
        records = record_of(first.folder), record_of(second.folder)
    except InputError as error:
        return Both((first, second), why=f"{error.title} {error.hint}".rstrip())
    programs = _program_of(first), _program_of(second)
    return Both((first, second), paired, records, programs, differences(first.config, second.config))


def _program_of(run: RunSummary) -> str:
    """The version that made a run's model; "" where there is none, or it cannot be read."""
    from workbench.core.models.looked_at import look_at  # it loads what models are made of

    try:
        return look_at(run.folder / MODEL).program
    except WorkbenchError:
        return ""
