"""How honest a number for a folder is: what belongs together in it, and what a split that ignores that shows.

A split at random puts copies, photos of one burst and frames of one video on both sides, so that a model is
asked about what it has learned by heart (Kapoor & Narayanan, Leakage and the reproducibility crisis in
machine-learning-based science, 2023). How much that flatters is measured: a head on features is
cross-validated twice, with every photo drawn by itself and with groups kept whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.groups import groups_of, pictures_of
from workbench.core.data.scan import scan
from workbench.core.data.series import why_together, with_subfolders
from workbench.core.data.stored_split import SampleSet
from workbench.core.errors import InputError
from workbench.core.evaluation import Evaluation, evaluate
from workbench.core.events import Progress
from workbench.core.features.extract import VIEWS
from workbench.core.health.checks import Finding, examine
from workbench.core.health.evidence import Evidence
from workbench.core.health.honesty import Audit, HeldApart, Leaking, ModelSays, Share, Together
from workbench.core.health.traits import examine_photos
from workbench.core.instant.following import Follower, Known
from workbench.core.instant.together import held_apart, right_at_random
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message
from workbench.core.project.kept_test import kept_apart
from workbench.core.project.projects import known_project
from workbench.core.results.estimate import interval_of
from workbench.core.results.predictions import FAIR, LEARNED, UNCHECKED

_CHECKS = ("leaks", "split_series", "contradictions", "shortcuts")
"""Of a folder's health: what makes a number say something else than it seems to."""
_STEPS = 3


@dataclass(frozen=True)
class Audited:
    """A folder with what an audit has found.

    Attributes:
        catalog: The folder.
        found: What was found.
        tested: How a model did, as `evaluate` tests it; None without one.
        model: What its number is worth; None without one.
    """

    catalog: Catalog
    found: Audit
    tested: Evaluation | None = None
    model: ModelSays | None = None


def audit(
    folder: Path,
    *,
    model: Path | None = None,
    config: TrainingConfig | None = None,
    device: str = "auto",
    reading: str = "",
    stop: StopRequested = never,
) -> Generator[Progress, None, Audited]:
    """Audits an image folder as it lies there.

    Args:
        folder: It is only read.
        model: A model file whose number is looked at, too.
        config: Networks, input size, seed, and whether folders below a class stay together.

    Raises:
        InputError: The folder or the model cannot be used.
        Stopped: `stop` returned true.
    """
    config = config or TrainingConfig()
    tested = None
    if model is not None:  # what cannot be read is said before the long work
        tested = yield from evaluate(model, folder, device=device, reading=reading, stop=stop)
    catalog = yield from scan(folder, reading=reading, stop=stop)
    catalog = kept_apart(catalog, known_project(catalog.folder), keep=False)
    with Follower(catalog, config, device) as follower:
        found = yield from audit_catalog(catalog, config, follower, stop=stop)
    return Audited(catalog, found, tested, _model_says(tested) if tested is not None else None)


def audit_catalog(
    catalog: Catalog, config: TrainingConfig, follower: Follower, *, stop: StopRequested = never
) -> Generator[Progress, None, Audit]:
    """Audits a folder as somebody has put its photos.

    Args:
        follower: Of the catalog and the configuration; features that it knows are not computed again.

    Raises:
        Stopped: `stop` returned true.
    """
    traits = yield from examine_photos(catalog, stop=stop)
    findings = tuple(each for each in examine(Evidence(catalog, traits)) if each.check in _CHECKS)

    def work(known: Known) -> Generator[Progress, None, Audit]:
        return (yield from _numbers(catalog, config, known, findings, stop))

    try:
        return (yield from follower.work_on(catalog, work, stop=stop))
    except InputError as error:  # too few photos for a model: what belongs together can be said
        if config.subfolders_together:
            catalog = with_subfolders(catalog)
        learned = [each for each in catalog.samples if each.class_id and each.subset in ("", "training")]
        together = _kinds(learned, None)
        return Audit(len(learned), together, None, findings=findings, why_not=error.message)


