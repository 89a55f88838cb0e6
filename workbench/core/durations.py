"""How long a run will take on this computer, from what was measured on it. No torch: the cards show it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog
from workbench.core.improve.plan import PLANS, ImproveSpeed
from workbench.core.improve.ways import ways_to_try
from workbench.core.instant.which_networks import count_compared, work
from workbench.core.registry import resolve

_VIEWS = 2
_HEAD_SECONDS_A_SAMPLE = 0.001
"""Fitting heads takes about so long; roughly proportional to the photos where classes are few."""
_USUAL = 40.0
"""Photos a second through a network where this was not measured yet."""
_LEARNED = 12.0
"""Photos a second that a whole network learns from, on a laptop; its own steps soon say it better."""
_TOO_LONG = 60.0
"""Seconds that somebody waits for what they did not ask for."""
_OPENING, _SAVING, _QUICK = 1.0, 0.5, 12.0
_PREPARED, _CHECKED = 500.0, 60.0
"""Photos a second that are brought to the network's size, and that a trained one is asked about."""


@dataclass(frozen=True)
class Rates:
    """What this computer does in a second, in photos; 0 or None where it was not measured.

    Attributes:
        features: One pass of one view through the usual backbone, with the fastest engine: what learns.
        pace: Of improving.
        answers: As `features`, with what answers in float32.
    """

    features: float = 0.0
    pace: ImproveSpeed | None = None
    answers: float = 0.0


@dataclass(frozen=True)
class Photos:
    """How many photos a run has.

    Attributes:
        learned: To learn from.
        checked: In the sets that the folder itself keeps apart, to check and to test with.
    """

    learned: int
    checked: int = 0

    @classmethod
    def of(cls, catalog: Catalog | None) -> Photos:
        """Those of a folder; none where there is none."""
        sets = [sample.subset for sample in catalog.samples if sample.class_id] if catalog is not None else []
        learned = sum(each in ("", "training") for each in sets)
        return cls(learned, len(sets) - learned)


@dataclass(frozen=True)
class Stage:
    """A part of a run that comes after another.

    Attributes:
        key: Code of the message that its progress has; `fitting` and `learning` have none.
        seconds: About how long it takes.
        counts: Whether it tells how quick this computer is with the stages to come.
        part: The run may be over after each part of this share, above 0 to 1, where going on would hardly
            help; 1 where it always goes on.
    """

    key: str
    seconds: float
    counts: bool = True
    part: float = 1.0


def stages_for(config: TrainingConfig, photos: Photos, rates: Rates) -> list[Stage]:
    """What a run does one after the other, as far as it can be told beforehand."""
    if not config.method.stages:
        return []
    found: list[Stage] = resolve(config.method.stages)(config, photos, rates)
    return found


def instant_stages(config: TrainingConfig, photos: Photos, rates: Rates) -> list[Stage]:
    """Of the instant model; see `fit_instant`."""
    usual = config.architecture == TrainingConfig().architecture
    looking, to_answer = _looking(config, photos, rates if usual else Rates())
    return [
        Stage("getting_ready", _OPENING, counts=False),
        Stage("looking", looking),
        Stage("fitting", _HEAD_SECONDS_A_SAMPLE * photos.learned),
        Stage("looking_to_answer", to_answer),
        Stage("saving", _SAVING, counts=False),
    ]


def _looking(config: TrainingConfig, photos: Photos, rates: Rates) -> tuple[float, float]:
    """Seconds of looking to learn, and of looking to answer."""
    features = rates.features or _USUAL
    answers = rates.answers or features
    answered = photos.checked + (count_compared(photos.learned) if answers != features else 0)
    each = _VIEWS * work(config, photos.learned)
    return each * photos.learned / features, each * answered / answers


def improve_stages(config: TrainingConfig, photos: Photos, rates: Rates) -> list[Stage]:
    """Of improving: the instant model, the views, the rounds, and what makes the result quick."""
    samples = photos.learned
    plan, pace = PLANS[config.quality], rates.pace
    learning = pace.seconds(plan, samples) if pace is not None else 120.0 + plan.passes * samples / _USUAL
    views = plan.views * samples / pace.views if pace is not None and pace.views else 0.0
    return [
        *instant_stages(config, photos, rates)[:-1],
        *_other_looks(config, photos, rates),
        Stage("looking_again", views),
        Stage("learning", max(learning - views, 1.0), part=1 / (plan.compared(samples) + 1)),
        Stage("making_quick", _QUICK, counts=False),
    ]


def epoch_stages(config: TrainingConfig, photos: Photos, rates: Rates) -> list[Stage]:
    """Of training epoch by epoch."""
    samples = photos.learned + photos.checked
    return [
        Stage("downloading_weights", _OPENING, counts=False),
        Stage("preparing_photos", samples / _PREPARED, counts=False),
        Stage("learning", config.epochs * samples / _LEARNED),
        Stage("checking", config.validation_fraction * samples / _CHECKED, counts=False),
    ]


def first_config(catalog: Catalog | None, rates: Rates) -> TrainingConfig:
    """What is begun by itself on a folder: where all photos would take too long, with as many as help."""
    config = recommended("instant")
    seconds = seconds_for(config, Photos.of(catalog), rates)
    return replace(config, photos="enough") if (seconds or 0.0) > _TOO_LONG else config


def seconds_for(config: TrainingConfig, photos: Photos, rates: Rates) -> float | None:
    """About how long a run takes on a folder that is already scanned; None where that cannot be told."""
    if not config.method.estimate or config.architecture != TrainingConfig().architecture:
        return None
    found: float | None = resolve(config.method.estimate)(config, photos, rates)
    return found


def instant_seconds(config: TrainingConfig, photos: Photos, rates: Rates) -> float | None:
    """Of the instant model: two views of each photo, and the heads."""
    if rates.features <= 0:
        return None
    return sum(_looking(config, photos, rates)) + _HEAD_SECONDS_A_SAMPLE * photos.learned


def improve_seconds(config: TrainingConfig, photos: Photos, rates: Rates) -> float | None:
    """Of improving: the instant model, then rounds of fine-tuning."""
    instant, samples = instant_seconds(config, photos, rates), photos.learned
    if instant is None or rates.pace is None:
        return None
    looks = sum(stage.seconds for stage in _other_looks(config, photos, rates))
    return instant + looks + rates.pace.seconds(PLANS[config.quality], samples)


def _other_looks(config: TrainingConfig, photos: Photos, rates: Rates) -> list[Stage]:
    """Of what is tried before the rounds (`core.improve.ways`): each looks to learn, then to answer.

    Where some photos are a trial, which what stands answers first, the others are only looked at if it goes
    well: that shows then.
    """
    found = []
    for way in ways_to_try(config, photos.learned):
        other, first = replace(config, **way.changes), way.first(photos.learned)
        if first < photos.learned:
            some = Photos(first)
            looks = [_looking(config, some, rates)[1], *_looking(other, some, rates)]
            found += [Stage(f"trying.{way.key}", seconds) for seconds in looks if seconds]
            found.append(Stage(f"looking.{way.key}", 0.0, counts=False))
        else:
            looks = list(_looking(other, photos, rates))
            found += [Stage(f"looking.{way.key}", seconds) for seconds in looks if seconds]
    return found
