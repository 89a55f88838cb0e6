"""The stress test: its verdicts, what it is about, and why it cannot be made."""

from __future__ import annotations

VERDICTS: dict[str, str] = {
    "fails": (
        "Begins to fail {when}: right for {right} of 100 photos instead of {undisturbed}. "
        "Not shown to be worse {before}, the next step down."
    ),
    "fails_at_once": (
        "Fails already {when}, the least that was tried: right for {right} of 100 photos instead of "
        "{undisturbed}."
    ),
    "holds": (
        "Holds in all that was tried: {right} of 100 photos right even {when}, and {undisturbed} undisturbed."
    ),
    "unclear": (
        "Hard to say: right for {right} of 100 photos {when} instead of {undisturbed}, which may be chance "
        "with so few photos."
    ),
    "not_onwards": "At some greater strength it is not shown to be worse.",
    "too_few": (
        "Too few photos to say: only {photos:different photo was|different photos were} tested, and it takes "
        "{minimum:,}."
    ),
    "too_weak": (
        "Too weak to say: even undisturbed, it is not shown to be better than always saying “{name}”."
    ),
    "stopped": "Ended early: what is missing was not tried.",
    "on.test": "Tested on {photos:photo|photos} that it had not learned from, of {available:,}.",
    "on.validation": (
        "Tested on {photos:photo|photos} that it had not learned from, of {available:,} in the validation "
        "set."
    ),
    "on.cross_validated": (
        "Tested on {photos:photo|photos} of {available:,}. This model has learned them all, so each was "
        "shown to another model of the same kind that had not learned it."
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "all_learned": (
        "This model has learned from every photo there is, so that none is left to test it with.",
        "Keep some photos for a test on Images (a test set) and train again, or test with other photos.",
    ),
    "full_edition.attacks": (
        "Looking for changes that mislead a model comes with the full edition of this program.",
        "Test it with disturbed photos here, or install the full edition.",
    ),
}

PROGRESS: dict[str, str] = {
    "disturbing": "Disturbing photos…",
    "fitting_without": "Learning without the photos to test with…",
    "getting_ready_to_mislead": "Getting ready…",
    "misleading": "Looking for what misleads it…",
}
