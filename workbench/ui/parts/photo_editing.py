"""What a person can do to photos and classes on *Images*, as edits with their words, and the menus for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from workbench.core.data import edits
from workbench.core.data.catalog import Catalog, ImageClass, Sample
from workbench.core.messages import Message
from workbench.ui.parts.class_list import ClassRow
from workbench.ui.parts.desktop import show_folder
from workbench.ui.parts.name_dialog import ask_name
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.showing import number_keys

if TYPE_CHECKING:  # NumPy is loaded with the first model
    from workbench.core.health.wrong_class import Suggestion

_MOST_IN_MENU = 40


class PhotoEditing(QObject):
    """Makes edits of the open folder.

    Args:
        window: What dialogs and menus belong to.

    Signals:
        wants_details: The details of the current photo were asked for in a menu.
        wants_photos, wants_camera: Photos are to be chosen, or taken, for a `ClassRow`.
    """

    wants_details = Signal()
    wants_photos = Signal(object)
    wants_camera = Signal(object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window

    @property
    def _catalog(self) -> Catalog | None:
        return self._session.state.folders.catalog

    @property
    def possible(self) -> bool:
        """Whether anything can be done to photos now."""
        return "edit_photos" in enabled_actions(self._session.state)

    # Photos

    def put_into(self, samples: Sequence[Sample], class_id: str | None) -> None:
        """Puts photos into a class; None takes them out of theirs."""
        chosen, catalog = [sample.id for sample in self._here(samples)], self._catalog
        if not chosen or catalog is None:
            return
        if class_id is not None and all(sample.class_id == class_id for sample in samples):
            self.confirm(samples)
            return
        values = {"count": len(chosen), "class_name": catalog.name_of(class_id)}
        told = Message("edit.unclassed" if class_id is None else "edit.reclassed", values)
        self._edit(told, lambda catalog: edits.reclassed(catalog, _there(catalog, chosen), class_id))

    def confirm(self, samples: Sequence[Sample]) -> None:
        """Says that the classes of photos are right, so that nobody asks any more."""
        chosen = [sample.id for sample in self._here(samples) if sample.class_id is not None]
        if chosen and self._catalog is not None and not self._catalog.confirmed.issuperset(chosen):
            told = Message("edit.confirmed", {"count": len(chosen)})
            self._edit(told, lambda catalog: edits.confirmed(catalog, _there(catalog, chosen)))

    def accept(self, samples: Sequence[Sample], suggested: Mapping[str, Suggestion]) -> None:
        """Puts photos into the classes that are suggested for them, those of them that have one."""
        into: dict[str, list[str]] = {}
        for sample in self._here(samples):
            if sample.id in suggested:
                into.setdefault(suggested[sample.id].class_id, []).append(sample.id)
        count = sum(map(len, into.values()))
        if not count:
            return

        def edit(catalog: Catalog) -> Catalog:
            for class_id, chosen in into.items():
                catalog = edits.reclassed(catalog, _there(catalog, chosen), class_id)
            return catalog

        self._edit(Message("edit.suggested", {"count": count}), edit)

    def put_by_key(self, samples: Sequence[Sample], key: str) -> None:
        """Puts photos into the class with a number key; nothing happens where there is none."""
        if self._catalog is not None:
            for class_id, own in number_keys(self._catalog).items():
                if own == key:
                    self.put_into(samples, class_id)

    def put_into_row(self, samples: Sequence[Sample], row: ClassRow) -> None:
        """Puts photos where a row of the class list stands for."""
        if row.part == "class":
            self.put_into(samples, row.class_id)
        elif row.part == "unclassed":
            self.put_into(samples, None)
        elif row.part == "excluded":
            self.leave_out(samples)

    def leave_out(self, samples: Sequence[Sample]) -> None:
        """Leaves photos out; those that are, stay so."""
        chosen = [sample.id for sample in self._here(samples)]
        if chosen:
            told = Message("edit.left_out", {"count": len(chosen)})
            self._edit(told, lambda catalog: edits.without(catalog, _there(catalog, chosen)))

    def bring_back(self, samples: Sequence[Sample]) -> None:
        """Brings photos back that were left out."""
        here = {sample.id for sample in self._here(samples)}
        chosen = [sample.id for sample in samples if sample.id not in here]
        if chosen:
            told = Message("edit.brought_back", {"count": len(chosen)})
            self._edit(told, lambda catalog: edits.brought_back(catalog, _out(catalog, chosen)))

    def _here(self, samples: Sequence[Sample]) -> list[Sample]:
        out = {sample.id for sample in self._catalog.excluded} if self._catalog is not None else set()
        return [sample for sample in samples if sample.id not in out]

    def menu_of_photos(self, samples: Sequence[Sample], at: QPoint) -> None:
        """Shows what can be done with some photos.

        Args:
            at: On the screen.
        """
        catalog = self._catalog
        if catalog is None or not samples:
            return
        menu = self._menu()
        if self.possible:
            here = self._here(samples)
            if here:
                self._fill(menu.addMenu(self.tr("Put into")), here)
            if any(sample.class_id is not None for sample in here):
                _add(menu, self.tr("The class is right"), lambda: self.confirm(samples))
            if here:
                _add(menu, self.tr("Leave out\tDel"), lambda: self.leave_out(samples))
            if len(here) < len(samples):
                _add(menu, self.tr("Bring back"), lambda: self.bring_back(samples))
            menu.addSeparator()
        _add(menu, self.tr("Details"), self.wants_details.emit)
        folder = catalog.roots.locate(samples[0]).parent
        _add(menu, self.tr("Show in its folder"), lambda: show_folder(self._session, folder))
        menu.popup(at)

    def menu_of_classes(self, samples: Sequence[Sample], at: QPoint) -> None:
        """Shows the classes that some photos may be put into.

        Args:
            at: On the screen.
        """
        if self.possible and samples:
            menu = self._menu()
            self._fill(menu, samples)
            menu.popup(at)

    def _fill(self, menu: QMenu, samples: Sequence[Sample]) -> None:
        assert self._catalog is not None
        keys = number_keys(self._catalog)
        for each in self._catalog.classes[:_MOST_IN_MENU]:
            key = f"\t{keys[each.id]}" if each.id in keys else ""
            _add(menu, _plain(each.name) + key, self._putting(samples, each.id))
        menu.addSeparator()
        _add(menu, self.tr("A new class…"), lambda: self.new_class_of(samples))
        _add(menu, self.tr("No class"), self._putting(samples, None))

    def _menu(self) -> QMenu:
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _putting(self, samples: Sequence[Sample], class_id: str | None) -> Callable[[], None]:
        return lambda: self.put_into(samples, class_id)

    # Classes

    @Slot()
    def new_class(self) -> None:
        """Asks for a name, and adds a class."""
        self.new_class_of(())

    def new_class_of(self, samples: Sequence[Sample]) -> None:
        """Asks for a name, and adds a class that photos go into."""
        chosen = [sample.id for sample in self._here(samples)]

        def named(name: str) -> None:
            def edit(catalog: Catalog) -> Catalog:
                found = edits.with_class(catalog, name)
                (new,) = {each.id for each in found.classes} - {each.id for each in catalog.classes}
                return edits.reclassed(found, _there(found, chosen), new) if chosen else found

            self._edit(Message("edit.new_class", {"class_name": name}), edit)

        self._ask(self.tr("A new class"), self.tr("What is it called?"), "", named)

    def rename(self, each: ImageClass) -> None:
        """Asks for another name of a class."""

        def named(name: str) -> None:
            told = Message("edit.renamed", {"before": each.name, "class_name": name})
            self._edit(told, lambda catalog: edits.renamed(catalog, each.id, name))

        self._ask(self.tr("Rename a class"), self.tr("What is it called?"), each.name, named)

    def merge(self, each: ImageClass, into: ImageClass) -> None:
        """Puts the photos of a class into another one, and takes it away."""
        told = Message("edit.merged", {"classes": [each.name], "class_name": into.name})
        self._edit(told, lambda catalog: edits.merged(catalog, [each.id], into.id))

    def delete(self, each: ImageClass) -> None:
        """Takes a class away; its photos then have none."""
        told = Message("edit.no_class", {"class_name": each.name})
        self._edit(told, lambda catalog: edits.without_class(catalog, each.id))

    def menu_of_class(self, row: ClassRow, at: QPoint) -> None:
        """Shows what can be done with a class.

        Args:
            at: On the screen.
        """
        catalog = self._catalog
        if catalog is None or not self.possible:
            return
        each = next((c for c in catalog.classes if row.part == "class" and c.id == row.class_id), None)
        menu = self._menu()
        if row.part != "excluded":
            _add(menu, self.tr("Add photos…"), lambda: self.wants_photos.emit(row))
            _add(menu, self.tr("Take photos with the camera…"), lambda: self.wants_camera.emit(row))
            menu.addSeparator()
        if each is not None:
            _add(menu, self.tr("Rename…"), lambda: self.rename(each))
            others = menu.addMenu(self.tr("Merge into"))
            for other in catalog.classes[:_MOST_IN_MENU]:
                if other.id != each.id:
                    _add(others, _plain(other.name), self._merging(each, other))
            _add(menu, self.tr("Delete the class, keep its photos"), lambda: self.delete(each))
            menu.addSeparator()
        if row.part == "excluded":
            _add(menu, self.tr("Bring all back"), lambda: self.bring_back(catalog.excluded))
        _add(menu, self.tr("A new class…"), self.new_class)
        menu.popup(at)

    def _merging(self, each: ImageClass, into: ImageClass) -> Callable[[], None]:
        return lambda: self.merge(each, into)

    def _ask(self, title: str, question: str, text: str, named: Callable[[str], None]) -> None:
        ask_name(self._window, title, question, text, named)

    def _edit(self, told: Message, edit: Callable[[Catalog], Catalog]) -> None:
        if self.possible:
            self._session.edits.edit(told, edit)


def _there(catalog: Catalog, chosen: Collection[str]) -> set[str]:
    """Those of some samples that are there: an edit before this one may have left some out."""
    return {sample.id for sample in catalog.samples}.intersection(chosen)


def _out(catalog: Catalog, chosen: Collection[str]) -> set[str]:
    """Those of some samples that are left out."""
    return {sample.id for sample in catalog.excluded}.intersection(chosen)


def _add(menu: QMenu, words: str, chosen: Callable[[], object]) -> None:
    menu.addAction(words, chosen)


def _plain(name: str) -> str:
    """A name as a menu shows it: an ampersand is text."""
    return name.replace("&", "&&")
