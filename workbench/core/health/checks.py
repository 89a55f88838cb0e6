"""The checks of an image folder as rows. To add one, add a row and its function.

A check takes well under a second on a hundred thousand samples: what takes longer is in its evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.core.data.alike_names import look
from workbench.core.data.catalog import Catalog
from workbench.core.data.groups import pictures_of
from workbench.core.health import from_insight, in_sets
from workbench.core.health.evidence import Evidence, Found
from workbench.core.messages import Message
from workbench.core.registry import Registry

_LONG = 2.4
"""Sides of a photo, one over the other, from which on it is looked at in parts (`images.preprocessing`)."""

Severity = Literal["info", "warning"]
"""`warning`: results will look better or worse than they are, unless something is done."""


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


def _of_insight(find: from_insight.Find) -> Callable[[Evidence], Iterable[Found]]:
    def run(evidence: Evidence) -> Iterable[Found]:
        if evidence.insight is None:
            return []
        return [Found(samples, values) for samples, values in find(evidence.catalog, evidence.insight)]

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
        in_sets.leaks,
        remedy="move_photos",
    ),
    Check(
        "split_series",
        "One burst or video in two sets",
        "{count} of the {all} photos of the {set} set were taken in one go with photos of a set before it "
        "(a burst, frames of one video), so that the numbers look better than they are.",
        in_sets.split_series,
        remedy="move_photos",
    ),
    Check(
        "contradictions",
        "The same photo in several classes",
        "{count} files are the same photo in more than one class, the same or nearly ({classes}). "
        "Which is right? Keep each in its own class; until then, they count as neither right nor wrong.",
        in_sets.contradictions,
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
        "A model that had not learned from them takes {count} of the photos for another class. "
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
        "strangers",
        "Photos that look like no class",
        "Photos that look like none of the others: {count}. Do they belong to a class here? "
        "Else leave them out.",
        _of_insight(from_insight.strangers),
        remedy="leave_out",
        learning=False,
    ),
    Check(
        "too_few",
        "Too few photos of a class",
        "About {more} more photos of {classes} would spare a model a third of its mistakes there: "
        "so far, they have become fewer with every photo.",
        _of_insight(from_insight.too_few),
        severity="info",
        remedy="add_photos",
        learning=False,
    ),
    Check(
        "too_few_in_all",
        "Too few photos",
        "About {more} more photos, of all classes, would spare a model a third of its mistakes.",
        _of_insight(from_insight.too_few_in_all),
        severity="info",
        remedy="add_photos",
        learning=False,
    ),
    Check(
        "enough",
        "More photos would help little",
        "A model of half of the photos is right for {half} of 100, one of all of them for {whole}. More of "
        "the same kind would help little; photos that show what is mistaken now would help more.",
        _of_insight(from_insight.enough),
        severity="info",
        learning=False,
    ),
    Check(
        "kept_together",
        "Photos that are kept together",
        "{groups} groups of photos are kept together (copies, bursts, frames of a video). "
        "Without that you would have seen {apart} %; honestly it is {honest} %.",
        _of_insight(from_insight.kept_together),
        severity="info",
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
        "damaged",
        "Photos that look damaged",
        "Photos that open, but of which a part seems to be lost: {count}. Copy them again from where they "
        "came, or leave them out.",
        _standing_out("damaged"),
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
        "Photos that are a copy of another photo of their class, or nearly: {count}. "
        "Every number counts a photo and its copies once, so they do no harm; you may leave them out.",
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
        in_sets.missing,
        severity="info",
        remedy="add_photos",
    ),
    Check(
        "too_small",
        "Classes too small to check",
        "Too few different photos to check these classes, so they are only learned from: {classes}.",
        in_sets.too_small,
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
