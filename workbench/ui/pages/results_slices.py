"""Kinds of photos on the Results page: those at which a model is much worse, then all that were looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.project.run_photos import RunPhotos
from workbench.core.results.estimate import How
from workbench.core.results.slices import Slice, Slices, slices_of
from workbench.core.results.slicing import Slicing, Typical
from workbench.engine.requests import SliceUp
from workbench.ui.parts.asking_line import AskingLine
from workbench.ui.parts.slice_table import SliceTable
from workbench.ui.parts.thumbnail_row import ThumbnailRow
from workbench.ui.parts.widgets import Button, Card, clear, column, label, row
from workbench.ui.session.follow_control import followed_config
from workbench.ui.session.kinds import Kinds
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words import slices as words

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    import numpy as np
    from numpy.typing import NDArray

_SIGN = 18
_AT_ONCE, _QUIET_MS = 2000, 1500
"""So many photos are looked at without being asked, once so long nothing else was under way."""


class SlicesCard(Card):
    """What stands out as sentences, a table of all kinds, and the way to have them found.

    Signals:
        chosen: Rows of the run's photos (an array), and the sentence on them.
    """

    chosen = Signal(object, str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._question = session, session.slicing
        self._photos: RunPhotos | None = None
        self._run = Path()
        self._how: How = "test"
        self._catalog: Catalog | None = None
        self._paths: dict[str, str] = {}
        self._judged: object = None
        self._begun: RunPhotos | None = None
        self._opening = -1
        self._here: frozenset[str] = frozenset()
        self.found: Slices | None = None
        self.title = label(self.tr("Kinds of photos"), "section")
        self.about = label("", "muted", wrap=True)
        self.missing = label("", "warn", wrap=True)
        self._standing = QWidget()
        self._rows = column(space=theme.XS)
        self._standing.setLayout(self._rows)
        self.table = SliceTable(session)
        self.small = label("", "muted", wrap=True)
        self.line = AskingLine(self._question, self.tr("Look for weak spots"), self.ask)
        for each in (
            self.title, self.about, self.missing, self._standing, self.table, self.small, self.line,
        ):  # fmt: skip
            self.body.addWidget(each)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self._ask_by_itself)
        self.table.chosen.connect(self._choose)
        self._question.changed.connect(self._follow)
        self.setVisible(False)

    def show_photos(self, photos: RunPhotos | None, how: How = "test", run: Path = Path()) -> None:
        """Shows the kinds of another run's photos, or hides itself where there is none.

        Args:
            photos: None, too, where the model had learned from all of them.
            how: Which predictions they are.
            run: The run's folder.
        """
        self._photos, self._how, self.found, self._judged, self._run = photos, how, None, None, run
        self.line.about = photos
        self.line.show_question()
        self.show_state(self._session.state)

    def show_state(self, state: State) -> None:
        """Begins by itself where that takes no time, once it is quiet."""
        self._catalog = state.folders.catalog
        if state.edits.opening != self._opening:  # the folder was read again
            self._opening, self._begun = state.edits.opening, None
        self.setVisible(self._photos is not None and self._catalog is not None)
        if self._photos is None or self._catalog is None:
            self._quiet.stop()
            return
        if state.work.working:
            self._quiet.stop()
        elif self._is_due(state) and not self._quiet.isActive():
            self._quiet.start()
        self._follow()

    def _is_due(self, state: State) -> bool:
        asked = self._begun is self._photos or self._question.is_asking
        known = state.health.followed is not None  # so the features are there
        return not asked and known and self._photos is not None and len(self._photos.samples) <= _AT_ONCE

    @Slot()
    def _ask_by_itself(self) -> None:
        state = self._session.state
        if not self.isHidden() and not state.work.working and self._is_due(state):
            self.ask()

    @Slot()
    def ask(self) -> None:
        """Has the photos of the run divided."""
        photos, catalog = self._photos, self._catalog
        if photos is None or catalog is None:
            return
        self._begun = photos  # once stopped, it does not begin again by itself
        inside = {sample.id for sample in catalog.samples}
        self._here = here = frozenset(photos.still_here(catalog).keys() & inside)
        config = followed_config(self._session.state) or self._usual()
        self._question.ask(SliceUp(catalog, config, here), photos)

    def _usual(self) -> TrainingConfig:
        chosen = self._session.state.preferences.config
        return chosen if chosen.method.interruptible else TrainingConfig()

    @Slot()
    def _follow(self) -> None:
        """Shows how the question stands, if it is about this run."""
        question, photos = self._question, self._photos
        if photos is None:
            return
        slicings: tuple[Slicing, ...] | None = question.found if question.about is photos else None
        if slicings is not None and self._judged is not slicings:
            self._judged = slicings
            self._session.work.run_in_thread(
                _Judge(photos, self._how, slicings, self._here), self._show_found
            )
        self._draw()

    @Slot(object)
    def _show_found(self, made: tuple[_Judge, Slices]) -> None:
        judge, found = made
        if judge.photos is not self._photos or self._catalog is None:
            return
        self.found = found
        everything = (*self._catalog.samples, *self._catalog.excluded)
        self._paths = {sample.id: sample.path for sample in everything}
        self._session.kinds.note(self._run, Kinds(found, self._paths))
        self.missing.setText(words.missing_line(len(set(judge.photos.samples) - self._here)))
        clear(self._rows)
        for each in found.standing_out:
            self._add(each, self._catalog)
        self.table.show_slices(found.found, self._paths, self._catalog)
        self._draw()

    def _add(self, found: Slice, catalog: Catalog) -> None:
        sentence = words.worse_line(found, self._paths)
        sign, text = label(), label(sentence, "strong", wrap=True)
        sign.setPixmap(icon("ph.warning", "warn").pixmap(_SIGN, _SIGN))
        show = Button(self.tr("Show them"), partial(self._show_photos, found))
        show.setAccessibleName(f"{show.text()}: {sentence}")
        line = row(sign, text, show)
        line.setStretch(1, 1)
        self._rows.addLayout(line)
        if isinstance(found.value, Typical):
            samples = {each.id: each for each in catalog.samples}
            shown = [samples[each] for each in found.value.samples if each in samples]
            typical = ThumbnailRow(self._session, [PhotoKey.of(catalog, each) for each in shown])
            typical.setAccessibleName(", ".join(each.path for each in shown))
            self._rows.addWidget(typical)

    def _draw(self) -> None:
        found, question = self.found, self._question
        self.about.setText(self._sentence())
        self._standing.setVisible(found is not None and bool(found.standing_out))
        self.table.setVisible(found is not None and bool(found.found))
        self.small.setText(words.too_small_line(found) if found is not None else "")
        for each in (self.small, self.missing):
            each.setVisible(found is not None and bool(each.text()))
        busy = question.is_asking or question.error is not None
        self.line.setVisible(found is None or (busy and question.about is self._photos))

    def _sentence(self) -> str:
        if self.found is None:
            return self.tr(
                "Is it much worse at some photos: of one camera, one day, one folder, dark ones, those that "
                "look alike? Only photos count that it hadn't learned from."
            )
        if self.found.standing_out:
            return words.sure_line(self.found)
        return words.nothing_line(self.found)

    @Slot(int)
    def _choose(self, number: int) -> None:
        if self.found is not None and 0 <= number < len(self.found.found):
            self._show_photos(self.found.found[number])

    def _show_photos(self, found: Slice, _: bool = False) -> None:
        rows: NDArray[np.int64] = found.rows
        self.chosen.emit(rows, words.chosen_line(found, self._paths))


@dataclass(frozen=True, eq=False)
class _Judge:
    """Judges the kinds on a thread of its own: there may be many photos."""

    photos: RunPhotos
    how: How
    slicings: tuple[Slicing, ...]
    here: frozenset[str]

    def __call__(self) -> tuple[_Judge, Slices]:
        import numpy as np  # with the first answer: the window paints before that

        photos = self.photos
        rows = np.flatnonzero([each in self.here for each in photos.samples])
        samples = [photos.samples[row] for row in rows.tolist()]
        groups = [photos.groups[row] for row in rows.tolist()]
        right = (photos.true == photos.predicted)[rows]
        judged = slices_of(samples, right, groups, self.slicings, how=self.how)
        found = tuple(replace(each, rows=rows[each.rows]) for each in judged.found)
        return self, replace(judged, found=found)
