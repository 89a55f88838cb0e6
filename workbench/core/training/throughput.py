"""How fast a run goes, how it does between two reports, and when it will end."""

from __future__ import annotations

import time
from collections import deque

_WINDOW = 5.0
"""Seconds over which the speed is measured."""


class Throughput:
    """Keeps count of a run's steps.

    Args:
        samples: Training samples in an epoch.
        steps_per_epoch: Optimizer steps in an epoch.
        epochs: Of the whole run.

    Attributes:
        learned_from: Samples of which it is known how their step turned out; without any, no means are.
    """

    def __init__(self, samples: int, steps_per_epoch: int, epochs: int) -> None:
        self._samples, self._steps_per_epoch, self._epochs = samples, steps_per_epoch, epochs
        self._loss_sum, self._right, self._unreported = 0.0, 0, 0
        self._last = (0.0, 0.0)
        self.learned_from = 0
        self._recent: deque[tuple[float, int]] = deque()
        self._validation_seconds = 0.0
        self.samples_seen = 0
        self.seconds = 0.0

    def begin_epoch(self) -> None:
        """Forgets the pause that validation made in the speed."""
        self._recent.clear()
        self._recent.append((time.monotonic(), 0))

    def learned(self, loss_sum: float, right: int, samples: int) -> None:
        """Takes how a step turned out: the sum of its losses, and how many of its samples were right."""
        self._loss_sum += loss_sum
        self._right += right
        self._unreported += samples
        self.learned_from += samples

    def add(self, samples: int, seconds: float) -> None:
        """Takes that a step was made, and how long it took."""
        self.samples_seen += samples
        self.seconds += seconds
        now = time.monotonic()
        self._recent.append((now, samples))
        while now - self._recent[0][0] > _WINDOW and len(self._recent) > 2:
            self._recent.popleft()

    def validated(self, seconds: float) -> None:
        """Takes how long the last validation took."""
        self._validation_seconds = seconds

    def means(self) -> tuple[float, float]:
        """Mean loss and accuracy over the samples since the last call; where there are none, as before."""
        if self._unreported:
            self._last = (self._loss_sum / self._unreported, self._right / self._unreported)
            self._loss_sum, self._right, self._unreported = 0.0, 0, 0
        return self._last

    def speed(self) -> float:
        """Training samples a second over the last seconds."""
        seconds = self._recent[-1][0] - self._recent[0][0]
        return sum(count for _, count in list(self._recent)[1:]) / seconds if seconds > 0 else 0.0

    def eta(self, step: int) -> float:
        """Seconds until the last epoch ends, validations included; −1 where that is not known yet."""
        speed = self.speed()
        if speed <= 0:
            return -1.0
        steps_left = self._epochs * self._steps_per_epoch - step
        epochs_left = -(-steps_left // self._steps_per_epoch)
        return (
            steps_left * self._samples / self._steps_per_epoch / speed
            + epochs_left * self._validation_seconds
        )