def _numbers(
    catalog: Catalog,
    config: TrainingConfig,
    known: Known,
    findings: tuple[Finding, ...],
    stop: StopRequested,
) -> Generator[Progress, None, Audit]:
    samples, classes, seed = known.training, len(known.split.classes), config.seed
    rows = known.features.rows(samples.samples, VIEWS)
    names = groups_of(samples.samples)
    coarse = None if config.subfolders_together else _by_subfolder(catalog, samples)
    yield Progress("audit", 0, _STEPS, Message("comparing_splits"))
    both = by_folder = None
    if len(set(names)) < len(names) or coarse is not None:
        at_random = right_at_random(rows, samples, classes=classes, seed=seed, stop=stop)
        yield Progress("audit", 1, _STEPS, Message("comparing_splits"))
        both = held_apart(samples, known.fitted, at_random)
        if coarse is not None:
            trainer = HeadTrainer(classes, seed=seed)
            fitted = trainer.fit(rows, coarse.targets, groups_of(coarse.samples), stop=stop)
            by_folder = held_apart(coarse, fitted, at_random)
            if by_folder is not None and by_folder.honest.samples < len(samples) / 2:
                by_folder = None  # most classes lie in one folder each, and nothing is left to ask about
    else:  # each photo is for itself: drawing each by itself is no other split
        right = known.fitted.out_of_fold.argmax(axis=1) == samples.targets
        both = held_apart(samples, known.fitted, right)
    yield Progress("audit", 2, _STEPS, Message("comparing_splits"))
    looked_into = (_leaking(each, samples, known) for each in (known.validation, known.test))
    sets = tuple(each for each in looked_into if each is not None)
    yield Progress("audit", _STEPS, _STEPS, Message("comparing_splits"))
    why = Message("audit_nothing_to_check") if both is None else None
    kinds = _kinds(samples.samples, both)
    return Audit(len(samples), kinds, both, by_folder, sets, findings, why)


def _by_subfolder(catalog: Catalog, samples: SampleSet) -> SampleSet | None:
    """The same samples with those of each folder below a class together; None where that changes nothing."""
    put = {each.id: each for each in with_subfolders(catalog).samples}
    others = tuple(put.get(each.id, each) for each in samples.samples)
    names = groups_of(others)
    if len(set(names)) == len(set(groups_of(samples.samples))):
        return None
    from_names = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return replace(samples, samples=others, groups=np.array([from_names[each] for each in names], np.int64))


def _kinds(samples: Sequence[Sample], both: HeldApart | None) -> tuple[Together, ...]:
    members: dict[str, list[Sample]] = defaultdict(list)
    for sample, name in zip(samples, groups_of(samples), strict=True):
        members[name].append(sample)
    kept = {each.samples[0]: each for each in both.groups} if both is not None else {}
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for group in members.values():
        if len(group) < 2:
            continue
        flatters = next((kept[each.id].flatters for each in group if each.id in kept), 0)
        for kind in kinds_of(group):
            for place, more in enumerate((1, len(group), flatters)):
                found[kind][place] += more
    made = (Together(kind, *counts) for kind, counts in found.items())
    return tuple(sorted(made, key=lambda each: (-each.samples, each.kind)))


def kinds_of(group: Sequence[Sample]) -> tuple[str, ...]:
    """Why the samples of one group belong together; see `Together`."""
    digests = {sample.digest for sample in group}
    found = ["same_file"] if len(digests) < len(group) else []
    if len(set(pictures_of(group))) < len(digests):
        found.append("same_picture")
    return (*found, *(kind for kind in why_together(group) if kind != "copies"))


def _leaking(tested: SampleSet, training: SampleSet, known: Known) -> Leaking | None:
    """None where no photo of the set can be checked."""
    tested = tested.part(np.flatnonzero(tested.worth != UNCHECKED))
    if not len(tested):
        return None
    every = groups_of([*training.samples, *tested.samples])
    learned, own = set(every[: len(training)]), every[len(training) :]
    leaked = np.array([name in learned for name in own], bool)
    answers = known.fitted.head.probabilities(known.features.of(tested.samples, VIEWS, exact=True))
    right = answers.argmax(axis=1) == tested.targets
    clean = np.flatnonzero(~leaked)
    return Leaking(
        tested.name,
        tuple(tested.samples[row].id for row in np.flatnonzero(leaked)),
        share_of(right, range(len(right))),
        share_of(right[clean], [own[row] for row in clean.tolist()]) if len(clean) else None,
    )


def _model_says(tested: Evaluation) -> ModelSays:
    table = tested.table
    known = table.targets >= 0
    worth = np.zeros(len(table), np.int8) if table.worth is None else table.worth
    names = table.samples if table.groups is None else table.groups.tolist()

    def share(rows: NDArray[np.bool_]) -> Share | None:
        chosen = np.flatnonzero(rows)
        if not len(chosen):
            return None
        return share_of(table.is_right[chosen], [names[row] for row in chosen.tolist()])

    all_rows = np.flatnonzero(known & (worth != UNCHECKED))
    return ModelSays(
        share_of(table.is_right[all_rows], range(len(all_rows))),
        share(known & (worth == LEARNED)),
        share(known & (worth == FAIR)),
        tested.same is not None,
    )


def share_of(right: NDArray[np.bool_], groups: Iterable[Hashable]) -> Share:
    """The share of right answers, (samples,), with its interval; photos of one group count as one."""
    numbers: dict[Hashable, int] = {}
    place = np.array([numbers.setdefault(each, len(numbers)) for each in groups], np.int64)
    shares = np.bincount(place, weights=right.astype(np.float64)) / np.bincount(place)
    total = min(float(shares.sum()), float(len(shares)))
    low, high = interval_of(total, len(shares), "test")
    return Share(len(right), len(shares), total / len(shares), low, high)
