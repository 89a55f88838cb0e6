"""The line above the gallery: part of a name, a set, something to look at, what a model says, the order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from workbench.core.data.catalog import Catalog, ImageClass
from workbench.core.events import Followed
from workbench.ui.parts.widgets import as_tip
from workbench.ui.parts.wrapping import Wrapped
from workbench.ui.session.showing import Showing
from workbench.ui.style import theme
from workbench.ui.words.findings import Finding

_TYPING_MS = 150
_BOX = 148


class GalleryFilter(QWidget):
    """Narrows what the gallery shows.

    Signals:
        changed: Something else is asked for; `apply` says what.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Find by name"))
        self.text.setAccessibleName(self.tr("Find photos by name"))
        self.text.setClearButtonEnabled(True)
        self.text.setFixedWidth(theme.px(_BOX))
        self.subset, self.order = QComboBox(), QComboBox()
        self.subset.setAccessibleName(self.tr("Which set"))
        self.order.setAccessibleName(self.tr("Order of the photos"))
        for words, order in (
            (self.tr("As in the folder"), "folder"),
            (self.tr("By name"), "name"),
            (self.tr("Largest first"), "largest"),
            (self.tr("Smallest first"), "smallest"),
        ):
            self.order.addItem(words, order)
        self.problem, self.prediction = QComboBox(), QComboBox()
        self.problem.setAccessibleName(self.tr("Things to look at"))
        self.prediction.setAccessibleName(self.tr("What the model says"))
        for box in (self.subset, self.order, self.problem, self.prediction):
            box.setFixedWidth(theme.px(_BOX))
            box.activated.connect(self._chosen)
        self._of_problem: dict[str, tuple[str, ...]] = {}
        self._of_prediction: dict[str, tuple[str, ...]] = {}
        self.show_known((), None, ())
        self._soon = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._soon.timeout.connect(self.changed)
        self.text.textChanged.connect(self._typed)
        boxes = (self.text, self.subset, self.problem, self.prediction, self.order)
        self.setLayout(Wrapped(*boxes, space=theme.S))

    def show_catalog(self, catalog: Catalog) -> None:
        """Offers the sets of a folder; where it has none, no choice."""
        words = {
            "": self.tr("All sets"),
            "training": self.tr("Training set"),
            "validation": self.tr("Validation set"),
            "test": self.tr("Test set"),
        }
        sets = [key for key in words if not key or key in catalog.subsets]
        now = self.subset.currentData()
        self.subset.clear()
        for key in sets:
            self.subset.addItem(words[key], key)
        self.subset.setCurrentIndex(max(0, self.subset.findData(now)))
        self.subset.setVisible(len(sets) > 1)

    def show_known(
        self, classes: Sequence[ImageClass], followed: Followed | None, found: Sequence[Finding]
    ) -> bool:
        """Offers what there is to look at, and what a model says; nothing of which nothing is known.

        Returns:
            Whether what was chosen is of other photos now.
        """
        before = self._among()
        self._of_problem = {each.title: each.samples for each in found if each.samples}
        self._of_prediction = _answers(classes, followed)
        words = {key: f"{key} ({len(ids):,})" for key, ids in self._of_problem.items()}
        _offer(self.problem, self.tr("Any photo"), words)
        says = self.tr("Says {name} ({count:,})")
        of = self._of_prediction
        names = {
            each.id: says.format(name=each.name, count=len(of[each.id])) for each in classes if each.id in of
        }
        _offer(self.prediction, self.tr("Any answer"), names)
        return self._among() != before

    def _among(self) -> frozenset[str] | None:
        """Ids of the photos that both boxes leave; None where neither narrows anything."""
        chosen = [
            frozenset(of.get(box.currentData(), ()))
            for box, of in ((self.problem, self._of_problem), (self.prediction, self._of_prediction))
            if box.currentData()
        ]
        return frozenset.intersection(*chosen) if chosen else None

    def apply(self, showing: Showing) -> Showing:
        """The same, narrowed as the line says."""
        return replace(
            showing,
            text=self.text.text(),
            subset=self.subset.currentData() or "",
            order=self.order.currentData(),
            among=self._among(),
        )

    def reset(self) -> None:
        """Asks for everything."""
        self.text.clear()
        for box in (self.subset, self.order, self.problem, self.prediction):
            box.setCurrentIndex(0)

    @Slot()
    def _typed(self) -> None:
        self._soon.start()

    @Slot()
    def _chosen(self) -> None:
        self.changed.emit()


def _offer(box: QComboBox, everything: str, words: Mapping[str, str]) -> None:
    """Fills a box, and keeps what is chosen in it where that is still offered."""
    now = box.currentData()
    box.clear()
    box.addItem(everything, "")
    for key, text in words.items():
        box.addItem(text, key)
        box.setItemData(box.count() - 1, as_tip(text), Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(max(0, box.findData(now)))
    box.setVisible(box.count() > 1)


def _answers(classes: Sequence[ImageClass], followed: Followed | None) -> dict[str, tuple[str, ...]]:
    """Ids of the photos that a model takes for each class, by the class's id."""
    found: dict[str, list[str]] = defaultdict(list)
    if followed is not None:
        known = {each.id for each in classes}
        for sample, number in zip(followed.samples, followed.said.tolist(), strict=True):
            if (class_id := followed.classes[number]) in known:
                found[class_id].append(sample)
    return {class_id: tuple(samples) for class_id, samples in found.items()}
