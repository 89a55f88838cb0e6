"""Arithmetic on many samples, a part of them at a time: in bounded memory, in threads of our own.

A linear algebra library that shares one product among its own threads waits, at the end of each product, for
the slowest of them, and it waits by spinning. Where another program, or an engine that looks at photos, has
one of the processors, a product then takes ten to forty times as long: 500 samples were decomposed in
3.4 s instead of 0.07 s. So each product here is made by one thread, and parts of the samples go to
several, which wait for nobody.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

import numpy as np
import scipy.linalg  # noqa: F401 - its library is to be found, too
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from workbench.core.errors import Stopped
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import Floats
from workbench.core.threads import AHEAD, in_threads

S = TypeVar("S")
T = TypeVar("T")

_LEAST = 512  # samples in a part: fewer are not worth handing over
_PARTS = 16  # at most, where a part may be as large as that makes it


class Rows(Protocol):
    """Features of samples, (samples, features), of which a slice is an array of float16 or float32.

    An array is one; so is a memory map.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """(samples, features)."""

    def __len__(self) -> int:
        """How many samples there are."""

    def __getitem__(self, key: slice | NDArray[np.int64], /) -> NDArray[np.floating]:
        """The features of some of them."""


@contextmanager
def one_thread_a_product() -> Iterator[None]:
    """While it lasts, a matrix product or decomposition is made by the thread that asks for it, alone."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@functools.cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def by_rows(
    work: Callable[[slice], T],
    count: int,
    *,
    most: int | None = None,
    large: bool = False,
    stop: StopRequested = never,
) -> Iterator[T]:
    """Yields what `work` makes of each part of `count` rows, in their order.

    The parts are the same on every machine, however many threads there are: so are sums over them.

    Args:
        work: Called in some thread.
        most: Rows in a part, where each part needs memory for each of its rows.
        large: As `by_parts` takes it.
        stop: Asked at each part, and some ten times a second.

    Raises:
        Stopped: `stop` returned true.
    """
    size = max(_LEAST, -(-count // _PARTS))
    if most is not None:
        size = min(size, most)
    parts = [slice(at, min(at + size, count)) for at in range(0, count, size)]
    yield from by_parts(work, parts, large=large, stop=stop)


def by_parts(
    work: Callable[[S], T], parts: Sequence[S], *, large: bool = False, stop: StopRequested = never
) -> Iterator[T]:
    """Yields what `work` makes of each part, in their order; a single one is made here.

    Args:
        work: Called in some thread.
        large: Whether what it makes is so large that no more of it shall wait than has to.
        stop: Asked at each part, and some ten times a second.

    Raises:
        Stopped: `stop` returned true.
    """
    if len(parts) > 1:
        yield from in_threads(work, parts, stop=stop, chunk=1, ahead=1 if large else AHEAD)
        return
    if stop():
        raise Stopped
    for part in parts:
        yield work(part)


def floats(rows: NDArray[np.floating]) -> Floats:
    """The same in float32; itself where it is."""
    return np.asarray(rows, dtype=np.float32)
