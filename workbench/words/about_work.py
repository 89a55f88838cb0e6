"""What is being done, what a run tells while it goes on, and how it ends before its time."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str]] = {
    "said": ("{title:as_it_is}", "{hint:as_it_is}"),
    "program_error": (
        "Something went wrong in the program itself.",
        "Try again. If it happens again, send the details to whoever looks after the program.",
    ),
    "stopped": ("Stopped.", "Nothing was changed."),
    "stopped.nothing_kept": ("Stopped before there was a model.", "Nothing was kept."),
    "stopped.run_stays": ("Stopped.", "The run stays as it was saved last."),
    "does_not_settle": (
        "Training does not settle, even after starting again more gently.",
        "Choose a smaller learning rate, or go back to the recommended settings.",
    ),
    "nothing_learned": (
        "Training was stopped before it learned anything.",
        "Start it again, or continue it, when you like.",
    ),
    "training_engine_died": (
        "The part of the program that trains ended unexpectedly.",
        "Continue from what was saved last, or start again.",
    ),
}

PROGRESS: dict[str, str] = {
    "adding_photos": "Adding photos…",
    "checking": "Checking what it learned…",
    "comparing_photos": "Looking for copies among the photos…",
    "downloading_weights": "Downloading weights…",
    "drawing_sample": "Drawing sample photos…",
    "enough_photos": (
        "More photos hardly helped any more, so the model has learned from {seen:,} of {all:,}. "
        "To learn from all, choose that under “Photos to look at”."
    ),
    "first_look": "Looking at the first photos…",
    "getting_ready": "Getting this computer ready, once…",
    "examining_photos": "Examining your photos…",
    "looking": "Looking at your photos…",
    "looking_again": "Looking at your photos again…",
    "looking_at_photos": "Looking at photos…",
    "looking_for_photos": "Looking for photos…",
    "looking_to_answer": "Checking the model with photos…",
    "looking.small_objects": "Looking closely for small things in your photos…",
    "looking.two_networks": "Looking at your photos with two networks…",
    "making_quick": "Making the model quick…",
    "preparing_photos": "Preparing photos…",
    "one_brightness": "Giving all photos with more than 8 bits the same brightness…",
    "reading_photos": "Reading photos…",
    "trying.small_objects": "Trying on some of your photos whether to look closely for small things…",
    "trying_again": "{why} Trying again…",
    "weights_fetched_again": "The stored weights were damaged; they are fetched again…",
}

NOTES: dict[str, str] = {
    "lines": "{messages:lines}",
    "look.small_objects": "closely, for small things",
    "look.two_networks": "with a second network, too",
    "look_dropped": (
        "Your photos were looked at in another way: {look}. Of {samples:photo|photos}, {put_right:,} "
        "that were wrong are right so, and {spoiled:,} that were right are wrong. "
        "That is not enough, so it is not kept."
    ),
    "look_kept": (
        "Your photos were looked at in another way: {look}. Of {samples:photo|photos}, {put_right:,} "
        "that were wrong are right so, and {spoiled:,} that were right are wrong. So it is kept."
    ),
    "look_unlikely": (
        "Some of your photos were looked at in another way: {look}. Of {samples:photo|photos}, {put_right:,} "
        "that were wrong are right so, and {spoiled:,} that were right are wrong. The others would hardly "
        "change that, so they were not looked at."
    ),
    "not_finite": (
        "The numbers overflowed; training goes on from the last save with smaller changes in full precision."
    ),
    "improving_impossible": (
        "Practising could not show that it helps: the instant model is wrong about only "
        "{photos:photo|photos} of those that the two would be compared on."
    ),
    "improving_unlikely": (
        "Practising was tried on {samples:photo|photos}: {put_right:,} that were wrong are right now, and "
        "{spoiled:,} that were right are wrong. The others would hardly change that, so it ended early."
    ),
    "nothing_to_wait_for": (
        "No photos are kept for checking, so nothing shows whether learning is stuck: training runs to its "
        "end, and the learning rate does not wait for that."
    ),
    "own_validation_set": (
        "The folder has a validation set of its own with "
        "{photos:photo|photos}, so no share is kept for checking."
    ),
    "own_test_set": (
        "The folder has a test set of its own with {photos:photo|photos}, so no share is kept for the test."
    ),
    "test_set_drawn": (
        "{photos:photo|photos} ({got:percent}, {asked:percent} were asked for) are kept for the test, now "
        "and in every later run."
    ),
    "test_set_kept": "{photos:photo|photos} ({got:percent}) are kept for the test, as in the runs before.",
    "test_set_stays": (
        "{photos:photo|photos} ({got:percent}) stay the test set that was drawn before, when {asked:percent} "
        "were asked for; for another share, let it go first."
    ),
    "learned_from_first": (
        "It was stopped before it had seen all photos: "
        "the model has learned from the first {seen:,} of {all:,} alone."
    ),
    "older_checkpoint": "The newest save was damaged; training goes on from the one before it.",
    "out_of_memory": (
        "Memory was short, so photos are now taken {count} at a time; the result stays the same."
    ),
    "rolled_back": "Training goes on from the last save.",
    "sample_lost": "{why}",
    "step_larger_than_set": (
        "One step would take {step:photo|photos}, more than the "
        "{photos:,} to learn from: each epoch is one step."
    ),
    "starts_again": "This run was cut off before it had learned anything, so it starts again.",
}
