"""Adding a photo that a model was asked about to a class of the open folder, for the next training."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QWidget

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.edits import brought_back, reclassed
from workbench.core.events import Prediction
from workbench.core.messages import Message
from workbench.ui.parts.widgets import Button, column, label, row
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme

_MOST = 40
"""Classes in the menu: with more of them nobody finds theirs; *Images* can search."""


class AddToClass(QWidget):
    """A button with a menu of the folder's classes; once it was done, what that means.

    A photo that lies in the folder already changes its class; another is copied into the project.

    Args:
        session: Whose folder it is.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._prediction: Prediction | None = None
        self._going: str | None = None
        self.button = Button(self.tr("Add to a class…"))
        self.button.setToolTip(
            self.tr("For when the answer is wrong: the next training learns from this photo.")
        )
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill)
        self.button.setMenu(self.menu)
        self.said = label("", "muted", wrap=True)
        self.setLayout(column(row(self.button, -1), self.said, space=theme.XS))
        self.said.hide()
        session.adding.done.connect(self._added)
        session.edits.edited.connect(self._edited)

    def show_prediction(self, prediction: Prediction) -> None:
        """Offers that for another photo."""
        self._prediction, self._going = prediction, None
        self.said.hide()
        self.show_state(self._session.state)

    def show_state(self, state: State) -> None:
        """Is there where the photo can be used and the folder can be edited."""
        catalog, shown = state.folders.catalog, self._prediction
        usable = shown is not None and not shown.error and catalog is not None
        self.setVisible(usable and "edit_photos" in enabled_actions(state))
        self.button.setEnabled(catalog is not None and 0 < len(catalog.classes) <= _MOST)

    @Slot()
    def _fill(self) -> None:
        self.menu.clear()
        catalog = self._session.state.folders.catalog
        for each in catalog.classes if catalog is not None else ():
            self.menu.addAction(each.name.replace("&", "&&"), partial(self._put, each.id))

    def _put(self, class_id: str) -> None:
        catalog, shown = self._session.state.folders.catalog, self._prediction
        if catalog is None or shown is None:
            return
        self._going = class_id
        here = _sample_of(catalog, Path(shown.path))
        if here is None:
            self._session.adding.add([Path(shown.path)], class_id)
            return
        told = Message("edit.reclassed", {"count": 1, "class_name": catalog.name_of(class_id)})
        self._session.edits.edit(told, partial(_put_into, here.id, class_id))

    @Slot(int, object)
    def _added(self, _: int, class_id: str | None) -> None:
        if class_id is not None and class_id == self._going:
            self._say(class_id)

    @Slot(object)
    def _edited(self, catalog: Catalog) -> None:
        shown, going = self._prediction, self._going
        if shown is None or going is None:
            return
        here = _sample_of(catalog, Path(shown.path))
        if here is not None and here.class_id == going:
            self._say(going)

    def _say(self, class_id: str) -> None:
        self._going = None
        catalog = self._session.state.folders.catalog
        name = catalog.name_of(class_id) if catalog is not None else ""
        text = self.tr("It is in “{name}” now. Train again, and the model learns from it.")
        self.said.setText(text.format(name=name))
        self.said.show()


def _sample_of(catalog: Catalog, path: Path) -> Sample | None:
    """The sample whose file that is, left out or not."""
    named = (each for each in (*catalog.samples, *catalog.excluded) if each.path.endswith(path.name))
    real = path.resolve()
    return next((each for each in named if catalog.roots.locate(each).resolve() == real), None)


def _put_into(sample: str, class_id: str, catalog: Catalog) -> Catalog:
    if any(each.id == sample for each in catalog.excluded):
        catalog = brought_back(catalog, [sample])
    return reclassed(catalog, [sample], class_id)
