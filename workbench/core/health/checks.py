"""The checks of an image folder as rows. To add one, add a row and its function.

A check takes well under a second on a hundred thousand samples: what takes longer is in its evidence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from workbench.core.data.alike_names import look
from workbench.core.data.catalog import Catalog
from workbench.core.data.groups import in_several_classes, pictures_of
from workbench.core.health.evidence import Evidence
from workbench.core.messages import Message
from workbench.core.registry import Registry

_LONG = 2.4
"""Sides of a photo, one over the other, from which on it is looked at in parts (`images.preprocessing`)."""

Severity = Literal["info", "warning"]
"""`warning`: results will look better or worse than they are, unless something is done."""


@dataclass(frozen=True)
class Found:
    """What a check has found, once for each thing.

    Attributes:
        samples: Ids of the samples concerned; empty for findings on classes.
        values: What the check's sentence names: numbers, lists of class names, or a message.
    """

    samples: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing that a person should know about an image folder.

    Attributes:
        check: Key of the check's row, which has the words.
        samples: Ids of the samples concerned.
        severity: How much it matters.
        remedy: Code of what can be done: `rename_class`, `move_photos`, `add_photos`, `leave_out`, or "".
        values: What the sentence names.
    """

    check: str
    samples: tuple[str, ...]
    severity: Severity
    remedy: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One row: something that may be wrong with the photos of a folder.

    Attributes:
        key: Its stable name, for reports.
        name: What it finds, in a few words.
        sentence: What is said of a finding, with the names of its `values` in braces.
        run: From a folder and what is known of it to what it finds there; nothing where too little is known.
        severity, remedy: Of all its findings; see `Finding`.
        learning: Whether it is said before learning, too; not where nothing has to be done.
    """

    key: str
    name: str
    sentence: str
    run: Callable[[Evidence], Iterable[Found]]
    severity: Severity = "warning"
    remedy: str = ""
    learning: bool = True


def _alike(evidence: Evidence) -> Iterable[Found]:
    alike: dict[str, list[str]] = defaultdict(list)
    for name in evidence.catalog.class_names:
        alike[look(name)].append(name)
    return [Found(values={"classes": names}) for names in alike.values() if len(names) > 1]


def _classed(catalog: Catalog) -> Catalog:
    """The same with those of its samples alone that have a class."""
    return replace(catalog, samples=tuple(s for s in catalog.samples if s.class_id is not None))


def _missing(evidence: Evidence) -> Iterable[Found]:
    catalog = _classed(evidence.catalog)
    present: dict[str, set[str | None]] = defaultdict(set)
    for sample in catalog.samples:
        present[sample.subset].add(sample.class_id)
    for subset in ("validation", "test"):
        lacks = [each.name for each in catalog.classes if each.id not in present[subset]]
        if present[subset] and lacks:
            yield Found(values={"set": subset, "classes": lacks})


def _leaks(evidence: Evidence) -> Iterable[Found]:
    catalog = _classed(evidence.catalog)
    if not any(sample.subset for sample in catalog.samples):
        return
    learned: set[str] = set()
    pictures = dict(zip((s.id for s in catalog.samples), pictures_of(catalog.samples), strict=True))
    for subset in ("training", "validation", "test"):
        members = [sample for sample in catalog.samples if (sample.subset or "training") == subset]
        shared = tuple(sample.id for sample in members if pictures[sample.id] in learned)
        if shared:
            yield Found(shared, {"set": subset, "count": len(shared), "all": len(members)})
        learned |= {pictures[sample.id] for sample in members}


def _contradictions(evidence: Evidence) -> Iterable[Found]:
    catalog = _classed(evidence.catalog)
    contradictory = in_several_classes(catalog.samples)
    samples = [sample for sample in catalog.samples if sample.digest in contradictory]
    if samples:
        among = {sample.class_id for sample in samples}
        names = [each.name for each in catalog.classes if each.id in among]
        yield Found(tuple(s.id for s in samples), {"count": len(samples), "classes": names})


def _too_small(evidence: Evidence) -> Iterable[Found]:
    catalog = _classed(evidence.catalog)
    if not catalog.samples or any(sample.subset == "validation" for sample in catalog.samples):
        return
    training = [sample for sample in catalog.samples if sample.subset in ("", "training")]
    contradictory = in_several_classes(training)
    totals = Counter(sample.class_id for sample in training)
    shown = zip(training, pictures_of(training), strict=True)
    copies = Counter((s.class_id, picture) for s, picture in shown if s.digest not in contradictory)
    checked = {class_id for (class_id, _), count in copies.items() if count < totals[class_id]}
    small = [each.name for each in catalog.classes if each.id not in checked]
    if small:
        yield Found(values={"classes": small})


def _long(evidence: Evidence) -> Iterable[Found]:
    catalog = evidence.catalog
    samples = tuple(s.id for s in catalog.samples if max(s.width, s.height) > _LONG * min(s.width, s.height))
    if samples:
        yield Found(samples, {"count": len(samples)})


def _wrong_class(evidence: Evidence) -> Iterable[Found]:
    if evidence.followed is not None:
        from workbench.core.health.wrong_class import suspects  # NumPy: with the first answers

        samples = tuple(suspects(evidence.catalog, evidence.followed))
        if samples:
            yield Found(samples, {"count": len(samples)})


def _mixed_up(evidence: Evidence) -> Iterable[Found]:
    if evidence.followed is not None:
        from workbench.core.health.wrong_class import mixed_up  # NumPy: with the first answers

        for one, other, share in mixed_up(evidence.catalog, evidence.followed):
            names = [evidence.catalog.name_of(one), evidence.catalog.name_of(other)]
            if all(names):
                yield Found(values={"classes": names, "percent": round(100 * share)})


def _copies(evidence: Evidence) -> Iterable[Found]:
    samples = evidence.catalog.samples
    first: dict[tuple[str | None, str, str], str] = {}
    more = tuple(
        sample.id
        for sample, picture in zip(samples, pictures_of(samples), strict=True)
        if first.setdefault((sample.class_id, sample.subset, picture), sample.id) != sample.id
    )
    if more:
        yield Found(more, {"count": len(more)})


def _standing_out(kind: str) -> Callable[[Evidence], Iterable[Found]]:
    def run(evidence: Evidence) -> Iterable[Found]:
        if evidence.traits is not None:
            from workbench.core.health.photo_quality import stand_out  # NumPy: with the first answers

            samples = stand_out(kind, evidence.catalog, evidence.traits)
            if samples:
                yield Found(samples, {"count": len(samples)})

    return run


def _shortcuts(evidence: Evidence) -> Iterable[Found]:
    if evidence.traits is not None:
        from workbench.core.health.shortcuts import shortcuts  # NumPy: with the first answers

        for each in shortcuts(evidence.catalog, evidence.traits):
            values = {"trait": Message(f"trait.{each.trait}"), "percent": round(100 * each.found)}
            yield Found(values=values)


def _unequal(evidence: Evidence) -> Iterable[Found]:
    counts = {name: count for name, count in evidence.catalog.counts.items() if count}
    if len(counts) > 1:
        most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        if counts[most] >= _UNEQUAL * counts[least]:
            values = {"many": counts[most], "most": [most], "few": counts[least], "least": [least]}
            yield Found(values=values)


_UNEQUAL = 5


CHECKS = Registry(
    "a check",
    Check(
        "leaks",
        "The same photo in two sets",
        "{count} of the {all} photos of the {set} set are also among the others, the same or nearly, "
        "so they say nothing about new photos: they are counted apart.",
        _leaks,
        remedy="move_photos",
    ),
    Check(
        "contradictions",
        "The same photo in several classes",
        "{count} files are the same photo in more than one class, the same or nearly ({classes}). "
        "Which is right? Keep each in its own class; until then, they count as neither right nor wrong.",
        _contradictions,
        remedy="move_photos",
    ),
    Check(
        "shortcuts",
        "Classes can be told apart without looking at what is shown",
        "{trait} alone tells the classes apart for {percent} of 100 photos. A model may learn that in place "
        "of what you mean, and be wrong on other photos. Take photos of every class in the same way.",
        _shortcuts,
        remedy="add_photos",
    ),
    Check(
        "wrong_class",
        "Perhaps in the wrong class",
        "Photos that a model which hadn't learned from them takes for another class: {count}. "
        "Look at them, the least likely first: is the model wrong, or the class?",
        _wrong_class,
        remedy="move_photos",
        learning=False,
    ),
    Check(
        "mixed_up",
        "Classes that look the same",
        "{classes} are mixed up for {percent} of 100 of their photos. Are they one class? Then merge them; "
        "else add photos that show what sets them apart.",
        _mixed_up,
        remedy="add_photos",
        learning=False,
    ),
    Check(
        "blank",
        "Photos that show nothing",
        "Photos of one colour all over: {count}.",
        _standing_out("blank"),
        remedy="leave_out",
        learning=False,
    ),
    Check(
        "blurred",
        "Blurred photos",
        "Photos much less sharp than the others: {count}.",
        _standing_out("blurred"),
        severity="info",
        remedy="leave_out",
        learning=False,
    ),
    Check(
        "dark",
        "Dark photos",
        "Photos much darker than the others: {count}.",
        _standing_out("dark"),
        severity="info",
        remedy="leave_out",
        learning=False,
    ),
    Check(
        "burnt",
        "Overexposed photos",
        "Photos that are white over most of their area, as the others aren't: {count}.",
        _standing_out("burnt"),
        severity="info",
        remedy="leave_out",
        learning=False,
    ),
    Check(
        "tiny",
        "Tiny photos",
        "Photos with far fewer pixels than the others: {count}.",
        _standing_out("tiny"),
        severity="info",
        remedy="leave_out",
        learning=False,
    ),
    Check(
        "copies",
        "Copies of a photo",
        "Photos that are in their class more than once, the same or nearly: {count} more than needed. "
        "Copies count once in every number; you may leave them out.",
        _copies,
        severity="info",
        remedy="leave_out",
        learning=False,
    ),
    Check(
        "unequal",
        "Classes of very different size",
        "{most} has {many} photos, {least} has {few}. Small classes are found less often: add photos.",
        _unequal,
        severity="info",
        remedy="add_photos",
        learning=False,
    ),
    Check(
        "alike_names",
        "Class names that look alike",
        "{classes} look alike (capital letters, blanks, characters that cannot be seen, or accents stored in "
        "two ways) and are kept apart; rename a folder if they are one class.",
        _alike,
        remedy="rename_class",
    ),
    Check(
        "missing_in_set",
        "Sets that lack a class",
        "The {set} set has no usable photo of {classes}.",
        _missing,
        severity="info",
        remedy="add_photos",
    ),
    Check(
        "too_small",
        "Classes too small to check",
        "Too few different photos to check these classes, so they are only learned from: {classes}.",
        _too_small,
        severity="info",
        remedy="add_photos",
    ),
    Check(
        "long",
        "Photos much longer than wide",
        "{count} photos are more than twice as long as wide. Nothing of them is cut off: they are looked at "
        "in parts, so that small things in them are harder to see.",
        _long,
        severity="info",
        learning=False,
    ),
)


def examine(evidence: Catalog | Evidence) -> list[Finding]:
    """Runs every check on a folder, in the order of the registry.

    Args:
        evidence: What is known of the folder; the catalog alone where that is all.
    """
    evidence = Evidence(evidence) if isinstance(evidence, Catalog) else evidence
    return [
        Finding(check.key, found.samples, check.severity, check.remedy, found.values)
        for check in CHECKS
        for found in check.run(evidence)
    ]
