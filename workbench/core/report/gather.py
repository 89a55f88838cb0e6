"""Gathers the facts of a report: from a run's folder, from a test on a folder, or from a model file alone."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import Literal

from workbench.core.architectures.architecture_rows import architecture_of, input_size_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Roots, Sample, Split
from workbench.core.data.groups import groups_of
from workbench.core.data.learned import LearnedPhotos
from workbench.core.errors import InputError
from workbench.core.files import sha256_of
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.messages import Message
from workbench.core.models.model_file import ModelFile
from workbench.core.project.run_predictions import judged, with_confusion
from workbench.core.project.runs import ASKED, MODEL, SPLIT, RunSummary, model_in, summarise
from workbench.core.project.split_file import read_split
from workbench.core.report.facts import LearnedFrom, ModelFacts, Report, Tested
from workbench.core.report.photos import digests_of, finder, lists_of, path_of, worst_mistakes
from workbench.core.report.repeat import command, versions
from workbench.core.results.cautions import cautions
from workbench.core.results.estimate import Estimate, How
from workbench.core.results.measures import Measures
from workbench.core.results.numbers import Numbers
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.trust import Trust


def report_of_run(run: Path, roots: Roots | None = None) -> Report:
    """What there is to tell of a run and of its model, tested on what the run kept apart.

    Args:
        run: Its folder, with a model.
        roots: Where its photos lie now; None where they did.

    Raises:
        InputError: It is no run, it has no model, or a newer version wrote it.
        DamagedError: The model file is damaged.
        OSError: The model file cannot be read.
    """
    file = model_in(run)
    model, summary, split = ModelFile.load(file), with_confusion(summarise(run)), _split_of(run)
    if split is not None and roots is not None:
        split = _moved(split, roots)
    tested = _tested_in_run(summary, split, model.description.preprocessing)
    return _report(file, model, summary, split, name_of(summary.image_folder), tested)


def report_of_test(
    file: Path,
    table: PredictionTable,
    measures: Measures,
    said: Sequence[Message],
    *,
    subset: str,
    roots: Roots,
    samples: Sequence[Sample],
    same: int | None,
    nearly: int | None,
    skipped: int,
) -> Report:
    """What there is to tell of a model file and of its test on a folder.

    What it learned from is known in full where the file lies in the folder of its run.

    Args:
        file: The model file, or the folder of a run.
        table: What was predicted in the test; something of it counts.
        measures: Made from it.
        said: What makes them worth less than they look.
        subset: The set of the folder that was used; "" for all of it.
        roots, samples: The photos of the folder.
        same, nearly: How many the model had learned from; None where that is not known.
        skipped: How many files of the folder were left out.

    Raises:
        InputError, DamagedError, OSError: As `report_of_run`.
    """
    file = model_in(file)
    model = ModelFile.load(file)
    summary, split = _run_of(file)
    how: How = "validation" if subset == "validation" else "test"
    tested = _tested(
        "folder", roots.main.name, subset, how, measures, table, said, roots, samples,
        model.description.preprocessing, same=same, nearly=nearly, skipped=skipped,
    )  # fmt: skip
    name = name_of(summary.image_folder) if summary is not None else roots.main.name
    return _report(file, model, summary, split, name, tested)


def report_of_model(file: Path, roots: Roots | None = None) -> Report:
    """What a model file says of itself, with what its run knows where it lies in that run's folder.

    Args:
        file: It, or the folder of a run.
        roots: Where the photos of its run lie now; None where they did.

    Raises:
        InputError, DamagedError, OSError: As `report_of_run`.
    """
    file = model_in(file)
    if (file.parent / ASKED).is_file() and file.name == MODEL:
        return report_of_run(file.parent, roots)
    return _report(file, ModelFile.load(file), None, None, file.stem, None)


def _report(
    file: Path,
    model: ModelFile,
    summary: RunSummary | None,
    split: Split | None,
    name: str,
    tested: Tested | None,
) -> Report:
    described = model.description
    row = architecture_of(described.config.architecture)
    learned = _learned(split, model.learned)
    about = described.about
    size = input_size_for(row, described.config.input_size, described.config.design)
    own_design = described.config.design != type(described.config.design)()
    result, started = (summary.result, summary.started) if summary is not None else (None, None)
    facts = ModelFacts(
        name=file.name,
        digest=sha256_of(file),
        size=file.stat().st_size,
        classes=described.classes,
        config=described.config,
        architecture=row.name,
        parameters=model.parameters,
        multiply_adds=row.multiply_adds if size == row.input_size and not own_design else 0,
        input_size=size,
        views=max(1, described.views),
        rule=described.rule,
        program=str(about.get("program", "")),
        created=str(about.get("created", "")),
        device=started.device if started is not None else "",
        runtime=(result.runtime or "") if result is not None else "",
        run=summary.folder.name if summary is not None else "",
    )
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    folder = name_of(summary.image_folder) if summary is not None else "FOLDER"
    asked = TrainingConfig.from_dict(summary.config) if summary is not None else described.config
    return Report(name, now, facts, learned, tested, command(asked, folder), versions())


def name_of(folder: Path) -> str:
    """A folder's own name, without what lies above it, whichever system wrote the path."""
    written = str(folder)
    is_windows = re.match(r"[A-Za-z]:[\\/]|\\\\", written) is not None
    return (PureWindowsPath(written).name if is_windows else folder.name) or "FOLDER"


