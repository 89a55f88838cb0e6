"""Which photos of the open folder pull its model's answer for another photo."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np

from workbench.core.data.catalog import Catalog
from workbench.core.errors import InputError
from workbench.core.events import Progress
from workbench.core.explain.explanation import HeldOut, Influential
from workbench.core.explain.influence import Influence
from workbench.core.explain.why import Explainer
from workbench.core.instant.following import Follower, Learned
from workbench.core.instant.heads import HeadSettings
from workbench.core.jobs import StopRequested, never

MOST = 6
"""So many are named on either side."""
LARGEST = 20_000
"""Learned photos: with more, nobody would wait for it."""


_Key = tuple[tuple[str, ...], bytes, HeadSettings]
"""The learned photos by their content, their classes, and how the head was fitted."""


class InfluenceFinder:
    """Finds them; what need not be computed again for the next photo is kept.

    Args:
        follower: Of the open folder.
    """

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._known: tuple[_Key, Influence] | None = None

    def find(
        self, catalog: Catalog, path: Path, class_id: str, *, stop: StopRequested = never
    ) -> Generator[Progress, None, Influential | None]:
        """The photos of a class that speak most for it, and those of others that speak most against it.

        One of another class may speak for it, too, by being unlike the photo: nobody could make use of that.

        Args:
            catalog: The folder as it is now.
            path: Of the photo that is asked about.
            class_id: Of the class; "" for the most probable one.

        Returns:
            None where that cannot be told: of very few photos, or of very many.

        Raises:
            ImageError: The photo cannot be used.
            InputError: There are fewer than two classes with photos, or the class is none of them.
            Stopped: `stop` returned true.
        """
        learned = yield from self._follower.learned(catalog, path, stop=stop)
        return self._of(learned, class_id, stop)

    def explain_held_out(
        self, catalog: Catalog, sample_id: str, *, stop: StopRequested = never
    ) -> Generator[Progress, None, HeldOut]:
        """Why a model that has not learned from a photo of the folder answers what it does of it.

        Neither does it learn from what belongs together with it. A photo of the validation or test set is
        asked about as it is.

        Raises:
            ImageError: The photo cannot be used.
            InputError: There are fewer than two classes with other photos, or the photo is not there.
            Stopped: `stop` returned true.
        """
        sample = next((each for each in catalog.samples if each.id == sample_id), None)
        if sample is None:
            raise InputError("photo_left", path=sample_id)
        path = catalog.roots.locate(sample)
        learned = yield from self._follower.learned(catalog, path, without=sample_id, stop=stop)
        explanation = Explainer(learned.model).explain(path)
        index = learned.model.classes.index(explanation.class_name)
        class_id = learned.split.classes[index].id
        return HeldOut(sample_id, class_id, explanation, self._of(learned, class_id, stop))

    def _of(self, learned: Learned, class_id: str, stop: StopRequested) -> Influential | None:
        ids = [each.id for each in learned.split.classes]
        if learned.fitted.settings is None or len(learned.training) > LARGEST or class_id not in ["", *ids]:
            return None
        influence = self._influence(learned, stop)
        pulls = influence.pulls(learned.asked, ids.index(class_id) if class_id else None)
        samples, own = learned.training.samples, learned.training.targets == pulls.index
        order = np.argsort(-pulls.added, kind="stable")
        strongest = [row for row in order.tolist() if own[row] and pulls.added[row] > 0][:MOST]
        weakest = [row for row in order[::-1].tolist() if not own[row] and pulls.added[row] < 0][:MOST]
        instead = ""
        if len(strongest) and pulls.probabilities.argmax() == pulls.index:
            left = influence.without(np.array(strongest[:1])).probabilities(learned.asked[None])[0]
            instead = ids[int(left.argmax())] if left.argmax() != pulls.index else ""
        return Influential(
            ids[pulls.index],
            tuple(samples[row].id for row in strongest),
            tuple(samples[row].id for row in weakest),
            instead,
        )

    def _influence(self, learned: Learned, stop: StopRequested) -> Influence:
        settings, training = learned.fitted.settings, learned.training
        assert settings is not None
        digests = tuple(sample.digest for sample in training.samples)
        key = digests, training.targets.tobytes(), settings
        if self._known is None or self._known[0] != key:
            classes = len(learned.split.classes)
            self._known = key, Influence(learned.rows, training.targets, classes, settings, stop=stop)
        return self._known[1]
