"""All tables in one: code → a sentence, or a title and a hint."""

from __future__ import annotations

from workbench.words import (
    about_archives,
    about_computer,
    about_edits,
    about_folders,
    about_formats,
    about_models,
    about_one_photo,
    about_photos,
    about_reports,
    about_results,
    about_weights,
    about_work,
)

SENTENCES: dict[str, str | tuple[str, str]] = {
    **about_archives.ERRORS,
    **about_archives.LEFT_OUT,
    **about_archives.LESSONS,
    **about_archives.NOTES,
    **about_archives.PROGRESS,
    **about_computer.ERRORS,
    **about_computer.FINDINGS,
    **about_edits.EDITS,
    **about_edits.ERRORS,
    **about_formats.KINDS,
    **about_formats.READ_WITH_NOTES,
    **about_folders.LEFT_OUT,
    **about_folders.NOTES,
    **about_folders.NOT_A_FOLDER,
    **about_folders.READINGS,
    **about_models.CHANGES,
    **about_models.ERRORS,
    **about_one_photo.ONE_PHOTO,
    **about_photos.FOLDERS,
    **about_photos.IMAGES,
    **about_photos.LEFT_OUT,
    **about_photos.NOTES,
    **about_photos.TRAITS,
    **about_reports.ERRORS,
    **about_results.CAUTIONS,
    **about_results.ERRORS,
    **about_weights.ERRORS,
    **about_work.ERRORS,
    **about_work.NOTES,
    **about_work.PROGRESS,
}

SEVERAL = about_folders.SEVERAL
