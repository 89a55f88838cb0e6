"""Stress tests of the models of runs: asked of the service engine, and read where they are kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.errors import ErrorReport
from workbench.core.events import Progress
from workbench.core.messages import Message
from workbench.core.models.archive import stated_digest
from workbench.core.project.runs import MODEL, RunSummary
from workbench.core.stress.findings import FILES, Kind, PhotosTested, RowFound, StressFound, load_found
from workbench.engine.requests import StressTest
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl

_Asked = tuple[Path, Kind]


class StressControl(QObject):
    """Begins and ends tests, one at a time, and knows what was found.

    Attributes:
        under_way: The run's folder and the kind of the test that runs; None where none does.

    Signals:
        changed: The folder of a run of which more is known, or whose test has begun or ended.
    """

    changed = Signal(object)

    def __init__(
        self, store: Store, service: ServiceEngine, work: WorkControl, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._service, self._work = store, service, work
        self.under_way: _Asked | None = None
        self._found: dict[_Asked, StressFound] = {}
        self._job = 0
        self._errors: dict[_Asked, ErrorReport] = {}

    def found(self, run: Path, kind: Kind) -> StressFound | None:
        """What is known of a run, while its test runs as far as it has come; None where nothing is."""
        return self._found.get((run, kind))

    def error(self, run: Path, kind: Kind) -> ErrorReport | None:
        """Why the newest test of a run could not be made."""
        return self._errors.get((run, kind))

    def read(self, run: RunSummary) -> None:
        """Reads what is kept with a run."""
        if self.under_way is None or self.under_way[0] != run.folder:
            self._work.run_in_thread(partial(_read, run.folder), self._take_kept)

    def begin(self, run: RunSummary, kind: Kind) -> None:
        """Tests the model of a run; nothing happens while another is tested."""
        if self.under_way is not None:
            return
        asked = self.under_way = (run.folder, kind)
        self._found.pop(asked, None)
        self._errors.pop(asked, None)
        catalog = self._store.state.folders.catalog
        self._job = self._service.submit(
            StressTest(run.folder, kind, catalog.roots if catalog is not None else None),
            "stress",
            begin=Progress("stress", 0, 0, Message.said(self.tr("Stress test…"))),
            event=partial(self._take, asked),
            completed=partial(self._completed, asked),
            failed=partial(self._failed, asked),
        )
        self.changed.emit(run.folder)

    @Slot()
    def stop(self) -> None:
        """Ends the test early; what it has found by then stays."""
        if self.under_way is not None:
            self._work.note_stopping("stress")
            self._service.stop_job(self._job)

    def _take(self, asked: _Asked, event: object) -> None:
        if isinstance(event, PhotosTested):
            self._found[asked] = StressFound(asked[1], event, ())
        elif isinstance(event, RowFound) and (known := self._found.get(asked)) is not None:
            self._found[asked] = replace(known, rows=(*known.rows, event))
        self.changed.emit(asked[0])

    def _completed(self, asked: _Asked, found: StressFound) -> None:
        self.under_way = None
        self._found[asked] = found
        self.changed.emit(asked[0])

    def _failed(self, asked: _Asked, error: ErrorReport) -> None:
        """It could not be made, or was stopped before it had found anything: then what was kept counts."""
        self.under_way = None
        self._found.pop(asked, None)
        if error.is_stop:
            self._work.run_in_thread(partial(_read, asked[0]), self._take_kept)
        else:
            self._errors[asked] = error
        self.changed.emit(asked[0])

    @Slot(object)
    def _take_kept(self, kept: tuple[Path, dict[Kind, StressFound]]) -> None:
        run, found = kept
        for kind in FILES:
            if (run, kind) != self.under_way:
                self._found.pop((run, kind), None)
                if kind in found:
                    self._found[run, kind] = found[kind]
        self.changed.emit(run)


def _read(run: Path) -> tuple[Path, dict[Kind, StressFound]]:
    model = stated_digest(run / MODEL)
    read = {kind: load_found(run, kind, model) for kind in FILES}
    return run, {kind: found for kind, found in read.items() if found is not None}
