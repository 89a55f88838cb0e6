"""Photos and image folders: files that cannot be used, folders that cannot be learned from."""

from __future__ import annotations

_ONE_CLASS = "There is only one class here, “{class_name}”; it takes two to tell apart."
_TOO_FEW = "There are too few photos to learn from."
_ARRANGE = (
    "Make one folder for each class, named after it, put its photos in there, "
    "and choose the folder that holds these folders."
)
_COPY_AGAIN = "Copy it again from the camera or from where it came."
_SMALLER = "Save a smaller copy of it and use that."

IMAGES: dict[str, tuple[str, str]] = {
    "changed_since_read": (
        "“{name}” was changed after its folder was read, so it is left out.",
        "Read the folder again to use it as it is now.",
    ),
    "empty_file": ("“{name}” is empty.", _COPY_AGAIN),
    "heic": (
        "“{name}” is a HEIC photo, which the program cannot read.",
        "Save it as JPEG first, or install the program's extra “heif”.",
    ),
    "missing": ("“{name}” is not there any more.", "Put it back, or read the folder again."),
    "not_an_array_of_pixels": (
        "An array of shape {shape} and type {type} is no image that can be used.",
        "Give uint8 values of shape (height, width), (height, width, 3) or (height, width, 4).",
    ),
    "not_an_image": (
        "“{name}” is not an image, whatever its name says.",
        "Take it out of the folder, or leave it: it is passed over.",
    ),
    "not_an_image.not_a_file": ("“{name}” is not a file.", "Choose a photo."),
    "too_large.for_memory": ("“{name}” needs more memory than there is.", _SMALLER),
    "too_large.pixels": (
        "“{name}” has {width:,} × {height:,} pixels; the limit for such files is {millions:,.0f} million.",
        _SMALLER,
    ),
    "truncated": ("“{name}” is damaged or was cut off.", _COPY_AGAIN),
    "truncated.zeros": (
        "“{name}” holds nothing but zeros: a copy or a rescue of it has failed.",
        _COPY_AGAIN,
    ),
    "unreadable": (
        "“{name}” could not be read.",
        "Check that you may open it, that no other program holds it, and that its drive is connected.",
    ),
}

FOLDERS: dict[str, tuple[str, str]] = {
    "folder_missing": (
        "There is no folder “{folder}”.",
        "Check its name and that its drive is connected.",
    ),
    "folder_unreadable": (
        "The folder “{folder}” cannot be read.",
        "Check that you may open it and that its drive is connected.",
    ),
    "no_photos": (
        "There are no photos in “{folder}”.",
        _ARRANGE,
    ),
    "no_usable_photos": (
        "No file in “{folder}” is a photo that can be used.",
        _ARRANGE,
    ),
    "no_usable_photos.unreadable": (
        "No file in “{folder}” is a photo that can be used. {why}",
        "{why:hint}",
    ),
    "only_one_class": (
        _ONE_CLASS,
        _ARRANGE,
    ),
    "only_one_class.nested": (
        _ONE_CLASS,
        "If the classes are the folders inside “{folder}”, choose that folder instead.",
    ),
    "only_one_usable_class": (
        "Only the class “{class_name}” has photos that can be used; it takes two to tell apart.",
        "Put photos into the folders of the other classes.",
    ),
    "only_one_usable_class.unreadable": (
        "Only the class “{class_name}” has photos that can be used, and it takes two to tell apart. {why}",
        "{why:hint}",
    ),
    "other_photos": (
        "That run learned from “{learned_from}”, and none of its photos are in “{folder}”.",
        "Give the folder in which they lie now, or none.",
    ),
    "photos_changed": (
        "Changed or gone: {count:photo|photos} that this run learns from.",
        "Put them back, or start a new run.",
    ),
    "photos_elsewhere": (
        "The folder that this run learns from, “{folder}”, is not there.",
        "Connect its drive, or give the folder in which they lie now: workbench train FOLDER --resume RUN.",
    ),
    "photo_left": (
        "“{path}” is not among the folder's photos any more.",
        "Bring it back on Images, then ask again.",
    ),
    "photos_gone": ("None of these photos can be read any more.", "Check that they are still there."),
    "photos_without_classes": (
        "The photos lie directly in “{folder}”, so nothing says what each one shows.",
        _ARRANGE,
    ),
    "sample_in_the_way": ("“{name}” is there already and not empty.", "Choose a new or an empty folder."),
    "sample_too_small": (
        "A sample needs at least {fewest:photo|photos} of each class.",
        "Ask for more photos.",
    ),
    "sets_without_classes": (
        "The photos in {names:quoted} are not sorted into classes.",
        _ARRANGE,
    ),
    "class_name_empty": ("A class needs a name.", "Write one."),
    "class_name_taken": (
        "There is already a class called “{class_name}”.",
        "Choose another name, or merge the two classes.",
    ),
    "too_few_photos": (_TOO_FEW, "Add photos to at least two classes."),
    "too_few_photos.gone": (
        _TOO_FEW,
        "Check that the photos are still there.",
    ),
    "unknown_class": ("The model does not know the class “{class_name}”.", "It knows: {known:listed}."),
}

TRAITS: dict[str, str] = {
    "trait.brightness": "How bright a photo is",
    "trait.border": "The colour of its border",
    "trait.file_size": "The size of its file",
    "trait.compression": "How strongly its file is compressed",
    "trait.camera": "The camera",
    "trait.photo_size": "How many pixels it has",
    "trait.shape": "Its shape (how wide, how high)",
}

LEFT_OUT: dict[str, str | tuple[str, str]] = {
    "already_here": (
        "“{name}” is here already, as “{other}”.",
        "To put it into another class, drag it there in the gallery.",
    ),
    "class_not_in_training": "The training set has no usable photo of “{class_name}”.",
    "loop": "“{name}” leads to a folder that was already read.",
    "missing.link": "“{name}” is a link that leads nowhere.",
    "no_class": "“{name}” lies in no class folder.",
    "raw_twin": "“{name}” is the raw photo of “{other}”, which is used.",
    "outside_sets": "“{name}” belongs to none of the sets; its {count:photo was|photos were} left out.",
    "outside_sets.copy": "“{name}” holds the sets a second time; its {count:photo was|photos were} left out.",
}

NOTES: dict[str, str] = {
    "no_training_set": "There is no training set in this folder, so its sets were put together.",
}
