"""Raw photos that lie beside their JPEG: two files of one photo."""

from __future__ import annotations

from collections.abc import Collection

from workbench.core.data.catalog import Sample, Skipped
from workbench.core.messages import Message
from workbench.core.names import shown

_RAW = "unsupported_format.raw_photo"


def without_twins(
    samples: list[Sample], skipped: list[Skipped], developed: Collection[str]
) -> tuple[list[Sample], list[Skipped]]:
    """Leaves out each raw photo whose name, less its ending, another photo in its folder has.

    Args:
        samples, skipped: What was read, and what could not be used.
        developed: Paths of the samples that are raw photos.

    Returns:
        What is left of the samples, and what is left out, with reason `raw_twin` for the twins.
    """
    usual = {_stem(sample.path): sample.path for sample in samples if sample.path not in developed}
    twins = {
        path: usual[_stem(path)]
        for path in (*developed, *(each.path for each in skipped if each.message.code == _RAW))
        if _stem(path) in usual
    }
    if not twins:
        return samples, skipped
    left_out = [each for each in skipped if each.path not in twins]
    for path, other in twins.items():
        values = {"name": shown(path), "other": shown(other.rpartition("/")[2])}
        left_out.append(Skipped(path, Message("raw_twin", values)))
    return [sample for sample in samples if sample.path not in twins], left_out


def _stem(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return f"{folder}/{(stem if dot else name).casefold()}"
