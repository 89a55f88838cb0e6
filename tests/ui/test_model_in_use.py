"""The last good model stays in use on all pages until a better one stands, or a person takes another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, changed
from workbench.core.config.training_config import recommended
from workbench.core.events import HeadFitted, Prediction, TrainingResult, TrainingStarted
from workbench.core.project.event_log import EventLog
from workbench.core.project.in_use import Mark, read_mark
from workbench.core.project.projects import Project
from workbench.core.project.runs import BEGUN, MODEL, PREDICTIONS, write_asked
from workbench.core.results.measures import Measures
from workbench.core.results.predictions import PredictionTable
from workbench.engine.requests import Predict, Request, Train
from workbench.ui import alone
from workbench.ui.pages.results import ResultsPage
from workbench.ui.pages.share import SharePage
from workbench.ui.pages.train import TrainPage
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.state import model_in_use
from workbench.ui.words.models import news_title, what_stays

CLASSES = ("discs", "squares")
LEFT = Qt.MouseButton.LeftButton


def measures(right: int, samples: int = 200) -> Measures:
    return Measures(0.5, right / samples, right / samples, samples)


def started(mode: str = "instant") -> TrainingStarted:
    return TrainingStarted("r", mode, "efficientnet_lite0", "cpu", "off", 10, CLASSES, 200, 0, 0, 0, 0)


def finished(right: int, samples: int = 200, *, stopped: bool = False) -> TrainingResult:
    return TrainingResult(
        "r", "m", None, 0, 0, None, None, stopped, 50.0, 0, {"total": 3.0},
        cross_validated=measures(right, samples),
    )  # fmt: skip


def write_run(
    image_folder: Path, name: str, *events: object, mode: str = "instant", model: bool = True
) -> Path:
    folder = Project.of(image_folder).folder / "runs" / name
    folder.mkdir()
    write_asked(folder, image_folder, recommended(mode).to_dict())
    log = EventLog(folder)
    for event in events:
        log.append(event)
    log.close()
    if model:
        (folder / MODEL).write_bytes(b"not asked in these tests")
    return folder


def write_good_and_bad(image_folder: Path) -> tuple[Path, Path]:
    """A run that is right about 93 of 100, and a newer one that is right about 54."""
    good = write_run(image_folder, "2026-01-01_10-00-00", started(), finished(186))
    bad = write_run(image_folder, "2026-01-02_10-00-00", started("scratch"), finished(108), mode="scratch")
    return good, bad


def opened_with(session: Session, image_folder: Path, qtbot: QtBot) -> Session:
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: session.state.runs.shown is not None, timeout=PATIENCE_MS)
    settle(session, qtbot)
    return session


def settle(session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not session.work.in_threads, timeout=PATIENCE_MS)


def names(session: Session) -> tuple[str, str]:
    """The run in use and the run shown."""
    runs = session.state.runs
    assert runs.in_use is not None
    assert runs.shown is not None
    return runs.in_use.folder.name, runs.shown.folder.name


class Engine:
    """Takes the place of the engine: what it is asked, and what it says."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[Request] = []
        self._says: dict[str, Callable[[Any], None]] = {}
        monkeypatch.setattr(session._service, "submit", self._submit)

    def _submit(self, request: Request, *_: object, **says: Any) -> int:
        self.asked.append(request)
        if isinstance(request, Train):
            (request.run / "run.json").write_text("{}")
            self._says = says
        elif isinstance(request, Predict):
            self.answer = says["event"]
        return len(self.asked)

    def report(self, *events: object) -> None:
        for event in events:
            if isinstance(event, HeadFitted | TrainingResult):
                train = next(each for each in reversed(self.asked) if isinstance(each, Train))
                (train.run / MODEL).write_bytes(b"a model")
            self._says["event"](event)

    def end(self) -> None:
        self._says["completed"](None)


