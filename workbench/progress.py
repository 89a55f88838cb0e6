"""Progress on a terminal, and Ctrl-C as a wish to stop."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from typing import IO, Any, Self, TextIO, TypeVar, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from workbench.core.config.methods import Method, method_of
from workbench.core.events import EpochDone, HeadFitted, Note, Progress, StepDone, TrainingStarted
from workbench.core.jobs import run

T = TypeVar("T")


class _Heedless(io.TextIOBase):
    """A text stream that nobody need hear: work goes on where its reader has gone or its disk is full."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override] # nobody sets it
        """As the stream's."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Writes what can be written."""
        if self._stream is not None:
            with contextlib.suppress(OSError, ValueError):
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Passes on what can be passed on."""
        if self._stream is not None:
            with contextlib.suppress(OSError, ValueError):
                self._stream.flush()

    def isatty(self) -> bool:
        """As the stream's."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """As the stream's."""
        return self._stream.fileno() if self._stream is not None else super().fileno()


class Reporter:
    """Drives jobs and shows their events on standard error: bars on a terminal, elsewhere only notes.

    Args:
        quiet: Show nothing.

    Attributes:
        started: What the last training run said when it began.
        notes: What was noted on the way, in sentences.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        stream = cast(IO[str], _Heedless(sys.stderr))
        self._console = Console(file=stream, markup=False, emoji=False, highlight=False, quiet=quiet)
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=quiet or not self._is_watched(),
        )
        self._tasks: dict[str, TaskID] = {}
        self.started: TrainingStarted | None = None
        self.notes: list[str] = []

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bars.stop()

    def drive(self, job: Generator[Any, None, T]) -> T:
        """Runs a job to its end, shows what it yields, and returns its result."""
        return run(job, self.show)

    def say(self, sentence: str) -> None:
        """Prints a sentence above the bars."""
        self._console.print(sentence, soft_wrap=True)  # a name may hold brackets, colons, and be long

    def note(self, sentence: str) -> None:
        """Says what the result is to tell, too."""
        self.notes.append(sentence)
        self.say(sentence)

    def say_on_terminal(self, sentence: str) -> None:
        """Prints what is only of interest while somebody watches."""
        if self._is_watched():
            self.say(sentence)

    def _is_watched(self) -> bool:
        return self._console.is_terminal or self._console.is_jupyter

    def show(self, event: Any) -> None:
        """Shows one event; those that it has no picture for are passed over."""
        match event:
            case Progress():
                self.advance(event.phase, event.text or event.phase, event.done, event.total)
                if 0 < event.total == event.done:
                    self._bars.remove_task(self._tasks.pop(event.phase))
            case Note():
                self.note(event.text)
            case TrainingStarted():
                self.started = event
                if event.epochs or not _method(event).counts:  # rounds tell of themselves once more
                    self.say_on_terminal(_start_line(event))
            case StepDone() if self.started is not None:
                counted = _counted(self.started).capitalize()
                text = (
                    f"{counted} {event.epoch} of {self.started.epochs}, loss {event.loss:.3f}, "
                    f"accuracy {event.accuracy:.3f}, {event.samples_per_second:.0f} photos/s"
                )
                self.advance("train", text, event.step, self.started.epochs * self.started.steps_per_epoch)
            case EpochDone() if self.started is not None:
                self.say_on_terminal(_epoch_line(event, _counted(self.started)))
            case HeadFitted():
                which = "Final" if event.is_final else "First"
                found = event.cross_validated
                good = f": cross-validated accuracy {found.accuracy:.3f}" if found is not None else ""
                some = f" from {event.samples:,} of {event.of:,} photos" if event.is_of_some else ""
                self.say_on_terminal(f"{which} model{some} after {event.seconds:.0f} s{good}")
            case _:
                pass

    def advance(self, key: str, text: str, done: int, total: int) -> None:
        """Shows how far one piece of work has come; total 0 where it is not known."""
        if key not in self._tasks:
            for other in list(self._tasks):  # one piece of work at a time; its end need not be known
                self._bars.remove_task(self._tasks.pop(other))
            self._tasks[key] = self._bars.add_task(text, total=None)
        self._bars.update(self._tasks[key], description=text, completed=done, total=total or None)


def _start_line(event: TrainingStarted) -> str:
    line = f"{event.architecture} with {event.parameters:,} parameters on {event.device}"
    return line if not _method(event).counts else f"{line}, mixed precision {event.amp}"


def _counted(event: TrainingStarted) -> str:
    return _method(event).counts or "epoch"


def _method(event: TrainingStarted) -> Method:
    return method_of({"mode": event.mode})


def _epoch_line(event: EpochDone, counted: str) -> str:
    sets = {"training": event.training, "validation": event.validation}
    told = (
        f"{name} loss {m.loss:.3f}, accuracy {m.accuracy:.3f}" for name, m in sets.items() if m is not None
    )
    best = " (best so far)" if event.is_best and counted == "epoch" else ""
    return f"{counted} {event.epoch}: {'; '.join(told)}{best}"


@contextlib.contextmanager
def stop_on_interrupt(say: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """Gives a `stop` that turns true at Ctrl-C; a second Ctrl-C interrupts at once.

    Outside the main thread, where there are no signals, `stop` stays false.
    """
    wish = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield wish.is_set
        return

    def ask(number: int, frame: object) -> None:
        wish.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        say("Stopping… Press Ctrl-C again to end at once.")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wish.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
