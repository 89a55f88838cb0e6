"""Other ways to look at the photos, as rows: improving tries one after the other. To add one, add a row.

A way is what it changes in the configuration of the instant model, so that the model file says how to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.training_config import TrainingConfig
from workbench.core.instant.which_networks import looking
from workbench.core.settings import replace
from workbench.core.weights.stored import weights_state

MOST = 2000
"""Photos to learn from: with more, another look takes longer than what improving does otherwise."""
TRIAL = 100
"""So many photos are looked at first; of hardly more, all are."""
_OF_EACH = 10  # class: with fewer, models are too different from what they will be


@dataclass(frozen=True)
class WayToLook:
    """One row.

    Attributes:
        key: Its name; `looking.KEY`, `trying.KEY` and `look.KEY` are codes of messages.
        changes: What it changes in the configuration that was kept so far.
        proven: Whether it was right more often on all photos that were ever tried: then no trial comes first,
            and being right about more photos is enough. Others have to win by more than luck.
    """

    key: str
    changes: Mapping[str, Any]
    proven: bool = False

    def first(self, photos: int, classes: int = 2) -> int:
        """How many of the photos, of so many classes, are looked at before anything is known of it."""
        trial = max(TRIAL, _OF_EACH * classes)
        return photos if self.proven or photos <= 1.5 * trial else trial


WAYS = (
    WayToLook("two_networks", {"networks": "two"}, proven=True),
    WayToLook("small_objects", {"architecture": "efficientnet_lite0_max", "networks": "auto"}),
)
"""In the order in which they are tried, each from what was kept before it."""


def ways_to_try(config: TrainingConfig, photos: int) -> list[WayToLook]:
    """The ways that improving tries: none where somebody has chosen, or of many photos.

    Args:
        config: What was asked for.
        photos: How many there are to learn from.
    """
    usual = TrainingConfig(mode=config.mode)
    names = ("architecture", "networks", "input_size", "weights_file")
    if photos > MOST or any(getattr(config, name) != getattr(usual, name) for name in names):
        return []
    return [way for way in WAYS if _is_new(config, way, photos)]


def _is_new(config: TrainingConfig, way: WayToLook, photos: int) -> bool:
    before, after = (looking(each, photos) for each in (config, replace(config, way.changes)))
    same = all(getattr(before, name) == getattr(after, name) for name in ("architecture", "input_size"))
    return not same and weights_state(architecture_of(after.architecture)) == "here"
