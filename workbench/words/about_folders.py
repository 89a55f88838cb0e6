"""How a folder was read, what in it was left out, and why something given as a folder is none."""

from __future__ import annotations

_ARRANGE = (
    "Make one folder for each class, named after it, put its photos in there, "
    "and choose the folder that holds these folders."
)
_FETCH = "Have your cloud program keep that folder on this computer, then try again."
_CONNECT = "Connect it, check that it opens on this computer, then try again."

NOT_A_FOLDER: dict[str, tuple[str, str]] = {
    "drive_missing": ("“{folder}” is on the drive “{drive}”, which is not connected.", _CONNECT),
    "drive_out_of_reach": ("The drive with “{folder}” does not answer.", _CONNECT),
    "folder_missing.link": (
        "“{folder}” is a link, and what it leads to is not there.",
        "Choose the folder itself, and check that its drive is connected.",
    ),
    "folder_unreadable.locked": (
        "You may not open the folder “{folder}”.",
        "Ask whoever it belongs to, or copy the photos into a folder of your own.",
    ),
    "not_a_folder": (
        "“{name}” is a file, and not a folder of photos.",
        "Choose the folder that holds one folder for each class.",
    ),
    "not_a_folder.archive": (
        "“{name}” is an archive that has to be unpacked first.",
        "Unpack it (open it and choose “Extract all”), then choose the folder that comes out.",
    ),
    "not_a_folder.model": (
        "“{name}” is a model file, and not a folder of photos.",
        "Choose the folder that holds the photos.",
    ),
    "not_a_folder.photo": (
        "“{name}” is a single photo, and not a folder.",
        "Choose the folder that holds one folder for each class.",
    ),
}

READINGS: dict[str, str | tuple[str, str]] = {
    "no_such_reading": (
        "“{folder}” cannot be read as “{key}”.",
        "The ways to read it are: {known:listed}.",
    ),
    "no_photos.archives": (
        "There are no photos in “{folder}”, only archives that have to be unpacked first: {names:quoted}.",
        "Unpack them there, then try again.",
    ),
    "nothing_to_compare_with": (
        "The photos in “{folder}” are not sorted into classes, so there is nothing to compare answers with.",
        "Sort them into folders named {known:listed}, or see the answers with `workbench predict`.",
    ),
    "photos_without_classes.table": (
        "Nothing says what the photos in “{folder}” show. {why}",
        (
            "Give the table a column with the names of the photos and one called “class”, or make one folder "
            "for each class and put its photos in there."
        ),
    ),
    "table_refused.no_classes": (
        "No column of the table “{name}” is known to say classes; its columns are {columns:quoted}."
    ),
    "table_refused.no_photos": "No column of the table “{name}” names photos of this folder.",
    "table_refused.one_class": "The table “{name}” has only the class “{class_name}”.",
    "table_refused.one_column": "The table “{name}” has a single column, or none.",
    "table_refused.unreadable": "The table “{name}” could not be read as text.",
    "read_loose": "The photos have no classes yet.",
    "read_table": "The classes are the column “{column}” of the table “{name}”.",
    "read_table.one_hot": "The classes are the columns {columns:quoted} of the table “{name}”.",
    "read_table.sets": "The classes are in the tables {names:quoted}, one for each set.",
    "read_table.unnamed": "The classes are column {number} of the table “{name}”.",
    "read_table_groups": (
        "Photos with the same “{column}” in the table are kept together, on one side of every split."
    ),
    "read_table_sets": "The sets are the column “{column}” of the table.",
    "read_class_sets": "Each class has its sets in its own folder: {folders:quoted}.",
    "read_class_versions": "In each class, the photos are those in {folders:quoted}.",
    "read_folders": "The classes are the folders {folders:quoted}, each with all that is in it.",
    "read_inside": "The classes are the folders inside {folders:quoted}.",
    "read_itself": "All photos in this folder are taken for the class “{class_name}”.",
    "read_set.test": "“{name}” is taken for the test set.",
    "read_set.training": "“{name}” is taken for the training set.",
    "read_set.validation": "“{name}” is taken for the validation set.",
    "read_set_names": "The names of the folders say both set and class: {folders:quoted}.",
    "read_sets": "The sets are {folders:quoted}, and the classes are the folders inside them.",
    "read_together": "The classes are the folders inside {folders:quoted}, put together.",
}

