"""How honest a number is: what belongs together, and what a split that ignores that shows."""

from __future__ import annotations

PROGRESS = {"comparing_splits": "Comparing ways to split…"}

ERRORS: dict[str, tuple[str, str]] = {
    "audit_nothing_to_check": (
        "No photo of this folder can be checked: of each class, all photos belong together, or there is one.",
        "Add photos that do not belong together with those that are there.",
    ),
}

NUMBERS: dict[str, str] = {
    "audit_flatters": (
        "A split at random would show {at_random} % right. Honestly, expect {honest} %: photos that belong "
        "together must not be learned from and asked about at once."
    ),
    "audit_harmless": (
        "A split at random would show {at_random} % right, an honest one shows {honest} %. The photos that "
        "belong together make no difference here that could not be luck."
    ),
    "audit_weighted": (
        "A split at random would show {at_random} % of the photos right; where photos that belong together "
        "count once, it is {honest} %. The answers themselves hardly differ, but large groups weigh more in "
        "the first number."
    ),
    "audit_nothing_together": (
        "No copies, bursts, videos or named groups were found, so a split at random shows the same: "
        "{honest} % right. What files do not tell, such as which photos are of one person, only you can know."
    ),
    "audit_by_folder": (
        "With the photos of each folder inside a class kept together as well, it is {honest} %. That counts "
        "where such a folder is one thing (a plant, a place, a day) and new photos are of others."
    ),
    "audit_kind.same_file": (
        "{samples:photo is|photos are} here more than once as the very same file ({groups:group|groups})"
    ),
    "audit_kind.same_picture": (
        "{samples:photo shows|photos show} nearly the same picture as another file ({groups:group|groups})"
    ),
    "audit_kind.burst": "{samples:photo was|photos were} taken in bursts ({groups:burst|bursts})",
    "audit_kind.video": "{samples:photo is a frame|photos are frames} of videos ({groups:video|videos})",
    "audit_kind.folder": (
        "{samples:photo lies|photos lie} together in folders inside a class ({groups:folder|folders})"
    ),
    "audit_kind.group": (
        "{samples:photo is|photos are} put together by a column of a table ({groups:group|groups})"
    ),
    "audit_kind_only": "{what}.",
    "audit_kind_flatters": "{what}: a split at random gets {flatters:more of them|more of them} right.",
    "audit_set": (
        "{leaked:photo|photos} of the {samples:,} in the {set} set belong together with photos that are "
        "learned from. It shows {shown} % right with them, and {honest} % without them."
    ),
    "audit_set_all": (
        "{leaked:photo|photos} of the {samples:,} in the {set} set belong together with photos that are "
        "learned from: the {shown} % right that it shows say nothing about new photos."
    ),
    "audit_model": ("This model is right about {shown} % of the {samples:photo|photos} that can be checked."),
    "audit_model_learned": (
        "It had learned from {samples:of them|of them}, or from nearly the same picture: "
        "there it is right about {percent} %."
    ),
    "audit_model_new": (
        "About the {samples:photo|photos} that it had not learned from, it is right about {percent} %."
    ),
    "audit_model_all_learned": (
        "It had learned from all of them, so that this number says nothing about new photos."
    ),
}
