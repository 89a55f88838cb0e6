"""Settings, architectures, model files and runs."""

from __future__ import annotations

_OTHER_MODE = "Leave it out, or choose the mode {choices}."
_ONE_OR_THREE = "Write 1 or 3."
_NO_ROW = "There is no {kind:term} called “{key}”."
_NEAR = "Did you mean “{near}”?"
_NO_SETTING = "There is no setting called “{name}”."
_DOES_NOT_FIT = "“{value}” does not fit the setting “{name}”."
_UPDATE = "Update the program and try again."

ERRORS: dict[str, tuple[str, str]] = {
    "augmentation_without_effect.grey": (
        "The augmentation “{augmentation}” has no effect where the photos are grey.",
        "Leave it out, or set channels to 3.",
    ),
    "augmentation_without_effect": (
        "The augmentation “{augmentation}” has no effect in the mode “{mode}”.",
        _OTHER_MODE,
    ),
    "does_not_fit.bool": (_DOES_NOT_FIT, "Write yes or no."),
    "does_not_fit.choice": (
        _DOES_NOT_FIT,
        "Choose one of: {choices:listed}.",
    ),
    "does_not_fit.float": (_DOES_NOT_FIT, "Write a number."),
    "does_not_fit.float_from": (
        _DOES_NOT_FIT,
        "Write a number of at least {minimum:g}.",
    ),
    "does_not_fit.float_from_to": (
        _DOES_NOT_FIT,
        "Write a number from {minimum:g} to {maximum:g}.",
    ),
    "does_not_fit.int": (_DOES_NOT_FIT, "Write a whole number."),
    "does_not_fit.int_from": (
        _DOES_NOT_FIT,
        "Write a whole number of at least {minimum:g}.",
    ),
    "does_not_fit.int_from_to": (
        _DOES_NOT_FIT,
        "Write a whole number from {minimum:g} to {maximum:g}.",
    ),
    "does_not_fit.str": (_DOES_NOT_FIT, "Write some text."),
    "even_kernel": ("A kernel has a middle, so its side cannot be {kernel}.", "Write 1, 3, 5 or 7."),
    "features_not_finite": (
        "What the network makes of the photos is not a number for some of them.",
        "Choose another architecture, or learn from scratch.",
    ),
    "image_size_not_a_multiple": (
        "{architecture} needs an image size that is a multiple of {multiple}, and {size} is not.",
        "Set the image size to {below} or {above}.",
    ),
    "image_size_too_small": (
        "{architecture} needs an image size of at least {smallest} pixels, and {size} is too small.",
        "Set the image size to {smallest} or more.",
    ),
    "model_damaged": (
        "“{name}” is damaged: part of it was changed or is missing.",
        "Use another copy, or train again.",
    ),
    "model_does_not_fit": (
        "The weights in this file do not fit its architecture.",
        "Use a file that this program made.",
    ),
    "model_missing": (
        "There is no model file “{path}”.",
        "If it was moved, choose it where it lies now; if it was deleted, train again.",
    ),
    "model_not_finite": (
        "This model's weights are not all numbers.",
        "Train it again or use another file.",
    ),
    "model_unreadable": (
        "The model file “{path}” cannot be read.",
        "Check that it is there and try again.",
    ),
    "newer_model": (
        "“{name}” was made by a newer version of the program.",
        _UPDATE,
    ),
    "newer_project": (
        "The runs in “{folder}” were made by a newer version of the program.",
        _UPDATE,
    ),
    "newer_run": (
        "“{folder}” was made by a newer version of the program.",
        _UPDATE,
    ),
    "newer_settings": (
        "These settings were written by a newer version of the program.",
        _UPDATE,
    ),
    "no_such_channels": ("An image has 3 or 1 colour channels, not {channels}.", _ONE_OR_THREE),
    "no_such_channels.setting": (
        "An image has 3 colour channels, or 1 where only grey values count.",
        _ONE_OR_THREE,
    ),
    "no_such_row": (_NO_ROW, "They are: {known:listed}."),
    "no_such_row.near": (_NO_ROW, _NEAR),
    "no_such_setting": (_NO_SETTING, "The settings are: {known:listed}."),
    "no_such_setting.near": (_NO_SETTING, _NEAR),
    "no_such_strength": (
        "“{strength}” is not a strength for the augmentation “{augmentation}”.",
        "Write a number from 0 to 1.",
    ),
    "not_a_model": (
        "“{name}” is not a model file of this program.",
        "Choose a file that ends in .checkpoint.",
    ),
    "not_a_run": (
        "“{folder}” is not the folder of a training run.",
        "Choose a folder that a training run made.",
    ),
    "nothing_to_go_on_with": (
        "A run in mode “{mode}” has nothing to go on with.",
        "Start a new run instead.",
    ),
    "number_unclear": (
        "“{value}” can be read in two ways.",
        "Write thousands together (1000), and a point or comma only before a fraction (1.5).",
    ),
    "output_in_run": (
        "“{name}” belongs to a training run and is not overwritten.",
        "Give another name.",
    ),
    "output_is_folder": ("“{folder}” is a folder.", "Give the name of a file in it."),
    "output_is_input": (
        "“{name}” is one of the files to be read, and is not overwritten.",
        "Give another name.",
    ),
    "output_is_photo": ("“{name}” is a photo, and is not overwritten.", "Give another name."),
    "output_no_file": ("“{name}” is not a file that can be written to.", "Give another name."),
    "output_other_name": (
        "A name like “{name}” is for another kind of file.",
        "Give a name that ends in {suffix}.",
    ),
    "output_protected": ("“{name}” is write-protected.", "Give another name."),
    "output_taken": (
        "There is already a file “{name}”, and it is not overwritten.",
        "Give another name, or delete that file first.",
    ),
    "predictions_unreadable": ("How each photo was answered cannot be read.", "Train again."),
    "project_damaged": (
        "What the program noted about “{folder}” is damaged, and there is no run in it.",
        "Open its image folder again.",
    ),
    "run_among_photos": (
        "Nothing is written among your photos.",
        "Give a folder that lies elsewhere.",
    ),
    "run_damaged": (
        "“{file}” of the run “{folder}” is damaged or cannot be read.",
        "Put back a copy of that file, if you have one; the run's model, where it has one, still answers.",
    ),
    "run_folder_unusable": ("“{folder}” cannot be used as a folder.", "Give a new folder."),
    "run_folder_used": ("There is something in “{folder}” already.", "Give a new or empty folder."),
    "run_in_use": (
        "This run is being trained by another process.",
        "Wait until it ends, or start a new run.",
    ),
    "run_without_model": (
        "The run in “{folder}” has no model: it ended before there was one.",
        "Go on with it by workbench train --resume, or choose another run.",
    ),
    "setting_without_effect": (
        "The setting “{setting}” has no effect where {other} is “{value}”.",
        "Leave it out, or set {other} to {choices}.",
    ),
    "setting_without_effect.head_alone": (
        (
            "The setting “{setting}” has no effect where the head learns "
            "alone for all of its {epochs:epoch|epochs}."
        ),
        "Leave it out, or set head_epochs lower.",
    ),
    "setting_without_effect.mode": (
        "The setting “{setting}” has no effect in the mode “{value}”.",
        _OTHER_MODE,
    ),
    "settings_contradict.decay": (
        (
            "The learning rate would fall every {every:epoch|epochs}, and "
            "no part of the run has more than {epochs}."
        ),
        "Set decay_epochs to {most} or less, or epochs higher.",
    ),
    "settings_contradict.early_end": (
        "In {epochs:epoch|epochs}, training cannot end early after {stuck:epoch|epochs} without progress.",
        "Set early_stopping to {most} or less, or epochs higher.",
    ),
    "settings_contradict.ends_before_fall": (
        (
            "Training would end after {stuck:epoch|epochs} without "
            "progress, before the learning rate, which waits "
            "for {patience}, can fall and help."
        ),
        "Set early_stopping to {more} or more, or plateau_patience lower.",
    ),
    "settings_contradict.flips": (
        "“{first}” and “{second}” both mirror the photos, and together the one undoes what the other does.",
        "Ask for one of them.",
    ),
    "settings_contradict.patience": (
        (
            "In {epochs:epoch|epochs}, the learning rate cannot wait for "
            "{patience} without progress and then fall."
        ),
        "Set plateau_patience to {most} or less, or epochs higher.",
    ),
    "settings_contradict.widths": (
        "The first block would have {first} channels, more than the {most} that any block may have.",
        "Set design.max_channels to {first} or more, or design.channels lower.",
    ),
    "too_few_classes": (
        "A classifier needs at least 2 classes, and there is {classes}.",
        "Add a folder for another class.",
    ),
    "too_many_head_epochs": (
        "{head:epoch|epochs} for the head alone do not fit into {epochs:epoch|epochs} altogether.",
        "Set epochs higher, or head_epochs lower.",
    ),
}

CHANGES: dict[str, str] = {
    "head_epochs_lowered": (
        "So that the whole network is fine-tuned, too, the head learns alone for {most} of the {epochs} "
        "epochs, and not for {head}."
    ),
    "augmentation_gave_way": "“{first}” takes the place of “{second}”: together the one undoes the other.",
    "setting_gave_way": "{why} So {setting} is {value} here.",
}
