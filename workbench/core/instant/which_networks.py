"""Which networks look at the photos of an instant model, and how much work that is."""

from __future__ import annotations

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.methods import METHODS
from workbench.core.config.training_config import TrainingConfig
from workbench.core.settings import replace
from workbench.core.weights.stored import weights_state

TWO = "two_efficientnets"
FEW = 200
"""Photos to learn from: two networks look at so many in seconds."""
_SHARE, _LEAST, _MOST = 50, 32, 128


def looking(config: TrainingConfig, photos: int) -> TrainingConfig:
    """The configuration with the architecture that looks at the photos.

    The usual network and a larger one together are right more often than either of them, whatever the photos
    show and however many there are (decision 19); with many photos that takes long. What the person has
    chosen in place of the usual network, or of its weights, stays.

    Args:
        photos: How many there are to learn from.
    """
    usual = METHODS.of("instant").architecture
    if config.architecture != usual or config.weights_file or config.networks == "one":
        return config
    if config.networks == "auto" and (photos > FEW or weights_state(architecture_of(TWO)) != "here"):
        return config
    return replace(config, {"architecture": TWO})


def work(config: TrainingConfig, photos: int) -> float:
    """How much longer looking at a photo takes than with the usual network at its own size; see `looking`."""
    usual = architecture_of(METHODS.of("instant").architecture)
    row = architecture_of(looking(config, photos).architecture)
    share = (config.input_size or row.input_size) / row.input_size
    return share**2 * row.multiply_adds / usual.multiply_adds


def count_compared(photos: int) -> int:
    """How many of the photos are also looked at in float32 where a runtime learns in fewer bits."""
    return min(photos, max(_LEAST, min(photos // _SHARE, _MOST)))
