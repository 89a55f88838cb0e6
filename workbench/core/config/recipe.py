"""Which preprocessing recipe a training run starts from."""

from __future__ import annotations

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import input_size_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.images.preprocessing import PHOTO_SIDE, ROWS_FROM, WHOLE_FROM, Preprocessing

_LONG = (WHOLE_FROM, ROWS_FROM)


def preprocessing_for(row: Architecture, config: TrainingConfig) -> Preprocessing:
    """The recipe that a training run starts from.

    Pretrained weights bring their own mean, standard deviation, crop and interpolation; for grey
    values their means over the colours are taken. From scratch, the whole short side is used. Of photos much
    longer than wide everything is seen.

    Raises:
        InputError: The architecture cannot work with the input size.
    """
    crop = input_size_for(row, config.input_size, config.design)
    if not config.method.pretrained or row.weights is None:
        half = (0.5,) * config.channels
        decode = max(PHOTO_SIDE, crop)
        return Preprocessing(crop, crop, config.channels, half, half, "bilinear", decode, *_LONG)
    weights = row.weights
    mean: tuple[float, ...] = weights.mean
    std: tuple[float, ...] = weights.std
    if config.channels == 1:
        mean, std = (sum(mean) / len(mean),), (sum(std) / len(std),)
    resize = max(crop, round(crop / weights.crop_share))
    decode = max(PHOTO_SIDE, resize)
    return Preprocessing(resize, crop, config.channels, mean, std, weights.interpolation, decode, *_LONG)
