"""What a person does to photos and classes, as the menu names it, and what is in the way."""

from __future__ import annotations

EDITS: dict[str, str] = {
    "edit.reclassed": "put {count:photo|photos} into “{class_name}”",
    "edit.confirmed": "say that the class of {count:photo is|photos is} right",
    "edit.suggested": "put {count:photo|photos} into the class suggested",
    "edit.added": "add {count:photo|photos} to “{class_name}”",
    "edit.added.unclassed": "add {count:photo|photos} without a class",
    "edit.unclassed": "take {count:photo|photos} out of their class",
    "edit.left_out": "leave out {count:photo|photos}",
    "edit.brought_back": "bring back {count:photo|photos}",
    "edit.renamed": "rename “{before}” to “{class_name}”",
    "edit.merged": "merge {classes:quoted} into “{class_name}”",
    "edit.new_class": "add the class “{class_name}”",
    "edit.no_class": "delete the class “{class_name}”",
}

ERRORS: dict[str, tuple[str, str]] = {
    "export_without_photos": (
        "The photos of this project are not in “{folder}” any more.",
        "Open the folder that they are in now, or export the project without its photos.",
    ),
    "import_other_photos": (
        "“{folder}” holds other photos than the project.",
        "Choose the folder that holds the project's photos; their names may have changed.",
    ),
    "newer_project_file": (
        "“{name}” was exported by a newer version of the program.",
        "Update the program, then import it again.",
    ),
    "no_project": (
        "The program has no project for “{folder}” yet.",
        "Open the folder in the window, or train on it once.",
    ),
    "newer_test_set": (
        "The test set of these photos was drawn by a newer version of the program.",
        "Update the program, then try again.",
    ),
    "own_test_set": (
        "The folder has a test set of its own with {photos:photo|photos}.",
        "It stays as it is; no other is drawn.",
    ),
    "test_set_damaged": (
        "Nobody can tell any more which photos were kept for the test: “{file}” is damaged.",
        "Delete that file to learn from all photos again; a new test set can be drawn then.",
    ),
    "too_few_for_test_set": (
        "There are too few photos with a class to keep some for a test.",
        "Put photos into classes first: two of each, which do not belong together, is the least.",
    ),
    "project_file_damaged": (
        "“{name}” is no project that this program exported, or it is damaged.",
        "Export it again, or get it again from where it came.",
    ),
    "project_without_name": ("A project needs a name.", "Write one."),
    "newer_edits": (
        "What was done to these photos was done in a newer version of the program, and can't be read here.",
        "The photos are shown as their folder has them. Update the program to see them as they were put.",
    ),
    "project_in_use": (
        "These photos are open in another window of the program.",
        "Go on there, or close it and open the folder here again.",
    ),
    "project_restored": (
        "What the program had kept about these photos was damaged.",
        "It is as it was when the folder was last opened; changes of the last time may be lost.",
    ),
}
