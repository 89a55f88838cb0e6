"""The five pages as rows, in the order of the work; each is made when it is first shown."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP

from workbench.core.registry import resolve
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
        page: Its `Page`, `module:Name` below `workbench.ui.pages`.
    """

    name: str
    title: str
    icon: str
    page: str

    def make(self, session: Session) -> Page:
        """Makes the page; only now is its module imported."""
        page: Page = resolve(f"workbench.ui.pages.{self.page}")(session)
        return page


PLACES = (
    Place("images", str(QT_TRANSLATE_NOOP("Rail", "Images")), "ph.image-square", "images:ImagesPage"),
    Place("train", str(QT_TRANSLATE_NOOP("Rail", "Train")), "ph.graduation-cap", "train:TrainPage"),
    Place("results", str(QT_TRANSLATE_NOOP("Rail", "Results")), "ph.chart-bar", "results:ResultsPage"),
    Place("try_it", str(QT_TRANSLATE_NOOP("Rail", "Try it")), "ph.magic-wand", "try_it:TryItPage"),
    Place("share", str(QT_TRANSLATE_NOOP("Rail", "Share")), "ph.share-network", "share:SharePage"),
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
