"""Spans of time in plain words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_TOO_EARLY = 5.0


def in_words(seconds: float) -> str:
    """A span such as “40 s”, “3 min” or “1 h 20 min”."""
    if seconds < 99.5:
        return _tr("{count} s").format(count=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 100:
        return _tr("{count} min").format(count=minutes)
    return _tr("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def about_in_words(seconds: float) -> str:
    """A span that was worked out, not measured: “a few seconds”, “about 20 seconds”, “about 3 minutes”."""
    if seconds < 8:
        return _tr("a few seconds")
    if seconds < 55:
        return _tr("about {count} seconds").format(count=max(10, 10 * round(seconds / 10)))
    if seconds < 90:
        return _tr("about a minute")
    minutes = round(seconds / 60)
    if minutes < 55:
        rounded = minutes if minutes < 10 else 5 * round(minutes / 5)
        return _tr("about {count} minutes").format(count=rounded)
    if minutes < 90:
        return _tr("about an hour")
    return _tr("about {count} hours").format(count=f"{round(minutes / 60):,}")


def left_in_words(seconds: float, soonest: float = -1.0) -> str:
    """How long something still takes, in steps that do not flicker: “a few seconds left”, “3 min left”.

    Args:
        seconds: To its end.
        soonest: Until it may be over because more would hardly help; negative where it always goes on.
    """
    whole = _in_steps(seconds)
    if soonest < 0 or _in_steps(soonest) == whole:
        return _tr("{time} left").format(time=whole)
    return _tr("{soonest} left, {time} if it helps").format(soonest=_in_steps(soonest), time=whole)


def _in_steps(seconds: float) -> str:
    if seconds < 10:
        return _tr("a few seconds")
    return in_words(10 * round(seconds / 10) if seconds < 60 else seconds)


def seconds_left(elapsed: float, done: int, total: int) -> float:
    """How long work still takes at its pace so far; negative while it is too early to tell."""
    if elapsed < _TOO_EARLY or done <= 0:
        return -1.0
    return elapsed * (total - done) / done


def _tr(text: str) -> str:
    return QCoreApplication.translate("Times", text)
