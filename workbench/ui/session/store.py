"""Holds the newest `State`, and tells those who show a slice of it when that slice has changed."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any, get_type_hints

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from workbench.ui.session.state import Slice, State

_NAMES: dict[type[Slice], str] = {kind: name for name, kind in get_type_hints(State).items()}
_FRAME_MS = 33


class Store(QObject):
    """The one place where the window's state changes.

    Attributes:
        state: The newest state; read it whenever you like, change it by `put`.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = self._published = State()
        self._published_at = 0.0
        self._subscriptions: list[_Subscription] = []
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._publish)

    def put(self, *slices: Slice) -> None:
        """Replaces slices; subscribers hear of it with the next frame."""
        changes: dict[str, Any] = {_NAMES[type(each)]: each for each in slices}
        self.state = dataclasses.replace(self.state, **changes)
        if not self._timer.isActive():
            waited = (time.monotonic() - self._published_at) * 1000
            self._timer.start(max(0, int(_FRAME_MS - waited)))

    def subscribe(self, subscriber: Callable[[State], object], *wanted: type[Slice]) -> None:
        """Has a method called with the newest state after one of the slices has changed.

        At most 30 times a second. A subscription ends with the `QObject` whose method it is.

        Args:
            subscriber: A bound method of a `QObject`.
            wanted: The slices that it shows; none means all.
        """
        subscription = _Subscription(frozenset(wanted or _NAMES), self)
        subscription.due.connect(subscriber)
        self._subscriptions.append(subscription)

    @Slot()
    def _publish(self) -> None:
        before, now = self._published, self.state
        self._published, self._published_at = now, time.monotonic()
        changed = {kind for kind, name in _NAMES.items() if getattr(before, name) is not getattr(now, name)}
        for subscription in self._subscriptions:
            if subscription.wanted & changed:
                subscription.due.emit(now)


class _Subscription(QObject):
    """A connection of its own for each subscriber, which Qt ends with the subscriber."""

    due = Signal(object)

    def __init__(self, wanted: frozenset[type[Slice]], parent: QObject) -> None:
        super().__init__(parent)
        self.wanted = wanted