NOTES: dict[str, str | tuple[str, str]] = {
    "class_names_matched": (
        "{given:quoted} counted as {meant:quoted}: the names differ only in capital letters, blanks or the "
        "way accents are stored."
    ),
    "class_vanished": (
        "The class “{class_name}” is left out: none of its {count:file|files} can be used. {why}",
        "{why:hint}",
    ),
    "class_vanished.no_photos": (
        "The class “{class_name}” is left out: there are no photos in its folder.",
        "Put photos into it.",
    ),
    "class_vanished.untrained": (
        (
            "The class “{class_name}” is left out: its "
            "{count:photo is|photos are} in other sets than the training set."
        ),
        "Put photos of it into the training set.",
    ),
    "classes_unknown_to_model": (
        "{count:photo was|photos were} left out, of classes that the model does not know: {classes:quoted}."
    ),
    "dot_classes": (
        "A dot in front hides a folder; there are photos inside, so these are classes: {classes:quoted}."
    ),
    "hidden_photos": "Passed over: {count:hidden photo|hidden photos}, with a dot in front of the name.",
    "table_no_class": (
        "Without a class in the table, and so not classed: {count:photo|photos}, such as {names:quoted}."
    ),
    "table_no_photo": (
        "{count:row of the table names|rows of the table name} no photo in this folder: {names:quoted}."
    ),
    "table_no_row": "Not in the table, and so not classed: {count:photo|photos}, such as {names:quoted}.",
    "table_no_set": (
        "Without a set in the table, and so learned from: {count:photo|photos}, such as {names:quoted}."
    ),
    "table_one_group": (
        "All photos have the same group in the table, “{name}”, so that nothing is kept together by it."
    ),
    "table_same_number": (
        "{classes:quoted} are the same number, and counted as different classes, as the table has them."
    ),
    "table_several_photos": (
        "{count:row of the table may mean|rows of the table may mean} several photos each, and count for "
        "none: {names:quoted}."
    ),
    "table_two_classes": (
        "With two classes in the table, and so not classed: {count:photo|photos}, such as {names:quoted}."
    ),
    "table_two_groups": (
        "With two groups in the table, the first of which counts: {count:photo|photos}, such as "
        "{names:quoted}."
    ),
    "table_two_sets": (
        "With two sets in the table, and so learned from: {count:photo|photos}, such as {names:quoted}."
    ),
    "table_unknown_sets": (
        "{count:row of the table has|rows of the table have} a word for the set that is not known, and the "
        "photos are learned from: {words:quoted}."
    ),
    "several": ("{first} The same goes for {more:more file|more files}.", "{first:hint}"),
    "set_unsorted": "Left out, as not sorted into classes: {count:photo|photos} in “{name}”.",
    "versions_left_out": (
        "Left out, as masks or other versions of the photos: {count:file|files} in {folders:quoted}."
    ),
}

