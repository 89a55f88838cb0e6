"""What may be wrong with how photos lie in sets and classes: checks that need the catalog alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.groups import groups_of, in_several_classes, pictures_of
from workbench.core.health.evidence import Evidence, Found


def _classed(catalog: Catalog) -> Catalog:
    """The same with those of its samples alone that have a class."""
    return replace(catalog, samples=tuple(s for s in catalog.samples if s.class_id is not None))


def missing(evidence: Evidence) -> Iterable[Found]:
    """The sets that lack a class."""
    catalog = _classed(evidence.catalog)
    present: dict[str, set[str | None]] = defaultdict(set)
    for sample in catalog.samples:
        present[sample.subset].add(sample.class_id)
    for subset in ("validation", "test"):
        lacks = [each.name for each in catalog.classes if each.id not in present[subset]]
        if present[subset] and lacks:
            yield Found(values={"set": subset, "classes": lacks})


def leaks(evidence: Evidence) -> Iterable[Found]:
    """The photos of each set whose picture a set before it has."""
    samples = _classed(evidence.catalog).samples
    return _in_two_sets(samples, pictures_of(samples), [False] * len(samples))


def split_series(evidence: Evidence) -> Iterable[Found]:
    """The photos of each set that were taken in one go with photos of a set before it."""
    samples = _classed(evidence.catalog).samples
    pictures = pictures_of(samples)
    shown = Counter(pictures)
    # A picture that is there more than once has a finding of its own.
    return _in_two_sets(samples, groups_of(samples), [shown[each] > 1 for each in pictures])


def _in_two_sets(
    samples: Sequence[Sample], names: Sequence[str], passed_over: Sequence[bool]
) -> Iterable[Found]:
    """The samples of each set whose name others have that are in a set before it."""
    learned: set[str] = set()
    named = list(zip(samples, names, passed_over, strict=True))
    for subset in ("training", "validation", "test"):
        members = [(each, name, out) for each, name, out in named if (each.subset or "training") == subset]
        shared = tuple(each.id for each, name, out in members if name in learned and not out)
        if shared:
            yield Found(shared, {"set": subset, "count": len(shared), "all": len(members)})
        learned |= {name for _, name, _ in members}


def contradictions(evidence: Evidence) -> Iterable[Found]:
    """The photos whose picture lies in several classes."""
    catalog = _classed(evidence.catalog)
    contradictory = in_several_classes(catalog.samples)
    samples = [sample for sample in catalog.samples if sample.digest in contradictory]
    if samples:
        among = {sample.class_id for sample in samples}
        names = [each.name for each in catalog.classes if each.id in among]
        yield Found(tuple(s.id for s in samples), {"count": len(samples), "classes": names})


def too_small(evidence: Evidence) -> Iterable[Found]:
    """The classes whose photos are too few, or too much alike, to be checked."""
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
