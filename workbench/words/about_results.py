"""What makes a number worth less than it looks."""

from __future__ import annotations

_LEARNED = "also among the others, the ones it learned from, or nearly the same as one of them"

CAUTIONS: dict[str, str] = {
    "result.classes_not_tested": (
        "Not tested, so the averages are over {tested:,} of {all:,} classes: {classes:quoted}."
    ),
    "result.copies": (
        "Some of these {samples:,} photos belong together: copies of a picture, a burst, frames of a video. "
        "Each group counts once, so that they count as {different:,}."
    ),
    "result.kept_together": (
        "{groups:group of photos was|groups of photos were} kept together: copies, bursts, frames of "
        "a video. Without that you would have seen {apart} %; honestly it is {honest} %."
    ),
    "result.learned": (
        f"{{count:more photo is|more photos are}} {_LEARNED}, which says nothing about new photos. "
        "With them it would be {percent} of 100."
    ),
    "result.learned_all": (
        f"All {{count:,}} of these photos are {_LEARNED}: this number says nothing about new photos."
    ),
    "result.learned_unknown": (
        "This model's file does not say which photos it learned from. "
        "If these are among them, the number says nothing about new photos."
    ),
    "result.left_out": (
        "{count:file of the folder was|files of the folder were} left out; `workbench scan` says why."
    ),
    "result.never_found": "It found none of the photos of {classes:quoted}.",
    "result.unchecked": (
        "Not tested and not counted: {count:photo|photos}, as "
        "the only picture of their class, or the same picture in several classes."
    ),
    "reject.price": (
        "Says nothing on about {silent} of 100 photos of these classes, right on {right} of 100 of the rest."
    ),
    "reject.price_alone": (
        "Says nothing on about {silent} of 100 photos of these classes, right on {right} of 100 of the rest. "
        "This model goes by probability alone, so it may know a stranger less often."
    ),
    "reject.unlike": "Unlike any photo that it learned from.",
    "reject.unsure": "Not sure enough to say.",
    "result.unequal": (
        "Classes with many photos make the number look good: "
        "taken class by class, it finds {found} of 100 photos."
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "nothing_to_check": (
        "None of these photos can tell how good the model is: the same pictures lie in several classes.",
        "Keep each photo in the class that it belongs to.",
    ),
}
