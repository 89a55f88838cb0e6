"""Reads reports as a browser would, and makes up facts for them."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np

from workbench.core.config.training_config import TrainingConfig
from workbench.core.report.facts import LearnedFrom, ListedPhoto, ModelFacts, PhotoList, Report, Tested
from workbench.core.report.repeat import command, versions
from workbench.core.results.estimate import Estimate
from workbench.core.results.metrics import metrics_of
from workbench.core.results.numbers import Numbers
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.trust import Trust


class Read(HTMLParser):
    """What a page holds: its numbers, its elements, its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.numbers: list[tuple[list[Any], str, str]] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.lists: dict[str, str] = {}
        self._data: tuple[list[Any], str] | None = None
        self._set: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        self.links += [values[name] or "" for name in ("href", "src") if name in values]
        assert not any(name.startswith("on") for name in values), "a script"
        if tag == "data":
            self._data = (json.loads(values["data-key"] or ""), values["value"] or "")
        if tag == "pre" and "data-set" in values:
            self._set = values["data-set"]

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._data is not None:
            self.numbers.append((*self._data, data))
        if self._set is not None:
            self.lists[self._set] = self.lists.get(self._set, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "data":
            self._data = None
        if tag == "pre":
            self._set = None

    @property
    def pictures(self) -> list[bytes]:
        """The pictures of pixels."""
        return [base64.b64decode(link.partition(",")[2]) for link in self.links if link.startswith("data:")]


def at(values: Any, key: list[Any]) -> Any:
    """What stands there in the JSON."""
    for step in key:
        values = values[step]
    return values


def shown(text: str) -> float:
    """A number as a person reads it."""
    plain = text.replace(",", "").replace("\u00a0", "").replace("–", "nan")
    found = re.fullmatch(r"(-?[\d.]+|nan)(%?)", plain)
    assert found is not None, text
    return float(found[1]) / (100 if found[2] else 1)


def made_up(classes: int, photos: int, seed: int = 0, tested_classes: int | None = None) -> Report:
    """A report of made-up predictions, for some classes and photos."""
    random = np.random.default_rng(seed)
    names = tuple(f"class {number:04}" for number in range(classes))
    targets = random.integers(0, tested_classes or classes, photos)
    logits = random.normal(0, 1, (photos, classes))
    logits[np.arange(photos), targets] += 4
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    samples = [f"{names[target]}/photo {number:06}.jpg" for number, target in enumerate(targets.tolist())]
    table = PredictionTable.of(names, samples, targets, probabilities, subset="test")
    measures, numbers = metrics_of(table).measures, Numbers.of(table)
    assert numbers is not None
    trust = Trust.of(Estimate.of("test", measures), measures, numbers.baseline)
    wrong = int((table.predicted != targets).sum())
    tested = Tested("run", "photos", "", measures, numbers, trust, (), (), wrong)
    listed = tuple(
        ListedPhoto(f"{number:064x}", path, path.partition("/")[0], True)
        for number, path in enumerate(sorted(samples))
    )
    config = TrainingConfig()
    model = ModelFacts(
        "model.checkpoint", "0" * 64, 1_000_000, names, config, "EfficientNet-Lite0", 1, 1, 224, 2, None
    )
    learned = LearnedFrom((PhotoList("training", listed),), counts=dict.fromkeys(names, photos // classes))
    return Report(
        "photos", "2026-01-01T00:00:00+00:00", model, learned, tested, command(config, "photos"), versions()
    )
