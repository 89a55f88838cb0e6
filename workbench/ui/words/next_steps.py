"""What to do next, in words. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from workbench.core.data.catalog import Catalog

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    from workbench.core.health.next_steps import Step


def step_title(catalog: Catalog, step: Step) -> str:
    """What to do."""
    names = [catalog.name_of(each) for each in step.values.get("classes", ())]
    count, more = len(step.samples), step.values.get("more", 0)
    match step.kind:
        case "check_classes" if count == 1:
            return _tr("Look at 1 photo that is probably in the wrong class")
        case "check_classes":
            text = _tr("Look at {count} photos that are probably in the wrong class")
            return text.format(count=f"{count:,}")
        case "add_to_class":
            return _tr("Add about {more} photos of “{name}”").format(more=f"{more:,}", name=names[0])
        case "add_photos":
            return _tr("Add about {more} photos").format(more=f"{more:,}")
        case "merge":
            return _tr("Are “{one}” and “{other}” one class?").format(one=names[0], other=names[1])
        case "train_longer":
            return _tr("Try Better")


def step_reason(step: Step) -> str:
    """Why, and what it may bring."""
    gain, mistakes = _of_100(step.gain or 0.0), step.values.get("mistakes", 0)
    match step.kind:
        case "check_classes":
            text = _tr(
                "A model that had not learned them is sure of another class. Put right: at most {gain}."
            )
        case "add_to_class":
            text = _tr(
                "The learning curve says that this spares about a third of its mistakes: about {gain}."
            )
        case "add_photos":
            text = _tr(
                "The learning curve says that this spares about a third of the mistakes: about {gain}."
            )
        case "merge":
            text = _tr("{mistakes} of their photos are taken for the other one. As one class: {gain}.")
        case "train_longer":
            photos = f"{step.values['photos']:,}"
            text = _tr(
                "The model is wrong about {mistakes} of {photos} photos. Better takes longer, and first "
                "tries on some of them whether that is likely to help."
            ).replace("{photos}", photos)
    return text.format(gain=gain, mistakes=f"{mistakes:,}")


def button_words(step: Step) -> str:
    """What the button says."""
    return {
        "check_classes": _tr("Show them"),
        "merge": _tr("Show them"),
        "train_longer": _tr("Go to Train"),
    }.get(step.kind, _tr("Go to Images"))


def _of_100(gain: float) -> str:
    whole = round(100 * gain)
    if whole < 1:
        return _tr("less than 1 more of 100 photos right")
    return _tr("{count} more of 100 photos right").format(count=whole)


def _tr(text: str) -> str:
    return QCoreApplication.translate("NextSteps", text)
