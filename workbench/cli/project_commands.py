"""Commands about projects, which go into a file and back, and about public photos for lessons."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from workbench.cli.run_report import print_json
from workbench.core.lessons.fetching import fetch_lesson
from workbench.core.lessons.lesson_rows import LESSONS, is_here
from workbench.core.names import visible
from workbench.core.outputs import PROJECT_ZIP, check_output
from workbench.core.project.copies import duplicate, new_project
from workbench.core.project.exchange import export_project, import_project
from workbench.core.project.projects import Project
from workbench.progress import Reporter, stop_on_interrupt


def project(options: argparse.Namespace) -> int:
    """`workbench project …`: one of the four below."""
    told, sentence = _COMMANDS[options.what](options)
    if options.json:
        return print_json(told)
    print(sentence)
    return 0


def lessons(options: argparse.Namespace) -> int:
    """`workbench lessons`: the public photos that can be fetched, or one of them."""
    if options.key is None:
        return _list_lessons(options)
    lesson = LESSONS.of(options.key)
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        if not is_here(lesson):
            reporter.say(f"{lesson.name}: {lesson.size / 1e6:,.0f} MB; licence: {lesson.licence}.")
        folder = reporter.drive(fetch_lesson(lesson, stop=stop))
    if options.json:
        return print_json({"folder": str(folder)})
    print(folder)
    return 0


def _list_lessons(options: argparse.Namespace) -> int:
    names = ("key", "name", "sentence", "photos", "classes", "size", "licence")
    if options.json:
        return print_json([{n: getattr(row, n) for n in names} | {"here": is_here(row)} for row in LESSONS])
    for row in LESSONS:
        here = ", here already" if is_here(row) else ""
        print(f"{row.key}: {row.sentence}")
        print(
            f"    {row.photos:,} photos, {row.classes} classes, {row.size / 1e6:,.0f} MB to fetch; "
            f"licence: {row.licence}{here}"
        )
    return 0


def _export(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    found = Project.existing(options.folder)
    check_output(options.file, PROJECT_ZIP, [options.folder])
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        made = reporter.drive(export_project(found.folder, options.file, photos=options.photos, stop=stop))
        for path in made.left_out:
            reporter.say(f"Left out, as it cannot be read or written in a ZIP file: {visible(path)}")
    told = {"file": str(made.file), "photos": made.photos, "left_out": list(made.left_out)}
    photos = f", with {made.photos:,} photos" if options.photos else ", without its photos"
    return told, f"The project is in {visible(str(made.file))}{photos}."


def _import(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        made = reporter.drive(import_project(options.file, folder=options.folder, stop=stop))
    folder = str(made.image_folder) if made.image_folder is not None else None
    told = {"project": str(made.project), "name": made.name, "folder": folder}
    if folder is None:
        return told, (
            f"“{visible(made.name)}” is imported. Its photos are not on this computer where they were: as "
            "soon as the folder that they are in is opened, the project is found."
        )
    return told, f"“{visible(made.name)}” is imported; its photos are in {visible(folder)}."


def _duplicate(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    made = duplicate(Project.existing(options.folder), options.name)
    return _told(made), f"“{visible(made.name)}” is a copy, and what opens with the folder from now on."


def _new(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    made = new_project(Project.existing(options.folder), options.name)
    return _told(made), f"“{visible(made.name)}” is new, and what opens with the folder from now on."


def _told(made: Project) -> dict[str, Any]:
    return {"project": str(made.folder), "name": made.name, "folder": str(made.image_folder)}


_COMMANDS: dict[str, Callable[[argparse.Namespace], tuple[dict[str, Any], str]]] = {
    "export": _export,
    "import": _import,
    "duplicate": _duplicate,
    "new": _new,
}
