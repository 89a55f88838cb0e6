"""What a configuration asks of this computer that can be told before anything is read. No torch."""

from __future__ import annotations

from pathlib import Path

from workbench.core.config.applying import applies
from workbench.core.config.training_config import TrainingConfig
from workbench.core.edition import has_torch
from workbench.core.errors import InputError
from workbench.core.hardware import has_gpu


def check_possible(config: TrainingConfig, device: str = "auto") -> None:
    """Refuses what could only fail later, after minutes of other work.

    Args:
        device: As `learning.train` takes it.

    Raises:
        InputError: The light edition cannot do it, float16 is asked for without a graphics card, or a
            weights file that is not there.
    """
    check_edition(config, device)
    if applies(config, "amp") and config.amp == "fp16" and (device == "cpu" or not has_gpu()):
        raise InputError("no_fp16")
    weights = config.weights_file if applies(config, "weights_file") else ""
    if weights and not Path(weights).is_file():
        raise InputError("weights_unreadable", path=weights)


def check_edition(config: TrainingConfig, device: str = "auto") -> None:
    """Refuses what only the full edition of the program can do.

    Args:
        device: As `learning.train` takes it.

    Raises:
        InputError: The method learns by gradients or a graphics card is asked for, and torch is not there.
    """
    if not config.method.is_here:
        raise InputError("full_edition.method", method=config.method.name)
    if device.startswith("cuda") and not has_torch():
        raise InputError("full_edition.device")
