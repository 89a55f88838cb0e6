"""How honest a number for a folder is: what an audit finds, and what is said of it. `core.audit` finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.core.health.checks import Finding
from workbench.core.messages import Message
from workbench.core.results.comparison import Comparison
from workbench.core.results.estimate import Estimate


@dataclass(frozen=True)
class Share:
    """How many of some photos were right.

    Attributes:
        samples: How many photos.
        groups: How many of them count: what belongs together as one, unless each is taken for itself.
        accuracy: Share of right answers, 0 to 1.
        low, high: Its 95 % interval (Wilson's).
    """

    samples: int
    groups: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True)
class Kept:
    """What became of one group of photos.

    Attributes:
        samples: Ids of those that were checked, two or more.
        at_random, together: How many of them were right with each drawn by itself, and kept together.
    """

    samples: tuple[str, ...]
    at_random: int
    together: int

    @property
    def flatters(self) -> int:
        """How many more a split at random counts right."""
        return self.at_random - self.together


@dataclass(frozen=True)
class HeldApart:
    """Two cross-validations of the same photos: each drawn into a fold by itself, and groups kept whole.

    Attributes:
        at_random: What a split at random shows: the share of the photos, with the interval that goes with it
            where nobody knows what belongs together.
        honest: The accuracy to expect, groups counting as one.
        comparison: Of the groups of several photos, how many more of which are right at random (`put_right`)
            or kept together (`spoiled`); whether that is more than luck.
        groups: These groups, the one that flatters most first, then the largest.
    """

    at_random: Estimate
    honest: Estimate
    comparison: Comparison
    groups: tuple[Kept, ...]

    @property
    def flatters(self) -> bool:
        """Whether a split at random shows more than is so, by more than luck would bring about."""
        return self.comparison.is_better and self.difference > 0

    @property
    def difference(self) -> float:
        """How much more a split at random shows, -1 to 1."""
        return self.at_random.accuracy - self.honest.accuracy


@dataclass(frozen=True)
class Together:
    """Photos that belong together for one reason.

    Attributes:
        kind: `same_file`, `same_picture` (saved anew, resized, cropped, mirrored), `burst`, `video`,
            `folder`, or `group` where a table names it.
        groups, samples: How many groups have it, and how many photos these are. A group may have several.
        flatters: How many more of these photos a split at random counts right; 0 where none was tried.
    """

    kind: str
    groups: int
    samples: int
    flatters: int = 0


@dataclass(frozen=True)
class Leaking:
    """A validation or test set that the folder has, and what of it is in its training set as well.

    Attributes:
        name: `validation` or `test`.
        leaked: Ids of the photos that belong together with one that is learned from.
        shown: What the set shows: the head of the training set on all of its photos.
        honest: The same on the photos that did not leak; None where there are none.
    """

    name: str
    leaked: tuple[str, ...]
    shown: Share
    honest: Share | None


@dataclass(frozen=True)
class ModelSays:
    """A model's number on the folder.

    Attributes:
        shown: On all photos that can be checked, whether it had learned from them or not.
        learned: On those that it had learned from, or from nearly the same; None where it had from none.
        new: On the others; None where there are none.
        is_known: Whether its file says what it learned from; else all photos are taken for new ones.
    """

    shown: Share
    learned: Share | None
    new: Share | None
    is_known: bool


@dataclass(frozen=True)
class Audit:
    """What was found.

    Attributes:
        samples: How many photos are learned from and asked about in turn.
        together: What belongs together, by kind, the largest first.
        held_apart: Both numbers; None where a model could not be checked.
        by_folder: The same with the photos of each folder below a class kept together as well; None where
            there are no such folders, or too few.
        sets: The sets that the folder has besides its training set.
        findings: What else makes a number say something else than it seems to.
        why_not: Why there are no two numbers; None where there are.
    """

    samples: int
    together: tuple[Together, ...]
    held_apart: HeldApart | None
    by_folder: HeldApart | None = None
    sets: tuple[Leaking, ...] = ()
    findings: tuple[Finding, ...] = ()
    why_not: Message | None = None


_ALIKE = 2
"""Points: where both numbers differ by more, and answers do not, large groups make the difference."""


def in_percent(share: float) -> int:
    """As whole percent; 100 and 0 only where it is all or nothing."""
    return round(100 * share) if share in (0, 1) else min(99, max(1, round(100 * share)))


def both_numbers(audit: Audit) -> Message:
    """What comes first: both numbers, or why there are none."""
    found = audit.held_apart
    if found is None:
        return audit.why_not or Message("audit_nothing_to_check")
    values = {"at_random": in_percent(found.at_random.accuracy), "honest": in_percent(found.honest.accuracy)}
    if not found.groups:
        return Message("audit_nothing_together", {"honest": values["honest"]})
    if found.flatters:
        return Message("audit_flatters", values)
    if abs(values["at_random"] - values["honest"]) > _ALIKE:
        return Message("audit_weighted", values)
    return Message("audit_harmless", values)


def further(audit: Audit) -> Iterator[Message]:
    """What makes the difference, kind by kind, then what folders and sets change."""
    for kind in audit.together:
        yield about_kind(kind)
    if audit.by_folder is not None:
        yield Message("audit_by_folder", {"honest": in_percent(audit.by_folder.honest.accuracy)})
    for leaking in audit.sets:
        if leaking.leaked:
            yield about_set(leaking)


def about_kind(kind: Together) -> Message:
    """How many photos belong together so, and how many of them only a split at random gets right."""
    values = {"groups": kind.groups, "samples": kind.samples}
    what = Message(f"audit_kind.{kind.kind}", values)
    if kind.flatters > 0:
        return Message("audit_kind_flatters", {"what": what, "flatters": kind.flatters})
    return Message("audit_kind_only", {"what": what})


def about_set(leaking: Leaking) -> Message:
    """What a leak across the folder's own sets changes."""
    values = {
        "leaked": len(leaking.leaked),
        "samples": leaking.shown.samples,
        "set": leaking.name,
        "shown": in_percent(leaking.shown.accuracy),
    }
    if leaking.honest is None:
        return Message("audit_set_all", values)
    values |= {"honest": in_percent(leaking.honest.accuracy)}
    return Message("audit_set", values)


def about_model(said: ModelSays) -> Iterator[Message]:
    """What a model's number is worth on this folder."""
    yield Message("audit_model", {"shown": in_percent(said.shown.accuracy), "samples": said.shown.samples})
    if not said.is_known:
        yield Message("result.learned_unknown")
    if said.learned is not None:
        values = {"samples": said.learned.samples, "percent": in_percent(said.learned.accuracy)}
        yield Message("audit_model_learned", values)
        if said.new is None:
            yield Message("audit_model_all_learned")
        else:
            values = {"samples": said.new.samples, "percent": in_percent(said.new.accuracy)}
            yield Message("audit_model_new", values)
