"""The five pages as rows, in the order of the work; each is made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP

from workbench.ui.pages.page import Page
from workbench.ui.session.session import Session
from workbench.ui.session.state import State


@dataclass(frozen=True)
class Place:
    """One page on the rail.

    Attributes:
        name: How `wants_page` and `--page` call it.
        title: Its word on the rail, to be translated in the context `Rail`.
        icon: Of the Phosphor set.
        make: Makes the page; only then is its module imported.
    """

    name: str
    title: str
    icon: str
    make: Callable[[Session], Page]


def _images(session: Session) -> Page:
    from workbench.ui.pages.images import ImagesPage

    return ImagesPage(session)


def _train(session: Session) -> Page:
    from workbench.ui.pages.train import TrainPage

    return TrainPage(session)


def _results(session: Session) -> Page:
    from workbench.ui.pages.results import ResultsPage

    return ResultsPage(session)


def _try_it(session: Session) -> Page:
    from workbench.ui.pages.try_it import TryItPage

    return TryItPage(session)


def _share(session: Session) -> Page:
    from workbench.ui.pages.share import SharePage

    return SharePage(session)


PLACES = (
    Place("images", QT_TRANSLATE_NOOP("Rail", "Images"), "ph.image-square", _images),
    Place("train", QT_TRANSLATE_NOOP("Rail", "Train"), "ph.graduation-cap", _train),
    Place("results", QT_TRANSLATE_NOOP("Rail", "Results"), "ph.chart-bar", _results),
    Place("try_it", QT_TRANSLATE_NOOP("Rail", "Try it"), "ph.magic-wand", _try_it),
    Place("share", QT_TRANSLATE_NOOP("Rail", "Share"), "ph.share-network", _share),
)


def waiting(state: State, seen: frozenset[str]) -> frozenset[str]:
    """The pages where something waits to be looked at: they get a dot on the rail.

    Args:
        state: What the window knows.
        seen: The name of every finished run whose results were looked at.
    """
    run = state.runs.shown
    new_result = run is not None and run.state in ("finished", "stopped") and run.folder.name not in seen
    return frozenset(
        ({"train"} if "train" in state.work.working else set()) | ({"results"} if new_result else set())
    )
