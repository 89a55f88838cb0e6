"""The loop of *Images*, as a person does it: what is perhaps wrong is looked at and put right."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.e2e.conftest import Person, digests
from workbench.core.data.sample_photos import draw_sample
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.parts.widgets import Button, Card
from workbench.ui.session.showing import number_keys

pytestmark = pytest.mark.e2e

WRONG = 15


@pytest.fixture
def spoiled(tmp_path: Path) -> Path:
    """Three hundred photos of six classes, of which fifteen lie in the wrong folder on purpose."""
    folder = tmp_path / "Things"
    for _ in draw_sample(folder, per_class=50):
        pass
    dice = random.Random(4)
    classes = sorted(path.name for path in folder.iterdir())
    right = sorted(path for path in folder.rglob("*.jpg") if path.name.startswith(path.parent.name))
    for photo in dice.sample(right, WRONG):
        other = dice.choice([name for name in classes if name != photo.parent.name])
        photo.rename(folder / other / f"x-{photo.name}")
    return folder


def true_class(sample_id: str) -> str:
    return Path(sample_id).name.removeprefix("x-").rpartition("-")[0]


def press(person: Person, view: FolderView, sample_id: str, key: str) -> None:
    """Clicks on a photo that the gallery shows, and presses a number key."""
    gallery = view.gallery
    row = next(number for number, sample in enumerate(gallery.rows) if sample.id == sample_id)
    index = gallery.model().index(row, 0)
    gallery.scrollTo(index)
    place = gallery.visualRect(index).center()
    QTest.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=place)
    revision = revision_of(person)
    QTest.keyClicks(gallery, key)
    person.wait(lambda: revision_of(person) > revision)


def shown_by(view: FolderView, title: str) -> list[Button]:
    """The button that shows the photos of a finding, once that is listed."""
    cards = [card for card in view.findings.findChildren(Card) if card.isVisible()]
    own = [card for card in cards if any(label.text() == title for label in card.findChildren(QLabel))]
    buttons = (button for card in own for button in card.findChildren(Button))
    return [button for button in buttons if button.text().startswith("Show these")]


def revision_of(person: Person) -> int:
    catalog = person.state.folders.catalog
    assert catalog is not None
    return catalog.revision


def followed(person: Person) -> float:
    """How good the model is, once it has learned the photos as they are now."""

    def is_newest() -> bool:
        found = person.state.health.followed
        return found is not None and found.revision == revision_of(person)

    person.wait(is_newest)
    found = person.state.health.followed
    assert found is not None
    assert found.estimate is not None
    return found.estimate.accuracy


def test_photos_in_the_wrong_class_are_found_and_put_right_and_that_can_be_undone(
    in_program: Callable[..., None], spoiled: Path
) -> None:
    before = digests(spoiled)

    def act(person: Person) -> None:
        person.wait(lambda: person.state.runs.in_use is not None and not person.state.work.working)
        page = person.window.page
        assert isinstance(page, ImagesPage)
        view, catalog = page.folder_view, person.state.folders.catalog
        assert catalog is not None
        begun = followed(person)
        person.wait(view.number.isVisible)
        words = view.number.number.text()
        wrong = [sample.id for sample in catalog.samples if Path(sample.id).name.startswith("x-")]
        assert len(wrong) == WRONG
        keys = {each.name: number_keys(catalog)[each.id] for each in catalog.classes}

        person.wait(view.look.isVisible)
        person.click(view.look)
        person.wait(lambda: shown_by(view, "Perhaps in the wrong class"))
        person.click(shown_by(view, "Perhaps in the wrong class")[0])
        suspects = [sample.id for sample in view.gallery.rows]
        assert len(set(wrong) & set(suspects)) >= WRONG - 2
        for sample_id in sorted(wrong, key=lambda each: each not in suspects):
            if sample_id not in suspects:  # nobody is right about everything
                QTest.keyClicks(view.filter.text, Path(sample_id).name)
                person.wait(lambda: len(view.gallery.rows) == 1)
            press(person, view, sample_id, keys[true_class(sample_id)])
        assert followed(person) > begun
        person.wait(lambda: view.number.stands_on.text() == "A model of the photos as they are now.")
        assert view.number.number.text() != words

        for _ in range(WRONG):
            revision = revision_of(person)
            QTest.keyClick(view.gallery, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
            person.wait(lambda revision=revision: revision_of(person) > revision)
        assert person.state.edits.can_undo is None
        now = person.state.folders.catalog
        assert now is not None
        assert (now.samples, now.classes, now.confirmed) == (catalog.samples, catalog.classes, frozenset())
        assert followed(person) == pytest.approx(begun)
        person.wait(lambda: view.number.number.text() == words)

    in_program(act, "--open", str(spoiled), train_on_opening=True)
    assert digests(spoiled) == before
