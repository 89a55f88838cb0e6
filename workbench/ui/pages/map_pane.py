"""The map of the open folder: its points, what their colours say, and what is missing where it is empty."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QStackedWidget, QWidget

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.events import PhotoMap as Placed
from workbench.core.events import Plane
from workbench.ui.charts.legend import Legend
from workbench.ui.charts.photo_map import PhotoMap
from workbench.ui.pages.map_empty import MapEmpty, MapMissing
from workbench.ui.parts.photo_tip import PhotoTip
from workbench.ui.parts.widgets import IconButton, column, label, row
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.words.findings import Finding
from workbench.ui.words.map_kinds import kinds_of


class MapPane(QWidget):
    """Shows the photos of a folder as points.

    Attributes:
        chart: The points.
        by: What their colours say.

    Signals:
        enclosed: Ids of photos that were taken together.
        opened: The id of a photo that was clicked.
    """

    enclosed = Signal(object)
    opened = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._catalog: Catalog | None = None
        self._plane: Plane | None = None
        self._found: list[Finding] = []
        self._state = session.state
        self._shown: tuple[object, ...] = ()
        self._samples: list[Sample] = []
        self.chart, self.legend = PhotoMap(), Legend()
        self.tip = PhotoTip(session, self.chart)
        self.empty, self.missing = MapEmpty(session), MapMissing(session)
        self.by = QComboBox()
        self.by.setAccessibleName(self.tr("What the colours say"))
        for words, key in (
            (self.tr("Colours: class"), "class"),
            (self.tr("Colours: what the model says"), "prediction"),
            (self.tr("Colours: things to look at"), "problem"),
        ):
            self.by.addItem(words, key)
        self.by.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.by.setMinimumContentsLength(10)
        self.by.activated.connect(self._recolour)
        self.lasso = self._tool("ph.scribble-loop", self.tr("Draw around photos"))
        self.rectangle = self._tool("ph.selection", self.tr("Draw a rectangle around photos"))
        self._tools = QButtonGroup(self)
        for tool in (self.lasso, self.rectangle):
            self._tools.addButton(tool)
        self.lasso.setChecked(True)
        self._tools.buttonClicked.connect(self._choose_tool)
        self.all = IconButton("ph.arrows-out", self.tr("Show all points (0)"), self.chart.show_all)
        self.take = IconButton(
            "ph.image-square", self.tr("Show the photos of this part of the map"), self._take
        )
        self.chart.pointed.connect(self._point)
        self.chart.clicked.connect(self._click)
        self.chart.enclosed.connect(self._enclose)
        self.hint = label("", "caption", wrap=True)
        self._views = QStackedWidget()
        head = row(self.by, self.lasso, self.rectangle, self.all, self.take, space=theme.XS)
        head.setStretch(0, 1)
        whole = QWidget()
        layout = column(head, self.legend, self.missing, self.chart, self.hint)
        layout.setStretch(3, 1)
        whole.setLayout(layout)
        self._whole = whole
        for view in (self.empty, whole):
            self._views.addWidget(view)
        outer = column(self._views)
        self.setLayout(outer)
        session.map.changed.connect(self._control_changed)

    def _tool(self, icon: str, words: str) -> IconButton:
        made = IconButton(icon, words)
        made.setCheckable(True)
        return made

    def show_folder(self, catalog: Catalog, state: State, found: list[Finding]) -> None:
        """Shows the photos of a folder as they are now."""
        self._catalog, self._state, self._found = catalog, state, found
        placed = state.health.placed
        empty = placed is None or len(placed.samples) < 3
        self._views.setCurrentWidget(self.empty if empty else self._whole)
        self.empty.show_state(state, self._session.map)
        self.missing.show_state(state, self._session.map)
        if placed is None or empty:
            return
        key = (catalog, placed, state.health.followed, found, self.by.currentData())
        if len(key) == len(self._shown) and all(map(_is, key, self._shown)):
            return
        self._shown = key
        self._draw(catalog, placed)

    def _draw(self, catalog: Catalog, placed: Placed) -> None:
        """Draws those photos that the folder still has; the others keep their places."""
        here = {sample.id: sample for sample in catalog.samples}
        rows = [number for number, sample in enumerate(placed.samples) if sample in here]
        current = self._sample(self.chart.current())
        self._samples = [here[placed.samples[number]] for number in rows]
        ids = [sample.id for sample in self._samples]
        followed = self._state.health.followed
        kinds = kinds_of(ids, self.by.currentData(), catalog, followed, self._found)
        self.chart.show_points(placed.places[rows], kinds.each, fit=placed.plane is not self._plane)
        self._plane = placed.plane
        self.legend.show_kinds(kinds.names)
        if current is not None and current.id in here:
            self.chart.mark(ids.index(current.id))
        self.hint.setText(self._hint())
        self.chart.setAccessibleDescription(
            ", ".join(f"{name}: {count:,}" for _, name, count in kinds.names) + ". " + self.hint.text()
        )

    def _hint(self) -> str:
        by = self.by.currentData()
        if by == "prediction" and self._state.health.followed is None:
            return self.tr("No model has answered yet; the colours come with it.")
        if by == "problem" and not any(finding.samples for finding in self._found):
            return self.tr("No photo needs to be looked at.")
        return self.tr(
            "What looks alike to the network lies near one another. Draw around points to see their photos."
        )

    def _sample(self, number: int) -> Sample | None:
        return self._samples[number] if 0 <= number < len(self._samples) else None

    @Slot()
    def _control_changed(self) -> None:
        self.empty.show_state(self._session.state, self._session.map)
        self.missing.show_state(self._session.state, self._session.map)

    @Slot()
    def _recolour(self) -> None:
        if self._catalog is not None:
            self.show_folder(self._catalog, self._state, self._found)

    @Slot()
    def _choose_tool(self) -> None:
        self.chart.tool = "lasso" if self.lasso.isChecked() else "rectangle"

    @Slot(int)
    def _point(self, number: int) -> None:
        sample = self._sample(number)
        if sample is None or self._catalog is None:
            self.tip.hide()
            return
        left, top = self.chart.positions()[number]
        name = self._catalog.name_of(sample.class_id) or self.tr("not classed")
        lines = (sample.path.replace("\\", "/").rpartition("/")[2], name)
        self.tip.show_photo(PhotoKey.of(self._catalog, sample), lines, QPoint(round(left), round(top)))

    @Slot(int)
    def _click(self, number: int) -> None:
        if (sample := self._sample(number)) is not None:
            self.tip.hide()
            self.opened.emit(sample.id)

    @Slot(list)
    def _enclose(self, numbers: list[int]) -> None:
        if numbers:
            self.enclosed.emit(tuple(self._samples[number].id for number in numbers))

    @Slot()
    def _take(self) -> None:
        self._enclose(self.chart.in_view())


def _is(one: object, other: object) -> bool:
    return one is other
