"""Photos as training will see them, for the page that sets it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.events import Thumbnail
from workbench.engine import requests
from workbench.ui.session.pictures import image_of
from workbench.ui.session.service_engine import ServiceEngine

_PREVIEW_PHOTOS = 6


class Previews(QObject):
    """Fetches some photos as training will see them; while one set is on its way, only the newest wish waits.

    Signals:
        arrived: A list of `QImage`.
        failed: An `ErrorReport`.
    """

    arrived = Signal(list)
    failed = Signal(object)

    def __init__(self, service: ServiceEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._wanted: tuple[Catalog, TrainingConfig] | None = None
        self._coming: list[QImage] | None = None

    def request(self, catalog: Catalog, config: TrainingConfig) -> None:
        """Asks for previews with these settings."""
        if not catalog.samples:
            return
        self._wanted = (catalog, config)
        if self._coming is None:
            self._fetch()

    def _fetch(self) -> None:
        if self._wanted is None:
            return
        catalog, config = self._wanted
        self._wanted, self._coming = None, []
        step = max(1, len(catalog.samples) // _PREVIEW_PHOTOS)
        chosen = [str(catalog.roots.locate(sample)) for sample in catalog.samples[::step][:_PREVIEW_PHOTOS]]
        request = requests.Augment(chosen, config)
        self._service.submit(request, event=self._take, completed=self._done, failed=self._fail)

    def _take(self, event: Thumbnail) -> None:
        if event.pixels is not None and self._coming is not None:
            self._coming.append(image_of(event.pixels))

    def _done(self, _: object) -> None:
        came, self._coming = self._coming or [], None
        self.arrived.emit(came)
        self._fetch()

    def _fail(self, error: object) -> None:
        self._coming = None
        self.failed.emit(error)
        self._fetch()
