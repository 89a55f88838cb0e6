"""What crosses the pipe between the window and an engine; `engine.requests` lists what can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.core.durations import Rates
from workbench.core.errors import ErrorReport
from workbench.engine.requests import Request


@dataclass(frozen=True)
class Submit:
    """Window → engine: run a job."""

    job: int
    request: Request


@dataclass(frozen=True)
class Stop:
    """Window → engine: end a job early and keep what it has."""

    job: int


@dataclass(frozen=True)
class Quit:
    """Window → engine: stop all jobs and end."""


@dataclass(frozen=True)
class JobEvent:
    """Engine → window: something that a job yielded."""

    job: int
    event: Any


@dataclass(frozen=True)
class JobCompleted:
    """Engine → window: a job's result; nothing more comes from it."""

    job: int
    result: Any


@dataclass(frozen=True)
class JobFailed:
    """Engine → window: a job ended with an error; nothing more comes from it."""

    job: int
    error: ErrorReport


@dataclass(frozen=True)
class DeviceInfo:
    """What an engine computes on.

    Attributes:
        device: `cpu` or `cuda:0`.
        name: The processor's or the card's own name.
        rates: How fast it was measured to be.
    """

    device: str
    name: str
    rates: Rates = field(default_factory=Rates)