def _learned(split: Split | None, learned: LearnedPhotos | None) -> LearnedFrom:
    return digests_of(learned) if split is None else lists_of(split, learned)


def _run_of(file: Path) -> tuple[RunSummary | None, Split | None]:
    """The run that a model file lies in; None where it lies elsewhere, or its run cannot be read any more."""
    if file.name != MODEL or not (file.parent / ASKED).is_file():
        return None, None
    try:
        return summarise(file.parent), _split_of(file.parent)
    except InputError:  # the model serves without it, and the report says what is not known
        return None, None


def _split_of(run: Path) -> Split | None:
    try:
        return read_split(run / SPLIT)
    except (OSError, ValueError, KeyError, TypeError, InputError):  # as above
        return None


def _moved(split: Split, roots: Roots) -> Split:
    folders = {key: roots.folders.get(key, folder) for key, folder in split.roots.folders.items()}
    return Split(
        Roots(folders), split.classes, split.training, split.validation, split.test, split.brightness
    )


def _tested_in_run(summary: RunSummary, split: Split | None, recipe: Preprocessing) -> Tested | None:
    table = judged(summary) if summary.fairest is not None else None
    if table is None or summary.fairest is None or not table.counts.any():
        return None
    how, measures = summary.fairest
    roots, samples = (split.roots, split.samples) if split is not None else (Roots({}), ())
    said = cautions(measures, table.classes)
    name = name_of(summary.image_folder)
    crossing = None if split is None else 0 if how == "cross_validated" else _crossing(split)
    return _tested("run", name, "", how, measures, table, said, roots, samples, recipe, crossing=crossing)


def _crossing(split: Split) -> int:
    """How many photos that were tested belong together with photos that were learned from."""
    names = groups_of(split.samples)
    learned = set(names[: len(split.training)])
    return sum(name in learned for name in names[len(split.training) :])


def _tested(
    on: Literal["folder", "run"],
    folder: str,
    subset: str,
    how: How,
    measures: Measures,
    table: PredictionTable,
    said: Sequence[Message],
    roots: Roots,
    samples: Sequence[Sample],
    recipe: Preprocessing,
    *,
    same: int | None = None,
    nearly: int | None = None,
    skipped: int = 0,
    crossing: int | None = None,
) -> Tested:
    numbers = Numbers.of(table)
    assert numbers is not None, "something counts"
    by_id: Mapping[str, Sample] = {sample.id: sample for sample in samples}
    paths = {id: path_of(sample) for id, sample in by_id.items()}
    mistakes, wrong = worst_mistakes(table, finder(roots, by_id), paths, recipe.brightness)
    trust = Trust.of(Estimate.of(how, measures), measures, numbers.baseline)
    return Tested(
        on,
        folder,
        subset,
        measures,
        numbers,
        trust,
        tuple(said),
        mistakes,
        wrong,
        same,
        nearly,
        skipped,
        crossing,
    )