LEFT_OUT: dict[str, str | tuple[str, str]] = {
    "archive_inside": ("“{name}” is an archive that has to be unpacked first.", "Unpack it, then try again."),
    "beside_classes": (
        "“{name}” lies beside the classes and is none; its {count:photo was|photos were} left out."
    ),
    "beside_classes.copy": (
        "“{name}” holds the classes beside it a second time; its {count:photo was|photos were} left out."
    ),
    "beside_classes.no_photos": "“{name}” holds no photos.",
    "beside_classes.unsorted": (
        "“{name}” is not sorted into classes; its {count:photo was|photos were} left out."
    ),
    "beside_classes.version": (
        "“{name}” holds masks or other versions of the photos; its {count:file was|files were} left out."
    ),
    "class_unknown_to_model": (
        "The model does not know the class “{class_name}”; its {count:photo was|photos were} left out."
    ),
    "mask_file": "“{name}” is the mask of the photo beside it.",
    "not_classed": "“{name}” has no class in the table.",
    "side_file": "“{name}” is a file that goes beside photos, and no photo.",
    "not_downloaded.cloud": ("“{name}” is not on this computer, but only in the cloud.", _FETCH),
    "trashed": "“{name}” is from the bin of a phone.",
    "not_downloaded.unfinished": (
        "“{name}” has not arrived as a whole: it was still being fetched.",
        "Wait until it is there, or fetch it again.",
    ),
}

SEVERAL: dict[str, tuple[str, str]] = {
    "already_here": (
        "{count:photo is|photos are} here already: {names:quoted}.",
        "To put them into another class, drag them there in the gallery.",
    ),
    "class_not_in_training": (
        "{count:file is|files are} of classes of which the training set has no usable photo: {names:quoted}.",
        "Put photos of these classes into the training set.",
    ),
    "empty_file": (
        "{count:file is|files are} empty: {names:quoted}.",
        "Copy them again from where they came.",
    ),
    "heic": (
        "{count:file is a HEIC photo|files are HEIC photos}, which the program cannot read: {names:quoted}.",
        "Save them as JPEG first, or install the program's extra “heif”.",
    ),
    "loop": ("{count:link leads|links lead} to folders that were already read: {names:quoted}.", ""),
    "mask_file": ("{count:file is a mask|files are masks} of photos beside: {names:quoted}.", ""),
    "missing": (
        "{count:file is|files are} not there any more: {names:quoted}.",
        "Put them back, or read the folder again.",
    ),
    "missing.link": (
        "{count:link leads|links lead} nowhere: {names:quoted}.",
        "Connect the drive that they lead to.",
    ),
    "no_class": (
        "{count:file lies|files lie} in no class folder: {names:quoted}.",
        "Move those that are photos into the folders of their classes.",
    ),
    "not_an_image": (
        "{count:file is no image|files are no images}, whatever the name says: {names:quoted}.",
        "Take them out of the folder, or leave them: they are passed over.",
    ),
    "not_classed": ("{count:photo has|photos have} no class in the table: {names:quoted}.", ""),
    "side_file": ("{count:file goes|files go} beside photos, without being one: {names:quoted}.", ""),
    "not_downloaded.annex": (
        "{count:photo is|photos are} kept elsewhere by git-annex, with only a pointer here: {names:quoted}.",
        "Fetch the photos with `git annex get`, then try again.",
    ),
    "not_downloaded.cloud": (
        "{count:photo is|photos are} not on this computer, but only in the cloud: {names:quoted}.",
        _FETCH,
    ),
    "not_downloaded.git_lfs": (
        (
            "{count:file is only a pointer|files are only pointers} of "
            "Git LFS, without the photo: {names:quoted}."
        ),
        "Fetch the photos with `git lfs pull`, then try again.",
    ),
    "trashed": (
        "{count:photo is|photos are} from the bin of a phone: {names:quoted}.",
        "",
    ),
    "not_downloaded.unfinished": (
        "{count:photo has|photos have} not arrived as a whole: {names:quoted}.",
        "Wait until they are there, or fetch them again.",
    ),
    "truncated": (
        "{count:file is damaged or was|files are damaged or were} cut off: {names:quoted}.",
        "Copy them again from the camera or from where they came.",
    ),
    "unreadable": (
        "{count:file or folder|files or folders} could not be read: {names:quoted}.",
        "Check that you may open them, that no other program holds them, and that their drive is connected.",
    ),
}
"""What is said of several files at once, by the code of each; others get the sentence of the first."""
