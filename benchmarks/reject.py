"""How many strangers a model refuses, and how many photos of its own classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.clock import Clock, drain
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.listing import photos_in
from workbench.core.data.scan import scan
from workbench.core.data.split import own_split
from workbench.core.jobs import never, run
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier
from workbench.core.paths import data_dir
from workbench.core.results.reject import CAUTIONS


def refusing(folder: str, data: str, strangers: str) -> dict[str, Any]:
    """Trains on a folder, holds its validation set back, and asks about that and about strangers.

    Args:
        data: The folder of the strangers' folders.
        strangers: Their names, separated by commas.

    Returns:
        For each setting the shares that are refused, in percent, and of the rest those that are right.
    """
    catalog, out = drain(scan(Path(folder))), data_dir() / "reject"
    out.mkdir(parents=True)
    clock = Clock()
    drain(train(catalog, TrainingConfig(), out))
    clock.mark("trained")
    split, model = own_split(catalog), Classifier.load(out)
    names = {str(catalog.roots.locate(each)): catalog.name_of(each.class_id) for each in split.validation}
    held = model.predict_images(list(names))
    others = {
        name: model.predict_images(run(photos_in([Path(data) / name], never)).files)
        for name in strangers.split(",")
    }
    clock.mark("asked")
    found: dict[str, float] = {"held_back": len(held)}
    for caution in CAUTIONS:
        own = [each.judged(model.rule, caution) for each in held]
        said = [each for each in own if each.accepted]
        found[f"{caution}_held"] = 100 * (1 - len(said) / len(own))
        found[f"{caution}_right"] = 100 * sum(e.class_name == names[e.path] for e in said) / len(said)
        for name, answers in others.items():
            refused = [each for each in answers if each.judged(model.rule, caution).accepted is False]
            found[f"{caution}_{name}"] = 100 * len(refused) / len([e for e in answers if not e.error])
        if model.rule is not None:
            found[f"{caution}_promised"] = 100 * model.rule.of(caution).silent
    right = sum(each.nearest == names[each.path] for each in held) / len(held)
    return clock.results(accuracy=right, **found)