@pytest.fixture
def engine(session: Session, image_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Engine:
    write_good_and_bad(image_folder)
    opened_with(session, image_folder, qtbot)
    return Engine(session, monkeypatch)


@pytest.mark.e2e
def test_the_best_run_is_in_use_and_shown_where_nobody_has_chosen(
    session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    good, _ = write_good_and_bad(image_folder)
    opened_with(session, image_folder, qtbot)
    assert names(session) == (good.name, good.name)
    model = model_in_use(session.state)
    assert model is not None
    assert (model.file, model.classes) == (good / MODEL, CLASSES)


@pytest.mark.e2e
def test_a_choice_is_remembered_at_the_next_start(session: Session, image_folder: Path, qtbot: QtBot) -> None:
    good, bad = write_good_and_bad(image_folder)
    opened_with(session, image_folder, qtbot)
    session.runs.use(bad)
    settle(session, qtbot)
    assert read_mark(Project.of(image_folder).folder) == Mark(bad.name, frozenset({good.name, bad.name}))
    session.close()
    again = Session()
    again.preferences.train_on_opening = False
    try:
        opened_with(again, image_folder, qtbot)
        assert names(again) == (bad.name, bad.name)
    finally:
        again.close()


@pytest.mark.e2e
def test_a_run_that_was_cut_off_does_not_hide_the_good_one(
    session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    good = write_run(image_folder, "2026-01-01_10-00-00", started(), finished(186))
    cut_off = write_run(image_folder, "2026-01-05_10-00-00", started("improve"), mode="improve", model=False)
    (cut_off / BEGUN).write_text("{}")  # it may go on
    opened_with(session, image_folder, qtbot)
    assert len(session.state.runs.every) == 2
    assert names(session) == (good.name, good.name)
    assert "predict" in enabled_actions(session.state)


@pytest.mark.e2e
def test_a_run_whose_start_was_never_told_has_its_classes_from_its_predictions(
    session: Session, image_folder: Path, qtbot: QtBot
) -> None:
    """As older versions left it where Better was stopped while it got ready."""
    folder = write_run(
        image_folder, "2026-01-01_10-00-00", HeadFitted("ridge", measures(7, 8), 1.0), mode="improve"
    )
    import numpy as np

    samples = [f"{name}/{number}.png" for name in CLASSES for number in range(4)]
    targets = np.repeat([0, 1], 4)
    probabilities = np.eye(2)[targets]
    probabilities[0] = (0.2, 0.8)
    PredictionTable.of(
        CLASSES, samples, targets, probabilities, subset="training", model="instant", folds=targets
    ).save(folder / PREDICTIONS)
    opened_with(session, image_folder, qtbot)
    page = ResultsPage(session)
    qtbot.addWidget(page)
    page.show()
    assert session.state.runs.shown is not None
    assert session.state.runs.shown.classes == CLASSES
    assert page.matrix.words() == ["“discs” taken for “squares”: 1 photo"]
    assert [page.table.cell(row, 0) for row in range(2)] == list(CLASSES)


@pytest.mark.e2e
def test_while_another_model_learns_the_last_good_one_stays_everywhere(
    session: Session, engine: Engine, qtbot: QtBot
) -> None:
    good = names(session)[0]
    pages: list[Any] = [kind(session) for kind in (TryItPage, SharePage, ResultsPage, TrainPage)]
    for page in pages:
        qtbot.addWidget(page)
        page.show()
    session.runs.train()
    engine.report(started())
    qtbot.wait(80)
    try_it, share, results, train = pages
    assert names(session) == (good, good)
    assert try_it.missing.isHidden()
    assert try_it.model.line.whole() == "Model: Instant, 1 Jan 2026, 10:00 · 93 % right"
    assert share.path_line.whole().endswith(f"{good}/{MODEL}")
    assert results.number.text() == "93 %"
    assert train.live.head.text() != "Finished: the model is ready", "Train watches the new one"
    engine.report(HeadFitted("ridge", measures(150), 1.0))
    assert names(session) == (good, good), "its first head is no reason"


@pytest.mark.e2e
@pytest.mark.parametrize(("right", "taken"), [(108, False), (196, True)])
def test_a_run_that_ends_takes_the_mark_only_where_it_is_better(
    session: Session, engine: Engine, qtbot: QtBot, right: int, taken: bool
) -> None:
    good = names(session)[0]
    session.runs.train()
    engine.report(started(), HeadFitted("ridge", measures(right), 1.0), finished(right))
    engine.end()
    settle(session, qtbot)
    new = session.state.runs.every[0].folder
    assert names(session) == (new.name if taken else good, new.name), "what has just ended is shown"
    news = session.state.runs.news
    assert news is not None
    assert news_title(news, session.state.runs.in_use, first=False) == (
        "The new model is in use now." if taken else "The new model is not better, so the one in use stays."
    )
    assert read_mark(new.parent.parent).run == names(session)[0]
    assert ("put_in_use" in enabled_actions(session.state)) is not taken


@pytest.mark.e2e
def test_answers_of_another_model_do_not_stay(session: Session, engine: Engine, qtbot: QtBot) -> None:
    bad = session.state.runs.every[0].folder
    session.predictions.predict([Path("/photos/a.jpg"), Path("/photos/b.jpg")])
    engine.answer(Prediction("/photos/a.jpg", "discs", 0.9, {"discs": 0.9, "squares": 0.1}))
    assert len(session.state.predictions.made) == 1
    session.runs.use(bad)
    settle(session, qtbot)
    assert session.state.predictions.made == ()
    engine.answer(Prediction("/photos/b.jpg", "discs", 0.9, {"discs": 0.9, "squares": 0.1}))
    assert session.state.predictions.made == (), "the other model may still be answering"


@pytest.mark.e2e
def test_the_first_model_of_a_folder_is_in_use_as_soon_as_it_stands(
    opened: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(opened, qtbot)
    engine = Engine(opened, monkeypatch)
    opened.runs.train()
    engine.report(started())
    assert model_in_use(opened.state) is None
    engine.report(HeadFitted("ridge", measures(150), 1.0))
    assert opened.state.runs.in_use is not None
    engine.report(HeadFitted("logistic", measures(160), 2.0))
    assert opened.state.runs.in_use.fitted is not opened.state.runs.every[0] is not None
    engine.report(finished(160))
    engine.end()
    settle(opened, qtbot)
    assert opened.state.runs.in_use is not None
    assert opened.state.runs.in_use.state == "finished"


@pytest.mark.e2e
def test_answers_stand_in_the_order_of_the_drop(session: Session, engine: Engine) -> None:
    def answers(*numbers: int) -> list[Prediction]:
        return [Prediction(f"/photos/{n}.jpg", "discs", 0.9, {"discs": 0.9, "squares": 0.1}) for n in numbers]

    session.predictions.predict([Path("/photos/1.jpg"), Path("/photos/2.jpg")])
    first = engine.answer
    first(answers(1)[0])
    session.predictions.predict([Path("/photos/3.jpg"), Path("/photos/4.jpg")])
    second = engine.answer
    for answer in answers(3):
        second(answer)
    first(answers(2)[0])  # the drop before is still being answered
    for answer in answers(4):
        second(answer)
    assert [Path(each.path).stem for each in session.state.predictions.made] == ["3", "4", "1", "2"]


def test_the_page_shows_the_first_photo_of_a_drop_and_stays_there(session: Session, qtbot: QtBot) -> None:
    page = TryItPage(session)
    qtbot.addWidget(page)
    page.show()
    made = [Prediction(f"/{n}.jpg", f"class {n}", 0.9, {f"class {n}": 0.9, "other": 0.1}) for n in range(3)]
    for count in range(1, 4):
        page.show_state(changed(alone.made_up_state(), made=tuple(made[:count])))
        assert page.prediction.name.whole() == "class 0"


def test_results_offers_to_use_another_model(session: Session, qtbot: QtBot) -> None:
    state = alone.made_up_state()
    assert state.runs.shown is not None
    other = replace(state.runs.shown, folder=state.runs.shown.folder.with_name("2025-12-31_09-30-00"))
    page = ResultsPage(session)
    qtbot.addWidget(page)
    page.resize(1100, 800)
    page.show()
    page.show_state(changed(state, every=(state.runs.shown, other)))
    assert page.put_in_use.isHidden()
    assert page.in_use.text() == "In use: Try it and Share take this model."
    page.show_state(changed(state, every=(state.runs.shown, other), shown=other))
    assert page.put_in_use.isVisible()
    assert page.in_use.text() == (
        "Not in use. In use is: Fine-tune a trained network, 1 Jan 2026, 10:00, 90 % right."
    )
    said = page.runs.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.endswith(", in use")
    used: list[Path] = []
    session.runs.use = used.append  # type: ignore[method-assign]
    session.store.put(*changed(state, shown=other).slices())
    qtbot.mouseClick(page.put_in_use, LEFT)
    assert used == [other.folder]


# What is promised at a stop


def test_what_is_said_at_closing_follows_what_is_saved() -> None:
    training = alone.made_up_training().runs.under_way
    assert training is not None
    rounds = replace(training, config=recommended("improve").to_dict())
    said = {
        "nothing": what_stays(replace(rounds, history=(), model=False)),
        "instant": what_stays(replace(rounds, history=(), model=True)),
        "one": what_stays(replace(rounds, history=rounds.history[:1])),
        "two": what_stays(replace(rounds, history=rounds.history[:2])),
        "epochs": what_stays(training),
    }
    assert said == {
        "nothing": "It is still getting ready, so there is nothing to keep yet.",
        "instant": "The first round isn't finished, so only the instant model is kept. "
        "You can go on later; the round then begins again.",
        "one": "The finished round is saved, and you can go on after it. "
        "The round under way then begins again.",
        "two": "The 2 finished rounds are saved, and you can go on after them. "
        "The round under way then begins again.",
        "epochs": "What it has learned so far is saved, and you can go on later.",
    }
