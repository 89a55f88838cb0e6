"""A photo of something else is dropped on a model: it is said, explained, and can be learned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Person
from workbench.ui.pages.try_it import TryItPage

pytestmark = pytest.mark.e2e


def test_a_stranger_is_unlike_anything_and_one_sees_why(
    in_program: Callable[..., None], data_folder: Path
) -> None:
    stranger = data_folder / "imagenet_200" / "n02124075_Egyptian_cat.JPEG"
    before = stranger.read_bytes()

    def act(person: Person) -> None:
        person.click(person.button("Try with sample photos"))
        person.wait(person.window.messages.results_button.isVisible)
        page = person.go_to("try_it")
        assert isinstance(page, TryItPage)
        person.click(page.target.unseen)  # one like the sample's photos, which nobody has seen yet
        person.wait(lambda: len(person.state.predictions.made) == 1)
        drawn = person.state.predictions.made[0]
        catalog = person.state.folders.catalog
        assert catalog is not None
        assert drawn.most_probable in catalog.class_names
        assert not Path(drawn.path).is_relative_to(catalog.folder)

        person.drop(page, stranger)
        person.wait(lambda: len(person.state.predictions.made) == 2)
        person.wait(lambda: page.prediction.name.whole() == "None of these")
        assert page.prediction.lead.text() == "Unlike any photo that it learned from."
        person.click(page.why.ask)
        person.wait(page.why.influential.isVisible)
        assert page.why.picture.isVisible()
        assert page.why.words.text()

        count = len(catalog.samples)
        assert page.add_to_class.isVisible()
        page.add_to_class.menu.aboutToShow.emit()
        first = page.add_to_class.menu.actions()[0]
        first.trigger()
        person.wait(page.add_to_class.said.isVisible)
        assert f"“{first.text()}”" in page.add_to_class.said.text()
        newest = person.state.folders.catalog
        assert newest is not None
        assert len(newest.samples) == count + 1
        assert newest.name_of(newest.samples[-1].class_id) == first.text()
        first.trigger()  # once more: nothing is added twice
        person.wait(lambda: not person.state.work.working & {"add"})

    in_program(act, train_on_opening=True)
    assert stranger.read_bytes() == before
