"""What to do next, in words. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS
from workbench.core.data.catalog import Catalog
from workbench.core.stress.disturbances import row_of
from workbench.ui.words.stress import words

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
        case "practise":
            row = row_of(step.values["disturbance"])
            return _tr("Practise with “{name}”").format(name=words(AUGMENTATIONS.of(row.helps).name))


def photos_title(catalog: Catalog, step: Step) -> str:
    """What the photos that it is about are called on *Images*."""
    names = [catalog.name_of(each) for each in step.values.get("classes", ())]
    match step.kind:
        case "merge":
            return _tr("“{one}” or “{other}”?").format(one=names[0], other=names[1])
        case "add_to_class":
            return _tr("Photos of “{name}”").format(name=names[0])
        case _:
            return _tr("Probably in the wrong class")


def step_reason(step: Step, verdict: str = "") -> str:
    """Why, and what it may bring.

    Args:
        verdict: Of the stress test, where the step comes from that.
    """
    gain, mistakes = _brings(step), step.values.get("mistakes", 0)
    match step.kind:
        case "check_classes":
            text = _tr("A model that had not learned from them is sure of another class. {gain}")
            if len(step.samples) == 1:
                text = _tr("A model that had not learned from it is sure of another class. {gain}")
        case "add_to_class":
            text = _tr(
                "This spares about a third of its mistakes, as the learning curve says. {gain} Drop them on "
                "the class."
            )
        case "add_photos":
            text = _tr("This spares about a third of the mistakes, as the learning curve says. {gain}")
        case "merge":
            text = _tr("{mistakes} of their photos are taken for the other one. {gain}")
            if mistakes == 1:
                text = _tr("1 of their photos is taken for the other one. {gain}")
        case "train_longer":
            photos = f"{step.values['photos']:,}"
            text = _tr(
                "Asked about the photos that are learned from, each without having learned that one, an "
                "instant model is wrong about {mistakes} of {photos}. Better takes longer, and first tries "
                "whether that is likely to help."
            ).replace("{photos}", photos)
        case "practise":
            text = _tr("{name} photos, in the stress test: {verdict}")
            row = row_of(step.values["disturbance"])
            return text.format(name=words(row.name), verdict=verdict)
    return text.format(gain=gain, mistakes=f"{mistakes:,}")


def button_words(step: Step) -> str:
    """What the button says."""
    return {
        "check_classes": _tr("Show them"),
        "merge": _tr("Show them"),
        "add_to_class": _tr("Show this class"),
        "train_longer": _tr("Go to Train"),
        "practise": _tr("Switch it on"),
    }.get(step.kind, _tr("Go to Images"))


def _brings(step: Step) -> str:
    """What it may bring, as a sentence."""
    whole = round(100 * (step.gain or 0.0))
    if whole < 1:
        return _tr("That brings less than 1 more right answer in 100.")
    most = _tr("That brings at most {count} more right answers in 100.")
    about = _tr("That brings about {count} more right answers in 100.")
    if whole == 1:
        most = _tr("That brings at most 1 more right answer in 100.")
        about = _tr("That brings about 1 more right answer in 100.")
    return (about if step.kind in ("add_to_class", "add_photos") else most).format(count=whole)


def _tr(text: str) -> str:
    return QCoreApplication.translate("NextSteps", text)
