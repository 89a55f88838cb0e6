"""The photos that a model learned from, as its file tells of them: by content and by look, not by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from workbench.core.data.catalog import Roots, Sample
from workbench.core.data.look_store import looks_of
from workbench.core.images.alike import known
from workbench.core.images.look import LOOK_VERSION, SIDE, Looks

_DIGEST = 16  # bytes of the SHA-256; two photos with these alike are not met with


@dataclass(frozen=True)
class LearnedPhotos:
    """What a model file keeps of the photos that its model learned from.

    Attributes:
        digests: The first bytes of each file's SHA-256, uint8, shape (n, 16).
        looks: What they look like, as far as that is known, (m, SIDE, SIDE), m ≤ n.
    """

    digests: NDArray[np.uint8]
    looks: Looks

    @classmethod
    def of(cls, roots: Roots, samples: Sequence[Sample]) -> LearnedPhotos:
        """Of a training set."""
        found = looks_of(roots, samples)
        digests = sorted({sample.digest for sample in samples})
        looks = [found[digest] for digest in digests if digest in found]
        return cls(_heads(digests), np.array(looks, np.uint8).reshape(-1, SIDE, SIDE))

    def to_entry(self) -> bytes:
        """As an entry of a model file."""
        version = np.array(LOOK_VERSION)
        return safetensors.numpy.save({"digests": self.digests, "looks": self.looks, "version": version})

    @classmethod
    def from_entry(cls, entry: bytes) -> LearnedPhotos:
        """Reads what `to_entry` wrote; looks of another version cannot be compared and are left out.

        Raises:
            KeyError, ValueError, safetensors.SafetensorError: It is not what was written.
        """
        values = safetensors.numpy.load(entry)
        digests, looks = values["digests"], values["looks"]
        if digests.dtype != np.uint8 or digests.ndim != 2 or digests.shape[1] != _DIGEST:
            raise ValueError(f"digests of shape {digests.shape}")
        if int(values["version"]) != LOOK_VERSION:
            looks = np.empty((0, SIDE, SIDE), np.uint8)
        if looks.dtype != np.uint8 or looks.shape[1:] != (SIDE, SIDE):
            raise ValueError(f"looks of shape {looks.shape}")
        return cls(digests, looks)

    def among(self, digests: Sequence[str], looks: Mapping[str, Looks]) -> tuple[set[str], set[str]]:
        """Which of some photos the model learned from, by their digests.

        Args:
            looks: What they look like, as far as that is known, by digest.

        Returns:
            The digests of the very files, and of other files that show nearly the same picture.
        """
        own = {row.tobytes() for row in self.digests}
        different = sorted(set(digests))
        heads = _heads(different)
        same = {digest for digest, head in zip(different, heads, strict=True) if head.tobytes() in own}
        asked = [digest for digest in different if digest not in same and digest in looks]
        if not asked or not len(self.looks):
            return same, set()
        found = known(np.stack([looks[digest] for digest in asked]), self.looks)
        return same, {digest for digest, seen in zip(asked, found.tolist(), strict=True) if seen}


def _heads(digests: Sequence[str]) -> NDArray[np.uint8]:
    whole = np.frombuffer(bytes.fromhex("".join(digests)), np.uint8).reshape(len(digests), 32)
    return np.ascontiguousarray(whole[:, :_DIGEST])
