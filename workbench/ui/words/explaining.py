"""Why a model answers what it answers, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.core.explain.explanation import Explanation
from workbench.ui.words.probability import percent


def explanation_words(found: Explanation) -> str:
    """What the picture means, and whether it can be relied on."""
    values = {
        "name": found.class_name,
        "now": percent(found.probability),
        "covered": percent(found.covered),
        "elsewhere": percent(found.elsewhere),
    }
    if found.is_telling:
        text = _tr(
            "The bright parts speak for “{name}”. With the brightest fifth covered, its probability falls "
            "from {now} to {covered}; with another fifth covered, it is {elsewhere} on average."
        )
    else:
        text = _tr(
            "No single part decides here: with the brightest fifth covered, the probability of “{name}” is "
            "{covered}, with another fifth {elsewhere} on average. Don't read much into the picture."
        )
    return text.format(**values)


def held_out_words(found: Explanation) -> str:
    """What a model answers that has not learned from the photo."""
    return _tr("Asked again, by a model that has not learned this photo: “{name}”, {now}.").format(
        name=found.class_name, now=percent(found.probability)
    )


def finished_words(found: Explanation) -> str:
    """What the finished model makes of a photo that it has learned from, unlike that which was tested."""
    return _tr("The finished model has learned this photo, too, and takes it for “{name}” at {now}.").format(
        name=found.class_name, now=percent(found.probability)
    )


def speak_for_words(name: str) -> str:
    """What stands above the learned photos that speak for a class."""
    return _tr("Of the folder's photos, as they are now, these speak most for “{name}”:").format(name=name)


def speak_against_words() -> str:
    """What stands above those that speak against it."""
    return _tr("These speak most against it:")


def instead_words(name: str) -> str:
    """What would be without the first that speaks for it."""
    return _tr("Without the first of them, it would say “{name}”.").format(name=name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Explanation", text)
