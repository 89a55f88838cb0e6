"""The main job, as a person does it: photos become a model that answers."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.e2e.conftest import Person
from workbench.core.paths import sample_folder
from workbench.core.project.projects import Project
from workbench.core.project.runs import MODEL, RunSummary
from workbench.ui.frame.dialogs import ClosingQuestion
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.results import ResultsPage
from workbench.ui.pages.share import SharePage
from workbench.ui.pages.train import TrainPage
from workbench.ui.pages.try_it import TryItPage

pytestmark = pytest.mark.e2e

Program = Callable[..., None]


def test_from_the_sample_to_an_answer_without_asking_for_anything(in_program: Program) -> None:
    def act(person: Person) -> None:
        person.click(person.button("Try with sample photos"))
        person.wait(lambda: person.state.folders.catalog is not None)
        catalog = person.state.folders.catalog
        assert catalog is not None
        assert len(catalog.classes) == 6
        images = person.window.pages["images"]
        assert isinstance(images, ImagesPage)
        look = images.folder_view.look
        person.wait(lambda: look.isVisible() and "things to look at" in look.text())

        person.wait(person.window.messages.results_button.isVisible)
        assert person.window.page is person.window.pages["images"]
        person.click(person.window.messages.results_button)
        page = person.window.page
        assert isinstance(page, ResultsPage)
        assert page.number.isVisible()
        assert "every photo was tested by a model that hadn't learned from it" in page.meaning.text()
        person.wait(person.window.messages.isHidden)

        page = person.go_to("try_it")
        assert isinstance(page, TryItPage)
        asked = [sample_folder() / name / f"{name}-004.jpg" for name in catalog.class_names]
        person.drop(page, asked[0])
        person.wait(lambda: len(person.state.predictions.made) == 1)
        answered = person.state.predictions.made[0].class_name or "None of these"
        person.wait(lambda: page.prediction.name.whole() == answered)
        person.drop(page, *asked[1:])
        person.wait(lambda: len(person.state.predictions.made) == len(asked))
        right = [
            Path(answer.path).parent.name == answer.most_probable for answer in person.state.predictions.made
        ]
        assert sum(right) >= 5, person.state.predictions.made

        page = person.go_to("share")
        assert isinstance(page, SharePage)
        assert Path(page.path_line.whole()).is_file()

    in_program(act, train_on_opening=True)


def test_an_instant_run_is_watched_and_closing_in_it_asks_nothing(in_program: Program, photos: Path) -> None:
    def act(person: Person) -> None:
        person.wait(lambda: person.state.folders.catalog is not None)
        page = person.go_to("train")
        assert isinstance(page, TrainPage)
        person.click(person.button("Train"))
        person.wait(
            lambda: (
                person.state.runs.under_way is not None and person.state.runs.under_way.started is not None
            )
        )
        assert page.live.stages.isVisible()
        person.wait(
            lambda: person.state.runs.shown is not None and person.state.runs.shown.fitted is not None
        )
        person.wait(lambda: "train" not in person.state.work.working)
        assert [stage.reached for stage in page.live.stages.stages()] == ["done"] * 4
        person.click(person.button("Train again"))
        person.wait(lambda: "train" in person.state.work.working)
        person.window.close()
        assert person.window.isHidden()
        assert person.window.findChild(ClosingQuestion) is None

    in_program(act, "--open", str(photos))
    assert any(run.state == "finished" and run.model for run in Project.of(photos).runs())


def test_curves_and_table_fill_while_fine_tuning(in_program: Program, photos: Path) -> None:
    def act(person: Person) -> None:
        person.wait(lambda: person.state.folders.catalog is not None)
        person.fine_tune(epochs=6)
        page = person.window.page
        assert isinstance(page, TrainPage)
        person.wait(lambda: len(person.state.runs.losses) >= 2)
        first = page.live.curves.grab().toImage()
        empty = page.live.matrix.grab().toImage()
        person.wait(lambda: person.state.runs.shown is not None and len(person.state.runs.shown.history) >= 1)
        person.wait(lambda: page.live.curves.grab().toImage() != first)
        person.wait(lambda: page.live.matrix.grab().toImage() != empty)
        person.go_to("images")
        person.go_to("train")
        person.wait(lambda: "train" not in person.state.work.working)

        run = person.state.runs.shown
        assert run is not None
        assert run.state == "finished"
        assert run.best is not None
        assert run.best.validation is not None
        person.go_to("results")
        person.wait(person.button("Try it on a photo").isEnabled)

    in_program(act, "--open", str(photos))


def test_stopping_early_keeps_the_best_so_far(in_program: Program, photos: Path) -> None:
    def act(person: Person) -> None:
        person.wait(lambda: person.state.folders.catalog is not None)
        person.fine_tune(epochs=500)
        person.wait(lambda: person.state.runs.shown is not None and len(person.state.runs.shown.history) >= 1)
        person.click(person.button("Keep the best so far and stop"))
        person.wait(lambda: "train" not in person.state.work.working)
        run = person.state.runs.shown
        assert run is not None
        assert run.state == "stopped"
        assert run.result is not None
        assert run.result.stopped
        assert len(run.history) < 500
        page = person.go_to("try_it")
        person.drop(page, photos / "apples" / "apples-004.jpg")
        person.wait(lambda: len(person.state.predictions.made) == 1)
        assert person.state.predictions.made[0].most_probable in run.started.classes

    in_program(act, "--open", str(photos))


def test_a_killed_engine_leaves_the_window_alive_and_the_run_goes_on(
    in_program: Program, photos: Path
) -> None:
    def act(person: Person) -> None:
        person.wait(lambda: person.state.folders.catalog is not None)
        person.fine_tune(epochs=500)
        person.wait(lambda: person.state.runs.shown is not None and len(person.state.runs.shown.history) >= 2)
        os.kill(person.window.session.runs.pid, signal.SIGKILL)
        person.wait(lambda: "train" not in person.state.work.working)
        assert person.window.isVisible()
        assert person.state.work.error is not None
        assert person.state.work.error.title == "The part of the program that trains ended unexpectedly."
        person.wait(person.window.messages.continue_button.isVisible)
        run = person.state.runs.shown
        assert run is not None
        assert run.can_continue
        done = len(run.history)
        person.click(person.window.messages.continue_button)
        assert person.state.work.error is None
        person.wait(
            lambda: person.state.runs.shown is not None and len(person.state.runs.shown.history) > done
        )
        assert person.state.runs.shown is not None
        assert person.state.runs.shown.folder == run.folder
        assert [epoch.epoch for epoch in person.state.runs.shown.history] == list(
            range(1, len(person.state.runs.shown.history) + 1)
        )
        person.click(person.button("Keep the best so far and stop"))
        person.wait(lambda: "train" not in person.state.work.working)
        assert person.state.runs.shown.model

    in_program(act, "--open", str(photos))


@pytest.mark.parametrize("waited", [False, True])
def test_closing_while_a_model_learns_asks_stops_and_saves(
    in_program: Program, photos: Path, waited: bool
) -> None:
    def act(person: Person) -> None:
        person.wait(lambda: person.state.folders.catalog is not None)
        person.fine_tune(epochs=500)
        if waited:
            person.wait(
                lambda: person.state.runs.shown is not None and len(person.state.runs.shown.history) >= 1
            )
        person.window.close()
        assert person.window.isVisible()
        person.click(person.window.findChild(ClosingQuestion).keep)
        assert "train" in person.state.work.working
        person.window.close()
        question = next(
            q for q in QApplication.topLevelWidgets() if isinstance(q, ClosingQuestion) and q.isVisible()
        )
        person.click(question.close_now)
        person.wait(person.window.isHidden)

    in_program(act, "--open", str(photos))
    run: RunSummary = Project.of(photos).runs()[0] if waited else None  # type: ignore[assignment]
    if waited:
        assert run.state == "stopped"
        assert (run.folder / MODEL).is_file()


def test_the_last_folder_is_open_again_at_the_next_start(in_program: Program, photos: Path) -> None:
    def act(person: Person) -> None:
        person.wait(lambda: person.state.folders.catalog is not None)
        assert person.state.folders.catalog is not None
        assert person.state.folders.catalog.folder == photos

    in_program(act, "--open", str(photos))
    in_program(act)
