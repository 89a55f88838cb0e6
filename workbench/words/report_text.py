"""What a report says. `report_text` fills a sentence; each is everyday English with the term beside it."""

from __future__ import annotations

from typing import Any

from workbench.words.fill import filled

TEXT: dict[str, str] = {
    # The head
    "title": "How good is this model? {name}",
    "kind": "Report and model card",
    "written": "Written {written} by the image classification workbench {program}",
    "contents": "Contents",
    # In short
    "short": "In short",
    "between": "{low} to {high} of 100 photos like these right",
    "tested_on.test": "Tested on {count:photo|photos} of the test set, which nothing was chosen by.",
    "tested_on.validation": (
        "Tested on {count:photo|photos} of the validation set, which it did not learn from."
    ),
    "tested_on.cross_validated": (
        "Tested on {count:photo|photos} in turn, each by a model that had not learned from it "
        "(cross-validation)."
    ),
    "tested_on.folder": "Tested on {count:photo|photos} of the folder “{folder}”.",
    "tested_on.folder_set": "Tested on {count:photo|photos} of the {set} of the folder “{folder}”.",
    "tested_on.learned": "Tested on {count:photo|photos} that it had learned from.",
    "interval": (
        "The true share lies between {low} and {high}, 95 times in 100 (Wilson’s interval; photos that "
        "belong together count once: {groups:,} different ones)."
    ),
    "interval.wider": "It is 1.3 times as wide as for a test set, as cross-validation scatters more.",
    "baseline": "Always saying “{name}” would be right for {share}.",
    "verdict.good": "Good: at least {low} of 100, as far as these photos can tell.",
    "verdict.fair": "Use it with care: it may be right for only {low} of 100.",
    "verdict.no_better": "Not shown to be better than always saying “{name}”.",
    "verdict.too_few": "Too few photos to call it good: fewer than {minimum} different ones were tested.",
    "verdict.learned": "Says nothing about new photos: it had learned from all of these.",
    "not_tested": (
        "Nothing was measured: there is no test of this model here. How good it is, is not known."
    ),
    "interval.alt": "A scale from 0 to 100: the interval from {low} to {high}, the measured {share}",
    "mark.baseline": "always the largest class",
    # Limits
    "limits": "What it must not be used for",
    "limits.lead": "Each of these follows from what was measured or counted here.",
    "limit.classes": (
        "Photos of anything other than its {count:class|classes}: it knows nothing else. {more}"
    ),
    "limit.classes.rule": "It refuses some strangers (“none of these”), not all of them.",
    "limit.classes.no_rule": (
        "It has no rule to refuse a stranger, and names one of its classes for any photo."
    ),
    "limit.wrong": (
        "Decisions in which a wrong answer does harm, without a person who looks: of 100 photos like "
        "these, {least} to {most} are answered wrong."
    ),
    "limit.unmeasured": "Any decision that matters: how often it is wrong was not measured.",
    "limit.unlike": (
        "Photos taken otherwise (another camera, light, place or season): the number holds for photos "
        "like those of the folder “{folder}”."
    ),
    "limit.few_learned": "{classes:quoted}: learned from fewer than {minimum} photos each.",
    "limit.few_tested": (
        "{classes:quoted}: tested on fewer than {minimum} photos each, so that their own numbers say little."
    ),
    "limit.weak": "{classes:quoted}: it finds fewer than half of their photos.",
    "limit.too_few": "A claim that it is good: fewer than {minimum} different photos were tested.",
    "limit.no_better": "Anything yet: it is not shown to be better than always naming the largest class.",
    "limit.validation": (
        "A claim to the last percent: the validation set may have helped to choose settings, and the "
        "number may flatter a little."
    ),
    "limit.sure": (
        "Taking its probabilities at their word: they are off by {error} on average (calibration error)."
    ),
    # What it learned from
    "learned": "What it learned from",
    "learned.count": "It learned from {count:photo|photos} of the folder “{folder}”.",
    "learned.unknown": "The model file does not say which photos it learned from.",
    "learned.file_only": (
        "It learned from {count:photo|photos}. The run’s folder is not here, so only the beginnings of "
        "their hashes are known, from the model file."
    ),
    "learned.set.training": "Training set",
    "learned.set.validation": "Validation set",
    "learned.set.test": "Test set",
    "learned.list": "{set}: {count:photo|photos}, with the SHA-256 of each file",
    "learned.list_note": (
        "Saved as a text file beside the photos, `sha256sum -c` checks this list. The SHA-256 of the list"
        " itself is {digest}."
    ),
    "learned.class": "Class “{name}”: {count:photo|photos}",
    "learned.not": "In the training set, but not learned from: {count:photo|photos}.",
    "learned.not_here": "The whole list, with the hash of every photo, is in the report as a web page.",
    "learned.digests": "The first 32 digits of the SHA-256 of each",
    "learned.table": "Photos of each class and set",
    "learned.edits": (
        "Classes are those of when the run began, with what had been edited in the window until then."
    ),
    "all": "All",
    "none": "none",
    "sets": "Set",
    "set.training": "training set",
    "set.validation": "validation set",
    "set.test": "test set",
    "list_digest": "SHA-256 of the list",
    # Settings
    "how": "How it was made, and how to make it again",
    "how.repeat": "The command that makes it again",
    "how.repeat_note": (
        "Run it where the folder “{folder}” lies. The same photos with the same classes and the same seed"
        " ({seed}) give the same split; on another processor the last digits may differ. What was edited "
        "in the window (classes, photos left out or added, a test set that was drawn) is not in the folder, "
        "and not in the command, nor is the way the folder was read: the lists say which photo was in which "
        "set."
    ),
    "how.repeat_file": "FOLDER stands for the image folder, whose name the model file does not know.",
    "how.settings": "Settings that had an effect",
    "how.what": "What",
    "how.setting": "Setting",
    "how.name": "Name in commands",
    "how.value": "Value",
    "how.usual": "Usual",
    "how.model": "Model",
    "how.versions": "Versions",
    "how.versions_note": "Of the program and computer that wrote this report.",
    "fact.file": "Model file",
    "fact.digest": "Its SHA-256",
    "fact.run": "Run",
    "fact.method": "Way to learn",
    "fact.architecture": "Architecture",
    "fact.parameters": "Parameters",
    "fact.parameters.value": "{count:,}",
    "fact.multiply_adds": "Multiply-adds for one look",
    "fact.multiply_adds.value": "{millions:,.0f} million at {side} × {side} pixels",
    "fact.views": "Looks at each photo",
    "fact.size": "File size",
    "fact.size.value": "{megabytes:.1f} MB",
    "fact.created": "Made",
    "fact.created.value": "{created}, by version {program}",
    "fact.device": "Learned on",
    "fact.runtime": "Features computed by",
    "fact.seed": "Seed",
    "fact.program": "Program",
    "fact.python": "Python",
    "fact.system": "System",
    "fact.processor": "Processor",
    "yes": "yes",
    "no": "no",
    # Classes
    "classes": "Each class",
    "classes.lead": (
        "Recall: of the photos of a class, the share that it recognised. Precision: of the photos that it"
        " took for a class, the share that show it. F1: one number for the two. IoU (Jaccard): of all "
        "photos that show a class or were taken for it, the share that are both. Average precision and "
        "ROC area: how well its photos come first where all are ordered by the probability of the class."
    ),
    "classes.worst": "The classes with the lowest F1",
    "classes.best": "The classes with the highest F1",
    "classes.whole": "All {count:,} classes",
    "classes.table": "Numbers of each class",
    "classes.not_here": "The table of all {count:,} classes is in the report as a web page.",
    "means": "Means over classes",
    "means.lead": (
        "Over the {count:,} classes that were tested. Macro: each class counts the same; weighted: by its"
        " photos. The mean average precision (mAP) is the macro mean of average precision."
    ),
    "mean.macro": "Macro mean",
    "mean.weighted": "Weighted mean",
    "head.class": "Class",
    "head.photos": "Photos",
    "head.recall": "Recall",
    "head.precision": "Precision",
    "head.f1": "F1",
    "head.iou": "IoU",
    "head.average_precision": "Average precision",
    "head.roc_auc": "ROC area",
    "head.confused": "Mixed up most with",
    "head.mean": "Mean",
    "overall": "All photos together",
    "overall.accuracy": "Accuracy",
    "overall.macro_f1": "Macro F1",
    "overall.mean_recall": "Mean recall",
    "overall.map": "Mean average precision (mAP)",
    "overall.loss": "Log loss",
    "overall.brier": "Brier measure (0 to 2)",
    "overall.measure": "Measure",
    "overall.number": "Number",
    # Matrix
    "matrix": "Which classes it mixes up",
    "matrix.lead": "Rows: what a photo shows. Columns: what it was taken for. Colour: share of the row.",
    "matrix.alt": (
        "Confusion matrix of {count:,} classes: a point for each pair, brighter or darker with the share "
        "of the row; right answers lie on the diagonal"
    ),
    "matrix.table": "Confusion matrix",
    "matrix.corner": "True class ↓ taken for →",
    "matrix.pairs": "Every pair of classes that was mixed up",
    "matrix.most": "The pairs that were mixed up most",
    "matrix.none": "No photo was taken for another class.",
    "matrix.more": "{count:pair|pairs} more, of fewer photos.",
    "matrix.share": "Of its photos",
    "matrix.not_here": "Every pair is in the report as a web page.",
    "head.true": "True class",
    "head.predicted": "Taken for",
    # Curves
    "curves": "Precision, recall and false alarms",
    "curves.lead": (
        "Each curve goes through every threshold that a probability may be asked to reach. All classes "
        "together: every pair of a photo and a class counts as one prediction (micro-average)."
    ),
    "curves.some": "Drawn are all classes together and the {count:class|classes} with the lowest area.",
    "curve.precision_recall": "Precision against recall",
    "curve.roc": "ROC: found against false alarms",
    "curve.alt": "{title}. Areas: {areas}",
    "curve.all": "all classes together",
    "axis.recall": "Recall (%)",
    "axis.precision": "Precision (%)",
    "axis.false": "Share of others taken for it (%)",
    "axis.true": "Share of its photos found (%)",
    "axis.said": "Said probability (%)",
    "axis.right": "Share that is right (%)",
    "axis.coverage": "Share of photos answered (%)",
    # Calibration
    "calibration": "Whether its probabilities mean what they say",
    "calibration.lead": (
        "Of photos with an answer of probability 0.8, 80 of 100 should be right: on the dashed line "
        "they are. Larger points stand for more photos. After: divided by one temperature, each "
        "fifth by what the others say; which class is named stays the same."
    ),
    "calibration.before": "as predicted",
    "calibration.after": "after temperature scaling",
    "calibration.error": "Expected calibration error (ECE, 15 bins)",
    "calibration.temperature": "Temperature",
    "calibration.alt": (
        "Reliability diagram. Calibration error as predicted: {before}. After scaling: {after}"
    ),
    "calibration.not_after": "The photos cannot be divided for temperature scaling.",
    # Coverage
    "coverage": "If it may say nothing",
    "coverage.lead": "Where only the surest photos are answered: how many of those are right.",
    "coverage.alt": "Accuracy against the share of photos answered. {points}",
    "coverage.point": "{coverage} answered: {accuracy} right",
    "coverage.line": "surest photos first",
    "coverage.mean": "Mean accuracy over all shares",
    "reject": "“None of these”",
    "reject.lead": (
        "The model’s own rule, found on {count:photo|photos} that it had not learned. “{usual}” is what "
        "it uses where nothing else is chosen."
    ),
    "reject.none": "This model has no rule for that: it names a class for every photo.",
    "reject.bold": "Bold",
    "reject.middle": "Middle",
    "reject.careful": "Careful",
    "reject.setting": "Setting",
    "reject.silent": "Says nothing on",
    "reject.right": "Right on the rest",
    "reject.probability": "Asks for a probability of",
    "reject.distance": "Refuses further away than",
    # Mistakes
    "mistakes": "The worst mistakes",
    "mistakes.lead": (
        "The answers that it was surest of and that were wrong: {shown:,} of {count:,}. A photo here may "
        "also be in the wrong class."
    ),
    "mistakes.none": "It made no mistake on these photos.",
    "mistakes.gone": "The photo is not there any more, or has changed.",
    "mistakes.caption": "“{true}” taken for “{predicted}”, probability {probability}",
    # Leaks
    "leaks": "What could have flattered the number",
    "leaks.lead": "Photos that a model has learned from say nothing about new ones.",
    "leaks.same": "Photos tested that it had learned from: {same:,}, and nearly the same: {nearly:,}.",
    "leaks.kept_out": "They count in none of the numbers here.",
    "leaks.none": "No photo that it had learned from, nor nearly the same one, is among those tested.",
    "leaks.unknown": "Which of these photos it had learned from is not known.",
    "leaks.split": (
        "Copies of a picture, bursts and frames of one video were not on both sides of the split. "
        "Of the {samples:,} photos tested, {groups:,} are different ones."
    ),
    "leaks.crossing": (
        "Of the validation and test sets {count:photo belongs|photos belong} together with photos that it "
        "learned from. The same picture counts in none of the numbers here, but bursts and frames of one "
        "video do."
    ),
    "stress.of_run": "Made with photos of the model's own run, not with those tested for this report.",
    "leaks.without": "Accuracy with the photos that it had learned from",
    "leaks.apart": "Accuracy had each photo been drawn by itself",
    "leaks.skipped": (
        "Left out, as they cannot be used or are of classes that it does not know: {count:file|files}."
    ),
    "leaks.unchecked": "Not tested, as no model could know their class: {count:photo|photos}.",
    # Made elsewhere
    "stress": "How much photos may be disturbed",
    "stress.none": (
        "Not tested. In the window, Results does that (“Stress test”); a report that is saved afterwards "
        "tells of it."
    ),
    "stress.disturbances": "How much photos may be disturbed",
    "stress.attacks": "Changes of pixels that are meant to mislead it",
    "stress.disturbance": "Disturbance",
    "stress.undisturbed": "Undisturbed",
    "stress.verdict": "Found",
    "stress.strengths": "Right, by strength",
    "groups": "Kinds of photos",
    "groups.none": (
        "Nobody has looked whether it is much worse at some kind of photos. In the window, Results does that "
        "(“Kinds of photos”); a report that is saved afterwards tells of it."
    ),
    "groups.lead": "How good it is at each kind of photos, and whether one stands out as much worse.",
    "groups.kind": "Photos",
    "groups.accuracy": "Right",
    "groups.rest": "All others",
    "groups.stands_out": "Much worse",
    "found.none": "Nothing was found.",
}


def report_text(key: str, **values: Any) -> str:
    """One sentence, or the words of a heading or a cell, with its values in it.

    Raises:
        KeyError: There is no such text, or a value is missing.
    """
    return filled(TEXT[key], values)
