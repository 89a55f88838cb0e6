"""Results: click a cell, see its photos, put them right with a key, and read what that has fixed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.project.run_about import RunAbout
from workbench.core.project.run_photos import MISTAKES, Cell
from workbench.ui.pages.results import ResultsPage
from workbench.ui.parts.thumbnail_row import ThumbnailRow
from workbench.ui.session.session import Session

CTRL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
EACH = 12


@pytest.fixture
def mixed(drawn_pair: Path, tmp_path: Path) -> tuple[Path, tuple[str, ...], tuple[str, ...]]:
    """Two classes of drawn photos, two of which were put into the wrong one; these, and the class names."""
    first, second = sorted(path for path in (drawn_pair / "train").iterdir() if path.is_dir())
    folder = tmp_path / "mixed up"
    for each in (first, second):
        (folder / each.name).mkdir(parents=True)
        for photo in sorted(each.iterdir())[:EACH]:
            shutil.copy(photo, folder / each.name / photo.name)
    wrong = []
    for photo in sorted(second.iterdir())[EACH : EACH + 2]:
        shutil.copy(photo, folder / first.name / f"wrong {photo.name}")
        wrong.append(f"{first.name}/wrong {photo.name}")
    return folder, tuple(wrong), (first.name, second.name)


@pytest.fixture
def page(
    session: Session,
    mixed: tuple[Path, tuple[str, ...], tuple[str, ...]],
    ready_backbone: None,
    qtbot: QtBot,
) -> ResultsPage:
    """The page of an instant run of these photos, once a model follows them."""
    session.folders.open(mixed[0])
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)
    session.preferences.configure(TrainingConfig(networks="one"))
    session.runs.train()
    qtbot.waitUntil(
        lambda: session.state.runs.shown is not None and session.state.runs.shown.result is not None,
        timeout=PATIENCE_MS,
    )
    made = ResultsPage(session)
    qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(made.photos.isVisible, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: follows(session), timeout=PATIENCE_MS)
    return made


def follows(session: Session) -> bool:
    found, catalog = session.state.health.followed, session.state.folders.catalog
    return found is not None and catalog is not None and found.revision == catalog.revision


def shown(page: ResultsPage) -> list[str]:
    return [sample.id for sample in page.photos.gallery.rows]


def catalog_of(page: ResultsPage) -> Catalog:
    catalog = page.session.state.folders.catalog
    assert catalog is not None
    return catalog


def until_class(page: ResultsPage, qtbot: QtBot, samples: tuple[str, ...], name: str) -> None:
    """Waits until photos are of a class, and shown so: the next key is for what is shown."""

    def done() -> bool:
        catalog = catalog_of(page)
        found = (each for each in (*catalog.samples, *page.photos.gallery.rows) if each.id in samples)
        return {catalog.name_of(each.class_id) for each in found} == {name}

    qtbot.waitUntil(done, timeout=PATIENCE_MS)


def click_cell(page: ResultsPage, qtbot: QtBot, true: int, predicted: int) -> None:
    matrix = page.matrix.matrix
    page.area.ensureWidgetVisible(matrix)
    at = matrix.rect_of(max(true, 0), max(predicted, 0)).center()
    if predicted < 0:
        at.setX(matrix.rect_of(0, 0).left() - 12)
    if true < 0:
        at.setY(matrix.rect_of(0, 0).top() - 6)
    qtbot.mouseClick(matrix, LEFT, pos=at.toPoint())


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.mark.e2e
def test_two_photos_of_a_cell_are_put_right_with_a_key(
    page: ResultsPage, mixed: tuple[Path, tuple[str, ...], tuple[str, ...]], qtbot: QtBot
) -> None:
    folder, wrong, (first, second) = mixed
    before, session, photos = content(folder), page.session, page.photos
    assert photos.title.text() == "2 mistakes, worst first"
    assert set(shown(page)) == set(wrong)
    probability = [photos.gallery.words(sample)[1] for sample in photos.gallery.rows]
    assert all(f"Class {first} · Said {second} · " in text for text in probability)
    assert photos.since.text() == ""

    click_cell(page, qtbot, 0, 1)
    assert photos.cell == Cell(0, 1)
    assert photos.title.text() == f"“{first}” taken for “{second}”: 2 photos"
    assert set(shown(page)) == set(wrong)
    number = photos.number.number.text()
    assert number.startswith("Right for ")

    for place in range(2):
        at = photos.gallery.visualRect(photos.gallery.model().index(place, 0)).center()
        qtbot.mouseClick(photos.gallery.viewport(), LEFT, CTRL if place else NONE, at)
    assert photos.selected.bar.count.text() == "2 of 2 selected"
    qtbot.keyClick(photos.gallery, Qt.Key.Key_2)
    until_class(page, qtbot, wrong, second)
    total = 2 * EACH + 2
    same = "For 2 of the fixed, the answer is the same as before: their class has changed."
    qtbot.waitUntil(
        lambda: (
            photos.since.text() == f"Since this run: fixed 2, broke 0, on the same {total} photos. {same}"
        ),
        timeout=PATIENCE_MS,
    )
    assert follows(session)
    assert photos.number.number.text() != number, "the number has moved"
    assert photos.number.stands_on.text() == "A model of the photos as they are now."
    assert set(shown(page)) == set(wrong), "they stay where they are"
    assert f"was {first} · Now {second}" in photos.gallery.words(photos.gallery.rows[0])[1]

    qtbot.keyClick(photos.gallery, Qt.Key.Key_Z, CTRL)
    until_class(page, qtbot, wrong, first)
    qtbot.waitUntil(lambda: follows(session) and photos.since.text() == "", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: photos.number.number.text() == number, timeout=PATIENCE_MS)
    assert content(folder) == before

    qtbot.keyClick(photos.gallery, Qt.Key.Key_Space)  # what it was taken for is right
    until_class(page, qtbot, wrong, second)
    qtbot.keyClick(photos.gallery, Qt.Key.Key_Z, CTRL)
    until_class(page, qtbot, wrong, first)

    into = photos.classes.visualRect(photos.classes.model().index(2, 0)).center()
    qtbot.mouseClick(photos.classes.viewport(), LEFT, pos=into)
    until_class(page, qtbot, wrong, second)
    qtbot.mouseClick(photos.selected.bar.undo_button, LEFT)
    until_class(page, qtbot, wrong, first)

    qtbot.keyClick(photos.gallery, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(catalog_of(page).excluded) == 2, timeout=PATIENCE_MS)
    gone = "2 photos that cannot be compared any more aren't counted."
    qtbot.waitUntil(lambda: photos.since.text().endswith(gone), timeout=PATIENCE_MS)
    assert f"fixed 0, broke 0, on the same {total - 2} photos." in photos.since.text()
    assert content(folder) == before


@pytest.mark.e2e
def test_rows_columns_and_cells_are_chosen_with_mouse_and_keys(
    page: ResultsPage, mixed: tuple[Path, tuple[str, ...], tuple[str, ...]], qtbot: QtBot
) -> None:
    _, wrong, (first, second) = mixed
    photos, matrix = page.photos, page.matrix.matrix
    click_cell(page, qtbot, 0, -1)
    assert photos.title.text() == f"“{first}”: {EACH + 2} photos, 2 of them taken for something else"
    assert len(shown(page)) == EACH + 2
    assert set(shown(page)[:2]) == set(wrong), "worst first"
    click_cell(page, qtbot, -1, 1)
    assert photos.title.text() == f"Taken for “{second}”: {EACH + 2} photos, 2 of them something else"
    assert set(shown(page)) == {*wrong, *(each for each in shown(page) if each.startswith(second))}
    click_cell(page, qtbot, -1, 1)
    assert photos.cell == MISTAKES, "a second click goes back"
    assert set(shown(page)) == set(wrong)

    matrix.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left):
        qtbot.keyClick(matrix, key)
    assert matrix.accessibleDescription().startswith(f"“{first}”: {EACH + 2} photos"), "a whole row"
    qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert photos.cell == Cell(0, -1)
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert photos.cell == MISTAKES
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(matrix, key)
    assert photos.cell == Cell(1, 1)
    assert photos.title.text() == f"“{second}” recognised: {EACH} photos"

    gallery = photos.gallery
    at = gallery.visualRect(gallery.model().index(0, 0)).center()
    qtbot.mouseClick(gallery.viewport(), LEFT, NONE, at)
    qtbot.keyClick(gallery, Qt.Key.Key_Return)
    assert photos.details.isVisible()
    one = photos.details.name.whole()
    qtbot.keyClick(gallery, Qt.Key.Key_Right)
    assert photos.details.name.whole() != one, "the next photo by key"
    qtbot.keyClick(gallery, Qt.Key.Key_Escape)
    assert photos.details.isHidden()
    assert photos.cell == Cell(1, 1)
    qtbot.mouseClick(photos.back, LEFT)
    assert photos.cell == MISTAKES


def test_why_a_photo_was_mistaken(
    page: ResultsPage, mixed: tuple[Path, tuple[str, ...], tuple[str, ...]], qtbot: QtBot
) -> None:
    """In the wrong class: a model that has not learned it says the right one, and names the photos."""
    folder, wrong, (_, second) = mixed
    before = content(folder)
    qtbot.waitUntil(lambda: bool(shown(page)), timeout=PATIENCE_MS)
    place = next(row for row, sample in enumerate(page.photos.gallery.rows) if sample.id == wrong[0])
    page.photos.gallery.setCurrentIndex(page.photos.gallery.model().index(place, 0))
    page.photos.open_details()
    why = page.photos.why
    qtbot.mouseClick(why.ask, LEFT)
    qtbot.waitUntil(why.influential.isVisible, timeout=PATIENCE_MS)
    assert why.picture.isVisible()
    said = why.words.text()
    assert said.startswith(f"Asked again, by a model that has not learned this photo: “{second}”")
    rows = why.influential.findChildren(ThumbnailRow)
    assert rows
    with qtbot.waitSignal(page.session.photos_wanted) as wanted:
        qtbot.mouseClick(rows[0], LEFT, pos=rows[0].square_of(1).center())
    ids, title = wanted.args
    assert f"“{second}”" in title
    named = {sample.id: sample for sample in catalog_of(page).samples}
    assert {named[each].class_id for each in ids} == {second}
    assert wrong[0] not in ids
    page.photos.gallery.setCurrentIndex(page.photos.gallery.model().index(1 - min(place, 1), 0))
    assert not why.picture.isVisible()  # another photo: nothing of the one before stays
    assert why.ask.text() == "Why?"
    assert content(folder) == before


def test_what_to_do_next_names_the_photos_in_the_wrong_class(
    page: ResultsPage, mixed: tuple[Path, tuple[str, ...], tuple[str, ...]], qtbot: QtBot
) -> None:
    _, wrong, _ = mixed
    qtbot.waitUntil(page.next.isVisible, timeout=PATIENCE_MS)
    (card,) = (card for card in page.next.cards if card.step.kind == "check_classes")
    assert card.title.text() == "Look at 2 photos that are probably in the wrong class"
    with qtbot.waitSignal(page.session.photos_wanted) as wanted:
        qtbot.mouseClick(card.go, LEFT)
    assert set(wanted.args[0]) == set(wrong)


def test_a_new_name_of_the_run_leaves_what_is_chosen(page: ResultsPage, qtbot: QtBot) -> None:
    click_cell(page, qtbot, 0, 0)
    assert page.photos.cell == Cell(0, 0)
    before, run = shown(page), page.session.state.runs.shown
    assert run is not None
    page.session.runs.keeping.describe(run.folder, RunAbout("The first", ""))
    qtbot.waitUntil(lambda: named(page) == "The first", timeout=PATIENCE_MS)
    assert page.photos.cell == Cell(0, 0)
    assert shown(page) == before


def named(page: ResultsPage) -> str:
    run = page.session.state.runs.shown
    return run.about.name if run is not None else ""
