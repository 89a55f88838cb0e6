"""imagehash's hashes on the photos of the benchmarks `copies.…`.

uv run --group bench --with imagehash python -m benchmarks.peers.image_hash [--data FOLDER]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import data
from benchmarks.copies import ALTERED, altered, originals, pixels_of
from workbench.core.threads import thread_count

_HASHES: dict[str, Callable[[Image.Image], Any]] = {
    "pHash": imagehash.phash,
    "dHash": imagehash.dhash,
    "pHash of 256 bits": partial(imagehash.phash, hash_size=16),
}
_FALSE = 0.01
_BLOCK = 500


def bits_of(hashed: Callable[[Image.Image], Any], content: bytes) -> NDArray[np.uint8]:
    """The bits of a photo's hash, packed."""
    return np.packbits(hashed(Image.fromarray(pixels_of(content))).hash.ravel())


def found(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> tuple[float, int]:
    """The largest share of copies found with at most 1 % of false pairs, and the distance for that."""
    one, other = first.view(np.uint64), second.view(np.uint64)
    every = np.zeros(64 * one.shape[1] + 1, np.int64)
    for begin in range(0, len(one), _BLOCK):
        distance = sum(
            np.bitwise_count(one[begin : begin + _BLOCK, None, word] ^ other[None, :, word]).astype(np.int16)
            for word in range(one.shape[1])
        )
        every += np.bincount(np.ravel(distance), minlength=len(every))
    apart = np.bitwise_count(one ^ other).sum(axis=1, dtype=np.int64)
    right = np.bincount(apart, minlength=len(every)).cumsum()
    every = every.cumsum()
    allowed = np.flatnonzero((every > 0) & (every - right <= _FALSE * every))
    return (float(right[allowed[-1]]) / len(one), int(allowed[-1])) if len(allowed) else (0.0, -1)


def main() -> None:
    """Prints a row for each set and hash."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=data.default_folder())
    folder = parser.parse_args().data
    print("| photos | hash |", " | ".join(ALTERED), "|")
    with ThreadPoolExecutor(thread_count()) as pool:
        for name in ("ants_bees", "sign_digits", "cifar10"):
            files = originals(folder, name)
            copies = {how: list(pool.map(partial(altered, how), enumerate(files))) for how in ALTERED}
            for key, hashed in _HASHES.items():
                whole = np.stack(list(pool.map(partial(bits_of, hashed), files)))
                cells = []
                for made in copies.values():
                    share, distance = found(whole, np.stack(list(pool.map(partial(bits_of, hashed), made))))
                    cells.append(f"{100 * share:.1f} % ({distance})")
                print(f"| {name} | {key} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
