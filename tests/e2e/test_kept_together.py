"""A folder of videos, as a person sees it: what a split at random would have shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel

from tests.e2e.conftest import Person, digests
from workbench.ui.pages.images import ImagesPage

pytestmark = pytest.mark.e2e


@pytest.fixture
def videos(drawn_pair: Path, tmp_path: Path) -> Path:
    """Twelve videos of five frames, in two classes at random."""
    for number, photo in enumerate(sorted((drawn_pair / "train" / "leaves").iterdir())[:12]):
        folder = tmp_path / "Videos" / ("odd", "even")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        with Image.open(photo) as opened:
            for frame in range(5):
                part = opened.crop((frame, frame, opened.width - 5 + frame, opened.height - 5 + frame))
                part.save(folder / f"clip{number}_frame{frame}.jpg")
    return tmp_path / "Videos"


def test_both_numbers_stand_on_images_and_on_results(in_program: Callable[..., None], videos: Path) -> None:
    before = digests(videos)

    def act(person: Person) -> None:
        person.wait(lambda: person.state.runs.in_use is not None and not person.state.work.working)
        page = person.window.page
        assert isinstance(page, ImagesPage)
        view = page.folder_view
        person.wait(lambda: person.state.health.insight is not None)
        person.wait(view.look.isVisible)
        person.click(view.look)

        def said() -> str:
            return " ".join(label.text() for label in view.findings.findChildren(QLabel))

        person.wait(lambda: "12 groups of photos are kept together" in said())
        insight, run = person.state.health.insight, person.state.runs.in_use
        assert insight is not None
        assert insight.measures is not None
        apart = round(100 * (insight.measures.accuracy_apart or 0))
        honest = round(100 * (insight.measures.group_accuracy or 0))
        assert f"you would have seen {apart} %; honestly it is {honest} %" in said()
        assert run is not None
        assert run.result is not None
        assert run.result.cross_validated == insight.measures

        results = person.go_to("results")

        def told() -> str:
            return " ".join(label.text() for label in results.findChildren(QLabel) if label.isVisible())

        person.wait(lambda: "12 groups of photos were kept together" in told())
        assert f"honestly it is {honest} %" in told()

    in_program(act, "--open", str(videos), train_on_opening=True)
    assert digests(videos) == before
