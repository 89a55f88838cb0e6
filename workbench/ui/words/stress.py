"""The stress test in words. No widgets."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication

from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS
from workbench.core.config.methods import METHODS
from workbench.core.edition import has_torch
from workbench.core.stress.disturbances import at_strength
from workbench.core.stress.findings import Kind, Point, RowFound
from workbench.ui.words.times import about_in_words
from workbench.words.stress import of_100

Tone = Literal["good", "bad", "muted"]


def title(kind: Kind) -> str:
    """What a test is called."""
    return _tr("Stress test") if kind == "disturbances" else _tr("Changes that are meant to mislead it")


def about(kind: Kind, seconds: float) -> str:
    """What a test is, and how long it takes."""
    if kind == "disturbances":
        text = _tr(
            "How far may light, focus or angle be off before this model fails? Photos that it had not "
            "learned from are disturbed more and more. Takes {time}."
        )
    else:
        text = _tr(
            "Somebody who has the model can change pixels so slightly that nobody sees it, and yet it is "
            "wrong (adversarial examples). It matters where somebody gains by that. Takes up to {time}."
        )
    return text.format(time=about_in_words(seconds))


def begin(kind: Kind, *, again: bool) -> str:
    """What the button says."""
    if kind == "attacks":
        return _tr("Try again") if again else _tr("Try to mislead it")
    return _tr("Test again") if again else _tr("Stress test")


def tone(found: RowFound) -> tuple[Tone, str]:
    """The role and the icon that go with a verdict."""
    if found.verdict.code == "holds":
        return "good", "ph.check-circle"
    return ("bad", "ph.warning-circle") if found.verdict.code == "fails" else ("muted", "ph.info")


def amount(found: RowFound, point: Point) -> str:
    """A strength in a few characters."""
    return at_strength(words(found.row.amount), point.strength) if point.strength else _tr("as it is")


def read_aloud(found: RowFound) -> str:
    """All numbers of a row."""
    points = (found.undisturbed, *found.points)
    text = _tr("{amount}: right for {count} of 100 ({low} to {high})")
    return "\n".join(
        text.format(
            amount=amount(found, point),
            count=of_100(point),
            low=round(100 * point.low),
            high=round(100 * point.high),
        )
        for point in points
    )


def no_help(key: str) -> str:
    """Why nothing can be switched on here."""
    if not key:
        return _tr("No random change here helps against that.")
    name = words(AUGMENTATIONS.of(key).name)
    if not has_torch():
        text = _tr("Practising with “{name}” would help; that comes with the full edition of this program.")
        return text.format(name=name)
    return ""


def learned_with(key: str) -> str:
    """What is said where a run had the augmentation already."""
    text = _tr("It has practised with “{name}” already; add photos that look like that.")
    return text.format(name=words(AUGMENTATIONS.of(key).name))


def offer(key: str, choice: str) -> tuple[str, str]:
    """What would help, and what the button says that switches it on.

    Args:
        key: Of an augmentation.
        choice: The card that is chosen for it; "" where the next training has augmentations.
    """
    name = words(AUGMENTATIONS.of(key).name)
    if choice:
        text = _tr(
            "An instant model looks at photos as they are, so that random changes do not reach it. "
            "“{choice}” practises with them."
        )
        button = _tr("Choose “{choice}” with “{name}”")
        card = _choice(choice)
        return text.format(choice=card), button.format(choice=card, name=name)
    return "", _tr("Switch on “{name}”").format(name=name)


def switched_on(key: str, strength: float, choice: str) -> str:
    """What the next training will do.

    Args:
        key: Of an augmentation.
        strength: Of it, 0 to 1.
        choice: The card that is chosen where it keeps its model only if that wins; else "".
    """
    name, percent = words(AUGMENTATIONS.of(key).name), round(100 * strength)
    if choice:
        text = _tr(
            "The next training is “{choice}” with “{name}” at {percent} %. It is kept only if it is right "
            "about more photos as they are; test it again then."
        )
        return text.format(choice=_choice(choice), name=name, percent=percent)
    text = _tr("“{name}” is on at {percent} % for the next training. Test that model again.")
    return text.format(name=name, percent=percent)


def to_train() -> str:
    """What the button says that leads there."""
    return _tr("Go to Train")


def _choice(key: str) -> str:
    return words(next(each.name for method in METHODS for each in method.choices if each.key == key))


def words(text: str) -> str:
    """A text of a row of a registry in the person's language."""
    return QCoreApplication.translate("settings", text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Stress", text)
