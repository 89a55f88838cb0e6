"""Predicts new photos with the model in use."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.events import Prediction, Progress
from workbench.core.messages import Message
from workbench.core.paths import sample_folder
from workbench.core.results.reject import CAUTIONS, USUAL, Caution, RejectRule
from workbench.engine.requests import DrawNew, Predict
from workbench.ui.session.preference_control import PreferenceControl
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Predictions, State, model_in_use
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl

MOST_PREDICTIONS = 500
"""So many are kept; the page says so where there are more."""


class PredictionControl(QObject):
    """Changes the slice `predictions`."""

    def __init__(
        self,
        store: Store,
        service: ServiceEngine,
        work: WorkControl,
        preferences: PreferenceControl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._service, self._work, self._preferences = store, service, work, preferences
        self._batch = self._oldest = 0
        self._came: list[int] = []

    def predict(self, files: Sequence[Path]) -> None:
        """Predicts what is on some photos; nothing happens without a model or photos."""
        model = model_in_use(self._store.state)
        if model is None or not files:
            return
        self._work.dismiss_error()
        self._batch += 1
        begin = Progress("predict", 0, len(files), Message.said(self.tr("Looking at your photos…")))
        request = Predict(model.file, tuple(files))
        take = partial(self._take, self._batch, model.file)
        self._service.submit(request, "predict", begin=begin, event=take)

    def predict_unseen(self) -> None:
        """Predicts a photo that the model has not learned from, any one; see `has_unseen`."""
        state = self._store.state
        if not has_unseen(state) or (catalog := state.folders.catalog) is None:
            return
        if held_out := _held_out(state):
            self.predict([catalog.roots.locate(random.choice(held_out))])
            return
        request = DrawNew(random.getrandbits(32))
        self._service.submit(request, completed=self._drawn)

    def _drawn(self, photo: Path) -> None:
        self.predict([photo])

    def judge(self, caution: Caution) -> None:
        """Accepts and refuses what was predicted anew, and from now on so with this model."""
        known, model = self._store.state.predictions, model_in_use(self._store.state)
        if model is not None:
            self._preferences.remember(_key(model.file), caution)
        made = tuple(each.judged(known.rule, caution) for each in known.made)
        self._store.put(replace(known, made=made, caution=caution))

    def stop(self) -> None:
        """Stops looking at photos; the predictions that have come stay."""
        self._work.note_stopping("predict")
        self._service.stop("predict")

    @Slot()
    def forget(self) -> None:
        """Forgets what another model has predicted, and what it still would."""
        self.stop()
        self._batch += 1
        self._oldest, self._came = self._batch, []
        self._store.put(Predictions())

    @Slot(object, bool)
    def take_folder(self, _: Catalog, another: bool) -> None:
        """Forgets what was predicted where another folder has been opened."""
        if another:
            self.forget()

    def _take(self, batch: int, file: Path, event: object) -> None:
        """Puts a prediction behind those of its own drop, which stand before those of the drops before."""
        if batch < self._oldest:
            return
        known = self._store.state.predictions
        if isinstance(event, RejectRule):
            wished = self._preferences.recall(_key(file), str(USUAL))
            caution = next((each for each in CAUTIONS if each == wished), USUAL)
            judged = tuple(each.judged(event, caution) for each in known.made)
            self._store.put(Predictions(judged, event, caution))
            return
        if not isinstance(event, Prediction):
            return
        place = sum(1 for other in self._came if other >= batch)
        self._came.insert(place, batch)
        made = list(known.made)
        made.insert(place, event.judged(known.rule, known.caution))
        del self._came[MOST_PREDICTIONS:], made[MOST_PREDICTIONS:]
        self._store.put(replace(known, made=tuple(made)))


def has_unseen(state: State) -> bool:
    """Whether there is a photo of the folder that its model has not learned, or one can be drawn like it."""
    model, catalog = model_in_use(state), state.folders.catalog
    if model is None or model.run is None or catalog is None:
        return False
    return bool(_held_out(state)) or catalog.folder == sample_folder()


def _held_out(state: State) -> list[Sample]:
    """The validation and test sets, where they are those of the model's run, which may be older."""
    model, catalog = model_in_use(state), state.folders.catalog
    started = model.run.started if model is not None and model.run is not None else None
    if started is None or catalog is None:
        return []
    found = [sample for sample in catalog.samples if sample.subset in ("validation", "test")]
    return found if len(found) == started.validation_samples + started.test_samples else []


def _key(file: Path) -> str:
    """Under which name it is remembered how careful a model is to be."""
    return f"caution/{hashlib.sha256(os.fsencode(file)).hexdigest()[:16]}"
