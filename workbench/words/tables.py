"""All tables in one: code → a sentence, or a title and a hint."""

from __future__ import annotations

from workbench.words import about_photos, about_work

SENTENCES: dict[str, str | tuple[str, str]] = {
    **about_work.ERRORS,
    **about_photos.IMAGES,
    **about_work.NOTES,
    **about_work.PROGRESS,
}
