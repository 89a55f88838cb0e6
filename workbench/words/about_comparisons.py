"""What a comparison of two models, called A and B, says, and what it rests on."""

from __future__ import annotations

_CHANCE = "two equally good models would differ this much {times:time|times} in {of:,}"

COMPARED: dict[str, str] = {
    "compared.better": f"{{fixed:,}} fixed, {{broken:,}} broken: {{better}} is better; {_CHANCE}.",
    "compared.probably": f"{{fixed:,}} fixed, {{broken:,}} broken: {{better}} is probably better; {_CHANCE}.",
    "compared.unclear": f"{{fixed:,}} fixed, {{broken:,}} broken: that may be chance; {_CHANCE}.",
    "compared.too_few": (
        f"{{fixed:,}} fixed, {{broken:,}} broken: too few differences to tell; {_CHANCE}. "
        "It takes at least {fewest}, all one way, to show that one is better."
    ),
    "compared.even": "{fixed:,} fixed, {broken:,} broken: nothing says that one of them is better.",
    "compared.same": (
        "0 fixed, 0 broken: both are right about the same of {count:photo|photos}, "
        "so nothing says that one of them is better."
    ),
    "compared.nothing": (
        "There is no photo that both were tested on and neither had learned from, so they cannot be compared."
    ),
    "compared.split": (
        "The split changed: {count:,} of the {first:,} photos that A was tested on and the {second:,} of B "
        "can be compared."
    ),
    "compared.few": "Only {count:different photo|different photos}: so few show only large differences.",
    "compared.chosen": (
        "Some of these photos also decided what was kept of {who}, which may flatter it a little."
    ),
    "compared.classes": (
        "Only {who} knows {classes:quoted}: with other classes there is more, or less, to mix up."
    ),
    "compared.together": (
        "Some of these {samples:,} photos belong together, as copies and bursts do. "
        "Each group counts once, so that they count as {different:,}."
    ),
    "compared.learned": (
        "Left out: {count:photo|photos} that {who} learned from, or from nearly the same picture."
    ),
    "compared.missing": (
        "Left out: {count:photo|photos} that {who} has no answer for: "
        "the folder was changed in between, or other photos of it were tested."
    ),
    "compared.reclassed": "Left out: {count:photo|photos} whose class was changed in between.",
    "compared.unchecked": (
        "Left out: {count:photo|photos} that could not be tested, as the only picture of their class or the "
        "same picture in several classes."
    ),
    "compared.cross_validated": (
        "{count:answer|answers} of {who} from cross-validation: each by a model that had learned from other "
        "photos."
    ),
    "compared.validation": "{count:answer|answers} of {who} for its validation set.",
    "compared.test": "{count:answer|answers} of {who} for its test set.",
    "compared.by_name": (
        "The photos are matched by their place in the folder alone: where that holds other photos now, "
        "this says nothing."
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "run_without_answers": (
        "“{name}” has no answers to compare yet: nothing was tested in it.",
        "Let it learn to the end of its first round, or take another run.",
    ),
    "several_models": (
        "“{name}” holds the answers of several models.",
        "Give the folder of the run that it belongs to.",
    ),
    "run_deleted.in_use": (
        "The model of this run is in use, so the run stays.",
        "Use another model first; then this run can be deleted.",
    ),
    "run_deleted.learning": (
        "This run is still learning, so it stays.",
        "Stop it first; then it can be deleted.",
    ),
    "run_deleted.no_trash": (
        "This run could not be moved to the trash, so nothing was deleted.",
        "Where there is no trash, as on some network drives, delete the folder “{folder}” by hand.",
    ),
}
