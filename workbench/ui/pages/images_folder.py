"""The photos of the open folder: classes at the left, the gallery, a photo's details, what to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.events import Followed
from workbench.core.health.evidence import Evidence
from workbench.ui.pages.images_map import MapBeside
from workbench.ui.parts.adding import Adding
from workbench.ui.parts.class_list import ClassList, ClassRow
from workbench.ui.parts.findings_list import FindingsList
from workbench.ui.parts.folder_changes import FolderChanges
from workbench.ui.parts.followed_number import FollowedNumber
from workbench.ui.parts.gallery import Gallery
from workbench.ui.parts.gallery_filter import GalleryFilter
from workbench.ui.parts.photo_details import PhotoDetails
from workbench.ui.parts.selected_photos import SelectedPhotos
from workbench.ui.parts.widgets import Button, Elided, IconButton, column, row
from workbench.ui.session.session import Session
from workbench.ui.session.showing import Showing, photos, still_there
from workbench.ui.session.state import Health, State
from workbench.ui.style import theme
from workbench.ui.words.findings import Finding, count_of, findings

if TYPE_CHECKING:  # NumPy is loaded with the first model
    from workbench.core.health.wrong_class import Suggestion

_CLASSES_WIDTH = 248
_AT_ONCE = 2000
"""So many photos are checked while the window waits: a few milliseconds."""


class FolderView(QWidget):
    """Shows the photos of a folder and lets them be put right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._catalog: Catalog | None = None
        self._showing = Showing()
        self._health = Health()
        self._evidence: Evidence | None = None
        self._suggested: Mapping[str, Suggestion] = {}
        self._look_words = self._photos_words = ""
        self.classes, self.gallery = ClassList(session), Gallery(session)
        self.selected = SelectedPhotos(session, self, self.gallery, self.classes)
        self.adding = Adding(session, self, self.classes)
        self.editing, self.selection = self.selected.editing, self.selected.bar
        self.findings, self.details = FindingsList(session), PhotoDetails(session)
        self.filter, self.number = GalleryFilter(), FollowedNumber()
        self.changes = FolderChanges(session.edits.forget_outside)
        self._title = Elided("", "section")
        self.look = Button("")
        self.look.setCheckable(True)
        self._views = QStackedWidget()
        self.map = MapBeside(session, self._views)
        self._clicked = ""  # the id of the photo on the map whose details were asked for
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.classes.chosen.connect(self._choose)
        self.gallery.opened.connect(self._open)
        self.gallery.moved.connect(self._moved)
        self.map.opened.connect(self._open_clicked)
        self.map.wants_photos.connect(self._show_enclosed)
        self.filter.changed.connect(self._narrow)
        self.editing.wants_details.connect(self._open)
        self.editing.wants_photos.connect(self.adding.choose)
        self.editing.wants_camera.connect(self._open_camera_for)
        self.details.closed.connect(self._close_details)
        self.look.toggled.connect(self._look)
        self.findings.wants_photos.connect(self._show_finding)
        self.findings.wants_out.connect(self._leave_out_finding)
        self.changes.wants_new.connect(self._show_new)
        self._shortcut(QKeySequence.StandardKey.Undo, self._session.edits.undo)
        for keys in (QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")):
            self._shortcut(keys, self._session.edits.redo)
        self._shortcut(QKeySequence.StandardKey.Paste, self.adding.paste)
        self._shortcut(QKeySequence(Qt.Key.Key_F2), self._rename)
        self._shortcut(QKeySequence.StandardKey.Find, self._find)
        self._shortcut(QKeySequence(Qt.Key.Key_Escape), self._escape)

    def _shortcut(self, keys: QKeySequence | QKeySequence.StandardKey, pressed: Callable[[], object]) -> None:
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(keys), self, pressed, context=within)

    def _lay_out(self) -> None:
        self.classes.setMinimumWidth(theme.px(_CLASSES_WIDTH) * 3 // 4)
        self.classes.setMaximumWidth(theme.px(_CLASSES_WIDTH))
        self.new_class = Button(self.tr("New class…"), self.editing.new_class, role="quiet")
        self.take_photos = IconButton("ph.camera", self.tr("Take photos with the camera"), self._open_camera)
        self.details.hide()
        for view in (self.gallery, self.findings):
            self._views.addWidget(view)
        line = row(self._title, self.map.button, self.look)
        line.setStretch(0, 1)
        right = row(self.map, self.details, self.adding.camera, space=theme.M)
        right.setStretch(0, 1)
        middle = column(line, self.filter, self.changes, right, self.selection, space=12)
        middle.setStretch(3, 1)
        left = column(self.classes, row(self.new_class, -1, self.take_photos), self.number)
        layout = row(left, middle, space=theme.M)
        layout.setStretch(0, 1)
        layout.setStretch(1, 3)
        self.setLayout(layout)

    # Showing

    def show_catalog(self, catalog: Catalog) -> None:
        """Shows another folder, or the same one after an edit."""
        another = self._catalog is None or self._catalog.folder != catalog.folder
        self._catalog = catalog
        self.map.show_catalog(catalog, another=another)
        self._look_at(self._session.state.health)
        if another and len(catalog.samples) > _AT_ONCE:
            self.look.hide()  # what was found in the folder before says nothing of this one
        self.filter.show_catalog(catalog)
        if another:
            loose = bool(catalog.samples) and not any(catalog.counts.values())
            self._showing = Showing("unclassed" if loose else "all")
            self.filter.reset()
            self.details.hide()
            self.look.setChecked(False)
            self.adding.camera.hide()
        self._showing = still_there(catalog, self._showing)
        self.classes.show_catalog(catalog, self._showing.part, self._showing.class_id)
        self._show_photos()
        if another:
            self.gallery.scrollToTop()

    def show_state(self, state: State) -> None:
        """Offers what can be done now."""
        self.selection.show_state(state)
        self.changes.show_changes(state.edits.outside)
        self.new_class.setEnabled(self.editing.possible)
        self.take_photos.setEnabled(self.editing.possible)
        self.classes.can_add = self.editing.possible
        self.number.show_state(state)
        self.map.show_state(state)
        if state.health is not self._health:
            self._look_at(state.health)

    def _look_at(self, health: Health) -> None:
        """Shows what a model suggests, and has counted what there is to look at."""
        assert self._catalog is not None
        self._health, followed = health, health.followed
        self._suggested = _suggested(self._catalog, followed)
        names = {each.id: each.name for each in self._catalog.classes}
        self.gallery.show_suggested({key: names[each.class_id] for key, each in self._suggested.items()})
        self.selected.show_catalog(self._catalog, self._suggested)
        if self._by_use and not (self.gallery.selection() or self.gallery.underMouse()):
            self._show_photos()  # nobody is about to click on a photo that would be another one by then
        self._evidence = evidence = Evidence(self._catalog, health.traits, followed, health.insight)
        if health.traits is None and followed is None and len(self._catalog.samples) <= _AT_ONCE:
            self._show_findings((evidence, findings(evidence)))
        else:  # some checks take a moment
            self._session.work.run_in_thread(partial(_found, evidence), self._show_findings)

    @Slot(object)
    def _show_findings(self, made: tuple[Evidence, list[Finding]]) -> None:
        evidence, found = made
        if evidence is not self._evidence:
            return  # more is known by now
        count = count_of(found)
        words = self.tr("1 thing to look at") if count == 1 else self.tr("{count:,} things to look at")
        self._look_words = words.format(count=count)
        self.look.setVisible(count > 0)
        self.findings.show_findings(found, evidence.catalog)
        self.map.show_findings(found)
        self.details.show_known(evidence.followed, found)
        if self.filter.show_known(evidence.catalog.classes, evidence.followed, found):
            self._show_photos()
        if not count:
            self.look.setChecked(False)
        if self.look.isChecked():
            self._title.set_whole(self._look_words)
        else:
            self.look.setText(self._look_words)

    def _show_photos(self) -> None:
        assert self._catalog is not None
        self._showing = self.filter.apply(self._showing)
        self.adding.show_class(self._catalog, self._showing.class_id or None)
        self._photos_words = (
            self._showing.title
            or {
                "all": self.tr("All photos"),
                "class": self._catalog.name_of(self._showing.class_id),
                "unclassed": self.tr("Not classed"),
                "excluded": self.tr("Left out"),
            }[self._showing.part]
        )
        shown = photos(self._catalog, self._showing)
        if self._by_use:
            shown = self._by_suggestion(shown)
            if asked := sum(sample.id in self._asked for sample in shown):
                words = self.tr(" · a model learns most from the first {count}")
                self._photos_words += words.format(count=asked)
        if not self.look.isChecked():
            self._title.set_whole(self._photos_words)
        self.gallery.show_photos(self._catalog, shown)
        self._follow()

    def _by_suggestion(self, samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
        """Those that teach most, then one suggested class after the other, to be accepted at once."""
        asked = {key: number for number, key in enumerate(self._asked)}

        def place(sample: Sample) -> tuple[int, bool, str, float]:
            found = self._suggested.get(sample.id)
            first = asked.get(sample.id, len(asked))
            if first < len(asked) or found is None:
                return first, True, "", 0.0
            return first, False, found.class_id, -found.probability

        return tuple(sorted(samples, key=place))

    @property
    def _by_use(self) -> bool:
        return self._showing.part == "unclassed" and self._showing.order == "folder"

    @property
    def _asked(self) -> tuple[str, ...]:
        """The photos that a model would learn most from, as long as they have no class."""
        followed = self._health.followed
        return followed.asked if followed is not None else ()

    @Slot(object)
    def _choose(self, chosen: ClassRow) -> None:
        self._showing = Showing(chosen.part, chosen.class_id)
        self.map.make_room()
        self.look.setChecked(False)
        self._show_photos()
        self.gallery.scrollToTop()

    @Slot(object)
    def _show_finding(self, finding: Finding) -> None:
        self.show_only(finding.samples, finding.title)

    @Slot()
    def _show_new(self) -> None:
        outside = self._session.state.edits.outside
        moved = (now for _, now in outside.moved)
        every = (*outside.new, *outside.changed, *moved, *outside.retold)
        self.show_only(every, self.tr("New in the folder"))

    def show_only(self, samples: tuple[str, ...], title: str) -> None:
        """Shows some photos, by their ids, and what they are."""
        assert self._catalog is not None
        self.filter.reset()
        self.map.make_room()
        self._showing = Showing(only=samples, title=title)
        self.look.setChecked(False)
        self.classes.show_catalog(self._catalog)
        self._show_photos()
        self.gallery.scrollToTop()

    @Slot()
    def _narrow(self) -> None:
        if self._catalog is not None:
            self.map.make_room()
            self.look.setChecked(False)
            self._show_photos()
            self.gallery.scrollToTop()

    @Slot(bool)
    def _look(self, looking: bool) -> None:
        self._views.setCurrentWidget(self.findings if looking else self.gallery)
        self._title.set_whole(self._look_words if looking else self._photos_words)
        self.look.setText(self.tr("Back to the photos") if looking else self._look_words)
        self.filter.setVisible(not looking)
        self.selection.setVisible(not looking)
        if looking:
            self.map.make_room()
            self.details.hide()

    @Slot()
    def _open(self) -> None:
        self._clicked = ""
        if self.gallery.sample() is not None:
            self.adding.camera.hide()
            self.details.show()
            self._follow()

    @Slot(str)
    def _open_clicked(self, sample: str) -> None:
        self._clicked = sample
        self.details.show()
        self._follow()

    @Slot(object)
    def _show_enclosed(self, samples: tuple[str, ...]) -> None:
        words = (
            self.tr("1 photo from the map") if len(samples) == 1 else self.tr("{count:,} photos from the map")
        )
        self.show_only(samples, words.format(count=len(samples)))
        self.gallery.setFocus()

    @Slot()
    def _open_camera(self) -> None:
        self.details.hide()
        self.adding.camera.open()

    @Slot(object)
    def _open_camera_for(self, row: ClassRow) -> None:
        """Shows the camera beside the gallery, and the class that the photos go into."""
        assert self._catalog is not None
        self.classes.show_catalog(self._catalog, row.part, row.class_id)
        self._choose(row)
        self._open_camera()

    @Slot()
    def _close_details(self) -> None:
        self._clicked = ""
        self.details.hide()
        self.gallery.setFocus()

    @Slot()
    def _moved(self) -> None:
        self._clicked = ""
        self._follow()

    def _follow(self) -> None:
        catalog = self._catalog
        here = catalog.samples if catalog is not None and self._clicked else ()
        sample = next((each for each in here if each.id == self._clicked), self.gallery.sample())
        if sample is None:
            self.details.hide()
        elif not self.details.isHidden() and self._catalog is not None:
            self.details.show_sample(self._catalog, sample)

    # Doing

    @Slot(object)
    def _leave_out_finding(self, finding: Finding) -> None:
        assert self._catalog is not None
        chosen = set(finding.samples)
        self.editing.leave_out([sample for sample in self._catalog.samples if sample.id in chosen])

    @Slot()
    def _rename(self) -> None:
        if self._catalog is not None and self._showing.part == "class":
            each = next(each for each in self._catalog.classes if each.id == self._showing.class_id)
            self.editing.rename(each)

    @Slot()
    def _find(self) -> None:
        self.look.setChecked(False)
        self.filter.text.setFocus()
        self.filter.text.selectAll()

    @Slot()
    def _escape(self) -> None:
        """Takes back one thing at a time: the details, then what narrows the gallery, then the selection."""
        if not self.details.isHidden():
            self._close_details()
        elif not self.adding.camera.isHidden():
            self.adding.camera.hide()
            self.gallery.setFocus()
        elif self.filter.text.text():
            self.filter.text.clear()
        elif self._showing.only is not None:
            self._showing = Showing()
            self._show_photos()
        else:
            self.gallery.clearSelection()


def _suggested(catalog: Catalog, followed: Followed | None) -> Mapping[str, Suggestion]:
    """For each photo without a class, or in a class that is not believed, the one that is suggested."""
    if followed is None:
        return {}
    from workbench.core.health.wrong_class import suggestions, suspects  # NumPy: with the first model

    return {**suggestions(catalog, followed), **suspects(catalog, followed)}


def _found(evidence: Evidence) -> tuple[Evidence, list[Finding]]:
    return evidence, findings(evidence)
