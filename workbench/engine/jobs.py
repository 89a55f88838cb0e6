"""The jobs that an engine can run: generators that yield what the window should hear and return the result.

Each serves one type of request, and asks `stop` now and then whether to end early. Those of `model_jobs` are
loaded with the first of them.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from workbench.core.data.added import Added
from workbench.core.data.adding import add_photos, join_pictures
from workbench.core.data.catalog import LOOSE, WITHOUT_CLASSES, Catalog, Unclear
from workbench.core.data.reading import told
from workbench.core.data.sample_photos import draw_new, draw_sample
from workbench.core.data.scan import look, scan_as
from workbench.core.data.unpack import unpack
from workbench.core.errors import InputError
from workbench.core.events import (
    Event,
    FirstModel,
    Thumbnail,
)
from workbench.core.files import stamp_of
from workbench.core.health.traits import Traits, examine_photos
from workbench.core.jobs import StopRequested
from workbench.core.lessons.fetching import fetch_lesson
from workbench.core.lessons.lesson_rows import LESSONS
from workbench.core.outputs import PROJECT_ZIP, check_output
from workbench.core.project.begun import is_begun
from workbench.core.project.copies import Exported, Imported
from workbench.core.project.exchange import export_project, import_project, is_project_file
from workbench.core.threads import in_threads
from workbench.core.torch_lock import torch_loading
from workbench.engine.pictures import small
from workbench.engine.requests import (
    Add,
    DrawNew,
    DrawSample,
    Examine,
    ExportProject,
    FetchLesson,
    Job,
    Join,
    OpenZip,
    Request,
    Scan,
    Thumbnails,
)


def scan(request: Scan, stop: StopRequested) -> Generator[Event | FirstModel, None, Catalog | Unclear]:
    """Reads an image folder, unless a person has to say first which of its folders are the classes.

    Photos without classes are only read where a person wishes to sort them, or has begun to.
    """
    try:
        seen = yield from look(request.folder, reading=request.reading, stop=stop)
    except InputError as error:
        if error.message.code not in WITHOUT_CLASSES or not is_begun(request.folder):
            raise
        request = replace(request, reading=LOOSE)
        seen = yield from look(request.folder, reading=LOOSE, stop=stop)
    chosen = request.reading if request.reading in {each.key for each in seen.readings} else ""
    if not (chosen or seen.is_clear):
        return Unclear(seen.folder, tuple(map(told, seen.readings[:2])))
    if request.first_model:
        with torch_loading:
            from workbench.core.first_model import first_model  # as model_jobs, see below

        yield from first_model(seen, seen.reading(chosen), stop=stop)
    return (yield from scan_as(seen, seen.reading(chosen), stop=stop))


def open_zip(request: OpenZip, stop: StopRequested) -> Generator[Event, None, Path | Imported]:
    """Unpacks a ZIP file of photos, or imports a project."""
    if is_project_file(request.file):
        return (yield from import_project(request.file, stop=stop))
    return (yield from unpack(request.file, stop=stop))


def fetch(request: FetchLesson, stop: StopRequested) -> Generator[Event, None, Path]:
    """Fetches public photos for a lesson."""
    return (yield from fetch_lesson(LESSONS.of(request.key), stop=stop))


def export(request: ExportProject, stop: StopRequested) -> Generator[Event, None, Exported]:
    """Writes a project into a ZIP file."""
    try:
        check_output(request.file, PROJECT_ZIP)
        job = export_project(
            request.project, request.file, photos=request.photos, database=request.database, stop=stop
        )
        return (yield from job)
    finally:
        if request.database is not None:
            request.database.unlink(missing_ok=True)


def thumbnails(request: Thumbnails, stop: StopRequested) -> Generator[Event, None, None]:
    """Small upright pictures, in order; None for pixels where a file is unreadable."""

    def shrink(path: str) -> Thumbnail:
        stamp = stamp_of(path)
        return Thumbnail(path, small(Path(path), request.size), stamp)

    yield from in_threads(shrink, request.paths, stop=stop, chunk=1)


def draw(request: DrawSample, stop: StopRequested) -> Generator[Event, None, Path]:
    """Draws the sample photos."""
    return (yield from draw_sample(request.folder, stop=stop))


def draw_another(request: DrawNew, stop: StopRequested) -> Generator[Event, None, Path]:
    """Draws one photo more."""
    yield from ()
    return draw_new(request.seed)


def add(request: Add, stop: StopRequested) -> Generator[Event, None, Added]:
    """Takes photos into the open folder's project."""
    job = add_photos(request.catalog, request.paths, request.folder, group=request.group, stop=stop)
    return (yield from job)


def join(request: Join, stop: StopRequested) -> Generator[Event, None, dict[str, str]]:
    """Compares the photos that were added with those of the folder."""
    return (yield from join_pictures(request.catalog, stop=stop))


def examine(request: Examine, stop: StopRequested) -> Generator[Event, None, Traits]:
    """Finds the traits of a folder's photos, from what the scan has decoded."""
    return (yield from examine_photos(request.catalog, stop=stop))


class _Jobs(dict[type[Request], Job]):
    """The job that serves each type of request: those here at once, those of models once one is asked for."""

    def __missing__(self, kind: type[Request]) -> Job:
        with torch_loading:
            from workbench.engine.model_jobs import MODEL_JOBS  # half a second, for which no photo waits

        return MODEL_JOBS[kind]


JOBS = _Jobs(
    {
        Scan: scan,
        OpenZip: open_zip,
        ExportProject: export,
        FetchLesson: fetch,
        DrawSample: draw,
        DrawNew: draw_another,
        Thumbnails: thumbnails,
        Add: add,
        Join: join,
        Examine: examine,
    }
)
