"""Work on many files in threads: in order, in bounded memory, and stopped at once.

Threads suffice because Pillow lets go of Python's lock while it decodes; worker processes would cost
seconds each and are fragile in packaged programs.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

from workbench.core.errors import Stopped
from workbench.core.jobs import StopRequested

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 16
AHEAD = 3
_STOP_INTERVAL = 0.1
_ATTENDED = "workbench-attended"


def thread_count(wanted: int | None = None) -> int:
    """How many decoding threads to use: as wanted, else one for each processor this program may use."""
    if wanted is not None:
        return max(1, wanted)
    if hasattr(os, "sched_getaffinity"):  # in a container, fewer than the machine has
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_threads(
    work: Callable[[T], R],
    items: Iterable[T],
    *,
    stop: StopRequested,
    threads: int | None = None,
    chunk: int = _CHUNK,
    ahead: int = AHEAD,
) -> Generator[R, None, None]:
    """Yields `work(item)` for each item, in the order of the items, from a pool of threads.

    At most `ahead` chunks a thread wait to be taken. `stop` is only asked in the caller's thread, some
    ten times a second. Closing the generator ends the threads.

    Args:
        chunk: So many items are handed over at once: 1 gives the first results soonest, more cost
            less where the work on each is quick.

    Raises:
        Stopped: `stop` returned true.
    """
    count = thread_count(threads)
    ending = threading.Event()

    def work_on(part: list[T]) -> list[R]:
        results = []
        for item in part:
            if ending.is_set():
                break
            results.append(work(item))
        return results

    source = iter(items)
    waiting: deque[Future[list[R]]] = deque()
    pool = ThreadPoolExecutor(count, thread_name_prefix="workbench-decode")
    try:
        while True:
            while len(waiting) < count * ahead and (part := list(islice(source, chunk))):
                waiting.append(pool.submit(work_on, part))
            if not waiting:
                return
            while not wait([waiting[0]], _STOP_INTERVAL).done:
                _check(stop)
            _check(stop)
            yield from waiting.popleft().result()
    finally:
        ending.set()
        pool.shutdown(cancel_futures=True)


def attended(work: Callable[[], R], stop: StopRequested) -> R:
    """The result of work that cannot be interrupted, with somebody who may leave before it is done.

    The work goes on in its thread to its end; it is for what is of use the next time, or is thrown away.

    Raises:
        Stopped: `stop` returned true meanwhile.
    """
    outcome: Future[R] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
            outcome.set_exception(error)

    thread = threading.Thread(target=run, name=_ATTENDED, daemon=True)
    thread.start()
    while not wait([outcome], _STOP_INTERVAL).done:
        _check(stop)
    thread.join()
    return outcome.result()


def is_left_at_work() -> bool:
    """Whether work goes on that nobody waits for any more."""
    return any(thread.name == _ATTENDED for thread in threading.enumerate())


def _check(stop: StopRequested) -> None:
    if stop():
        raise Stopped
