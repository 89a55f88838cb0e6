"""One photo, looked at closely by the service engine: what its file says, what a model sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog, Sample
from workbench.core.edition import has_torch
from workbench.core.errors import ErrorReport
from workbench.core.events import Thumbnail
from workbench.engine.requests import Augment, Inspect, Request
from workbench.ui.session.pictures import image_of
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import State, model_in_use

if TYPE_CHECKING:  # NumPy is loaded with the first photo
    from workbench.core.images.facts import Inspected

VARIANTS = 3
_INSTEAD = "transfer"
"""Whose random changes are shown where what will be trained has none."""


class Inspection(QObject):
    """Fetches what is known of a photo; while one is on its way, only the newest wish waits.

    Signals:
        inspected: A sample's id and its `Inspected`; None where its file cannot be used.
        varied: A sample's id and a list of `QImage`: the photo as training may change it at random.
        failed: An `ErrorReport`.
    """

    inspected = Signal(str, object)
    varied = Signal(str, list)
    failed = Signal(object)

    def __init__(self, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._wanted: tuple[str, Request] | None = None
        self._under_way = ""
        self._varying = ""
        self._came: list[QImage] = []
        self._draws = 0

    @property
    def can_vary(self) -> bool:
        """Whether random changes can be shown: this edition has what makes them."""
        return has_torch()

    def inspect(self, catalog: Catalog, sample: Sample, state: State) -> None:
        """Asks for what is known of a photo."""
        model = model_in_use(state)
        usual = state.preferences.config
        learned = sum(each.class_id is not None for each in catalog.samples)
        request = Inspect(
            catalog.roots.locate(sample), usual, model.file if model is not None else None, learned,
            catalog.brightness,
        )  # fmt: skip
        self._wanted = (sample.id, request)
        if not self._under_way:
            self._begin()

    def vary(self, catalog: Catalog, sample: Sample, config: TrainingConfig) -> None:
        """Asks for some pictures of a photo as training may change it; other ones each time."""
        if self._varying:
            return
        self._varying, self._came = sample.id, []
        self._draws += VARIANTS
        chosen = config if config.method.augments else recommended(_INSTEAD)
        request = Augment([str(catalog.roots.locate(sample))], chosen, VARIANTS, self._draws)
        self._service.submit(request, event=self._take, completed=self._varied, failed=self._not_varied)

    def _begin(self) -> None:
        if self._wanted is not None:
            (self._under_way, request), self._wanted = self._wanted, None
            self._service.submit(request, completed=self._inspected, failed=self._not_inspected)

    def _inspected(self, found: Inspected) -> None:
        sample, self._under_way = self._under_way, ""
        self.inspected.emit(sample, found)
        self._begin()

    def _not_inspected(self, _: ErrorReport) -> None:
        """The file has changed since the folder was read, which is said where it matters."""
        sample, self._under_way = self._under_way, ""
        self.inspected.emit(sample, None)
        self._begin()

    def _take(self, event: Thumbnail) -> None:
        if event.pixels is not None:
            self._came.append(image_of(event.pixels))

    def _varied(self, _: object) -> None:
        sample, self._varying = self._varying, ""
        self.varied.emit(sample, self._came)

    def _not_varied(self, error: ErrorReport) -> None:
        self._varying = ""
        self.failed.emit(error)
