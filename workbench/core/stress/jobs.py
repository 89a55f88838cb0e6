"""The stress test of a run, which is kept with it, and of a model on a folder."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from workbench.core.data.catalog import Roots
from workbench.core.data.scan import scan
from workbench.core.edition import has_torch
from workbench.core.errors import InputError
from workbench.core.events import Progress
from workbench.core.jobs import StopRequested, never
from workbench.core.models.archive import stated_digest
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ModelFile
from workbench.core.project.kept_test import kept_apart
from workbench.core.project.projects import known_project
from workbench.core.project.runs import model_in
from workbench.core.stress.findings import Kind, PhotosTested, RowFound, StressFound, load_found, save_found
from workbench.core.stress.held_out import HeldOut, held_out_of_folder, held_out_of_run
from workbench.core.stress.plan import MOST
from workbench.core.stress.stressing import stress
from workbench.core.torch_lock import torch_loading

Job = Generator[Progress | PhotosTested | RowFound, None, StressFound]


def stress_run(
    run: Path,
    classifier: Classifier,
    kind: Kind = "disturbances",
    *,
    roots: Roots | None = None,
    photos: int = 0,
    stop: StopRequested = never,
) -> Job:
    """Tests the model of a run with photos that it had not learned from, and keeps what was found with it.

    Args:
        run: Its folder.
        classifier: The run's model.
        kind: What is done to the photos.
        roots: Where the photos lie now; None where they did.
        photos: How many are tested; 0 takes as many as fit into about a minute.

    Raises:
        InputError: The model has learned from every photo, the photos are gone, or this edition cannot do it.
        ResourceError: What was found cannot be kept.
        Stopped: `stop` returned true before anything was found.
    """
    _check_edition(kind)
    file = model_in(run)
    digest, about = stated_digest(file), ModelFile.load(file).description
    held = yield from held_out_of_run(run, classifier, about, roots=roots, most=photos or MOST, stop=stop)
    found = yield from _tested(file, classifier, held, kind, photos, stop)
    found = replace(found, model=digest)
    before = load_found(run, kind, digest) if found.stopped else None
    if before is None or len(before.rows) <= len(found.rows):  # else one that was not stopped stays
        save_found(run, found)
    return found


def stress_on_folder(
    model: Path,
    folder: Path,
    kind: Kind = "disturbances",
    *,
    device: str = "auto",
    reading: str = "",
    photos: int = 0,
    stop: StopRequested = never,
) -> Job:
    """Tests a model with the photos of a folder that it had not learned from; nothing is kept.

    Raises:
        InputError: The model or the folder cannot be used, or as `stress_run`.
        Stopped: As `stress_run`.
    """
    _check_edition(kind)
    file = model_in(model)
    classifier = Classifier.load(file, device=device)
    catalog = yield from scan(folder, reading=reading, known=classifier.classes, stop=stop)
    catalog = kept_apart(catalog, known_project(catalog.folder), keep=False)
    about = ModelFile.load(file).description
    held = yield from held_out_of_folder(catalog, classifier, about, most=photos or MOST, stop=stop)
    found = yield from _tested(file, classifier, held, kind, photos, stop)
    return replace(found, model=stated_digest(file))


def _check_edition(kind: Kind) -> None:
    """Says what only the full edition can do.

    Raises:
        InputError: It needs torch, which is not here.
    """
    if kind == "attacks" and not has_torch():
        raise InputError("full_edition.attacks")


def _tested(
    file: Path, classifier: Classifier, held: HeldOut, kind: Kind, photos: int, stop: StopRequested
) -> Job:
    recipe = classifier.preprocessing
    if kind == "disturbances":
        return (yield from stress(held, recipe, photos=photos, stop=stop))
    with torch_loading:
        from workbench.core.stress.adversarial import attack  # loads torch

    return (yield from attack(file, held, recipe, photos=photos, stop=stop))
