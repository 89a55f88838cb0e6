"""The photos behind the matrix on the Results page: mistakes, worst first, or what was chosen in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.events import Followed
from workbench.core.health.wrong_class import Suggestion
from workbench.core.project.run_photos import MISTAKES, Answer, Cell, RunPhotos, Since, since
from workbench.core.project.runs import RunSummary
from workbench.ui.parts.answer_why import AnswerWhy
from workbench.ui.parts.answered_gallery import AnsweredGallery
from workbench.ui.parts.class_list import ClassList
from workbench.ui.parts.followed_number import FollowedNumber
from workbench.ui.parts.photo_details import PhotoDetails
from workbench.ui.parts.selected_photos import SelectedPhotos
from workbench.ui.parts.widgets import Button, Card, column, label, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.words.mistakes import all_mistakes, gone_line, since_line

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    import numpy as np
    from numpy.typing import NDArray

_LEAST, _HIGH, _HIGH_WITH_DETAILS = 232, 352, 440
_CLASSES, _BESIDE = 208, 760


class PhotosCard(Card):
    """Photos as cards, which can be put right on the spot as on *Images*.

    Signals:
        left: The person wants to see all mistakes again, and no cell is chosen any more.
    """

    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._run: RunSummary | None = None
        self._photos: RunPhotos | None = None
        self._places: dict[str, int] = {}
        self._catalog: Catalog | None = None
        self._followed: Followed | None = None
        self._cell, self._sentence = MISTAKES, ""
        self._rows: NDArray[np.int64] | None = None
        self._asked: tuple[object, ...] = ()
        self._most = theme.px(_HIGH_WITH_DETAILS)
        self.title = label("", "section", wrap=True)
        self.back = Button(self.tr("All mistakes"), self.left.emit)
        self.gone, self.since = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.gallery, self.classes = AnsweredGallery(session), ClassList(session)
        self.why = AnswerWhy(session)
        self.details, self.number = PhotoDetails(session, self.why), FollowedNumber()
        self.selected = SelectedPhotos(session, self, self.gallery, self.classes)
        # Only photos are edited here: what else can be done with a class is for *Images*.
        self.classes.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.classes.setSelectionMode(ClassList.SelectionMode.NoSelection)
        self.classes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.classes.clicked.connect(self._put)
        self._head = label(self.tr("Put into"), "caption")
        self.gallery.opened.connect(self.open_details)
        self.gallery.moved.connect(self._follow)
        self.selected.editing.wants_details.connect(self.open_details)
        self.details.closed.connect(self.close_details)
        self.details.hide()
        line = row(self.title, self.back)
        line.setStretch(0, 1)
        line.setAlignment(self.back, Qt.AlignmentFlag.AlignTop)
        self._into = column(self._head, self.classes, space=theme.XS)
        self._middle = row(self.gallery, self.details, self._into, space=theme.M)
        self._middle.setStretch(0, 1)
        if (inside := self.number.layout()) is not None:
            inside.setContentsMargins(0, 0, 0, 0)
        after = row(self.number, self.since, space=theme.L)
        after.setStretch(0, 1)
        after.setStretch(1, 2)
        after.setAlignment(self.since, Qt.AlignmentFlag.AlignTop)
        for each in (line, self._middle):
            self.body.addLayout(each)
            if each is line:
                self.body.addWidget(self.gone)
        self.body.addWidget(self.selected.bar)
        self.body.addLayout(after)
        self.classes.setFixedWidth(theme.px(_CLASSES))
        self._fit()

    @property
    def cell(self) -> Cell:
        """What is chosen in the matrix, or `MISTAKES`."""
        return self._cell

    @property
    def shows_all(self) -> bool:
        """Whether all mistakes are shown, and nothing is chosen among them."""
        return self._cell == MISTAKES and self._rows is None

    def show_photos(self, run: RunSummary | None = None, photos: RunPhotos | None = None) -> None:
        """Shows the photos of another run, or hides itself where there is none."""
        self._run, self._photos, self._catalog, self._asked = run, photos, None, ()
        self._places = {} if photos is None else {key: row for row, key in enumerate(photos.samples)}
        self._cell, self._sentence, self._rows = MISTAKES, "", None
        self.details.hide()
        self.since.setText("")
        self.show_state(self._session.state)

    def show_state(self, state: State) -> None:
        """Follows edits, and the model that follows them."""
        catalog, followed = state.folders.catalog, state.health.followed
        self.setVisible(self._photos is not None and catalog is not None)
        if self._photos is None or catalog is None:
            return
        self.selected.bar.show_state(state)
        self.number.show_state(state)
        if catalog is not self._catalog or followed is not self._followed:
            self._catalog, self._followed = catalog, followed
            self.details.show_known(followed, ())
            self._show()
            self._compare(catalog, followed)

    def choose(self, cell: Cell, sentence: str) -> None:
        """Shows the photos of a cell, a row or a column, with a sentence on them."""
        self._choose(cell, None, sentence)

    def choose_rows(self, rows: NDArray[np.int64], sentence: str) -> None:
        """Shows the photos in some rows of the run's table, mistakes first, with a sentence on them."""
        self._choose(MISTAKES, rows, sentence)

    def _choose(self, cell: Cell, rows: NDArray[np.int64] | None, sentence: str) -> None:
        self._cell, self._rows, self._sentence = cell, rows, sentence
        self.details.hide()
        self.gallery.clearSelection()
        self._show()
        self.gallery.scrollToTop()

    def show_all(self) -> None:
        """Shows all mistakes again."""
        self.choose(MISTAKES, "")

    def reserve(self, most: float) -> None:
        """Has the photos take so much height at most, px."""
        self._most = max(round(most), theme.px(_LEAST))
        self._fit()

    @Slot()
    def open_details(self) -> None:
        """Shows the current photo in large, with what is known of it."""
        if self.gallery.sample() is not None:
            self.details.show()
            self._fit()
            self._follow()

    @Slot()
    def close_details(self) -> None:
        """Makes room for the gallery."""
        self.details.hide()
        self._fit()
        self.gallery.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Has the classes beside the photos where there is room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        beside = self.width() >= theme.px(_BESIDE)
        for each in (self._head, self.classes):
            each.setVisible(beside and bool(self.gallery.rows))
        self.body.activate()  # how many photos fit beside each other follows from it
        least = theme.px(_LEAST) if beside else 0
        high = self._rows_high() if self.details.isHidden() else theme.px(_HIGH_WITH_DETAILS)
        high = max(min(high, self._most), least)
        self.gallery.setFixedHeight(high)
        self.classes.setMaximumHeight(high)
        self.details.setMaximumHeight(high)

    def _rows_high(self) -> int:
        """What one row of photos needs, or two."""
        cell, width = self.gallery.gridSize(), self.gallery.viewport().width()
        rows = -(-len(self.gallery.rows) // max(1, width // max(1, cell.width())))
        return min(min(rows, 2) * cell.height() + theme.S, theme.px(_HIGH))

    def _show(self) -> None:
        photos, catalog = self._photos, self._catalog
        if photos is None or catalog is None:
            return
        here = photos.still_here(catalog)
        rows = photos.rows(self._cell) if self._rows is None else photos.worst_first(self._rows)
        wanted = [photos.samples[number] for number in rows.tolist()]
        shown = [here[each] for each in wanted if each in here]
        everything = self._cell == MISTAKES and self._rows is None
        self.title.setText(all_mistakes(len(wanted)) if everything else self._sentence)
        self.back.setVisible(not everything)
        self.gone.setText(gone_line(len(wanted) - len(shown)))
        self.gone.setVisible(bool(self.gone.text()))
        for each in (self.gallery, self.selected.bar):
            each.setVisible(bool(shown))
        self.selected.show_catalog(catalog, self._suggested(shown))
        self.classes.show_catalog(catalog)
        self.classes.setRowHidden(0, True)  # photos are put into a class, not into all photos
        self.gallery.show_answers(catalog, shown, self._answer)
        self._fit()
        self._follow()

    def _answer(self, sample: str) -> Answer:
        assert self._photos is not None
        return self._photos.answer(self._places[sample])

    def _suggested(self, shown: list[Sample]) -> dict[str, Suggestion]:
        """The class that each was taken for, where it is in another one: the space bar puts it there."""
        assert self._catalog is not None
        known = {each.id for each in self._catalog.classes}
        answers = ((sample, self._answer(sample.id)) for sample in shown)
        return {
            sample.id: Suggestion(said.predicted, said.probability)
            for sample, said in answers
            if said.predicted in known and said.predicted != sample.class_id
        }

    @Slot(QModelIndex)
    def _put(self, index: QModelIndex) -> None:
        """Puts the selected photos where a row stands for."""
        self.selected.editing.put_into_row(self.gallery.selection(), self.classes.rows[index.row()])

    @Slot()
    def _follow(self) -> None:
        sample = self.gallery.sample()
        if sample is None or self._catalog is None:
            self.details.hide()
        elif not self.details.isHidden():
            self.details.show_sample(self._catalog, sample)
            self._offer_why(self._catalog, sample)

    def _offer_why(self, catalog: Catalog, sample: Sample) -> None:
        run, photos = self._run, self._photos
        assert run is not None
        assert photos is not None
        self.why.show_answer(run, catalog, sample, self._answer(sample.id), follows=photos.is_instant)

    # What edits have changed

    def _compare(self, catalog: Catalog, followed: Followed | None) -> None:
        assert self._photos is not None
        newest = followed is not None and followed.revision == catalog.revision
        if followed is not None and not newest:
            return  # it is about to be followed; until then what was said stands, and “Learning…” beside it
        self._asked = (catalog, followed)
        self._session.work.run_in_thread(_Compare(self._photos, catalog, followed), self._show_since)

    @Slot(object)
    def _show_since(self, made: tuple[_Compare, Since]) -> None:
        asked, found = made
        if asked.photos is self._photos and self._asked == (asked.catalog, asked.followed):
            self.since.setText(since_line(found))


@dataclass(frozen=True, eq=False)
class _Compare:
    """Compares a run with how things are now, on a thread of its own: there may be many photos."""

    photos: RunPhotos
    catalog: Catalog
    followed: Followed | None

    def __call__(self) -> tuple[_Compare, Since]:
        return self, since(self.photos, self.catalog, self.followed)
