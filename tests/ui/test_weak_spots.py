"""Results: kinds of photos at which a model is much worse, and how honest its number is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageOps
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, changed
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data import edits
from workbench.core.health.honesty import Audit
from workbench.core.messages import Message
from workbench.ui.pages.results import ResultsPage
from workbench.ui.parts.report_card import ReportCard
from workbench.ui.session.session import Session
from workbench.ui.session.state import Opened, model_in_use
from workbench.ui.words.slices import missing_line
from workbench.words.report_text import report_text

LEFT = Qt.MouseButton.LeftButton
USUAL, WEAK = 26, 12


@pytest.fixture
def weak(drawn_pair: Path, tmp_path: Path) -> Path:
    """Two classes from two cameras; whoever put in the photos of the second one has mixed up the classes."""
    folder = tmp_path / "two cameras"
    names = ("apples", "leaves")
    for name in names:
        (folder / name).mkdir(parents=True)
    for number, name in enumerate(names):
        photos = sorted((drawn_pair / "train" / name).iterdir())
        for place, photo in enumerate(photos[: USUAL + WEAK]):
            is_weak = place >= USUAL
            exif = Image.Exif()
            exif[ExifTags.Base.Model] = "Pocket 3" if is_weak else "EOS R5"
            into = folder / names[1 - number if is_weak else number]
            with Image.open(photo) as opened:
                opened.save(into / f"{name} {photo.name}", exif=exif, quality=90)
    return folder


@pytest.fixture
def copied(drawn_pair: Path, tmp_path: Path) -> Path:
    """Two classes of which a few photos are there several times, mirrored and saved anew."""
    folder = tmp_path / "copies"
    for name in ("apples", "leaves"):
        (folder / name).mkdir(parents=True)
        for place, photo in enumerate(sorted((drawn_pair / "train" / name).iterdir())[:16]):
            shutil.copy(photo, folder / name / photo.name)
            if place < 5:
                with Image.open(photo) as opened:
                    ImageOps.mirror(opened).save(folder / name / f"mirrored {photo.name}", quality=80)
    return folder


def results_of(folder: Path, session: Session, qtbot: QtBot) -> ResultsPage:
    """The page of an instant run of a folder, once its photos are shown."""
    session.folders.open(folder)
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)
    session.preferences.configure(TrainingConfig(networks="one"))
    session.runs.train()
    qtbot.waitUntil(
        lambda: session.state.runs.shown is not None and session.state.runs.shown.result is not None,
        timeout=PATIENCE_MS,
    )
    made = ResultsPage(session)
    qtbot.addWidget(made)
    session.store.subscribe(made.show_state)
    made.resize(1200, 900)
    made.show()
    made.show_state(session.state)
    qtbot.waitExposed(made)
    qtbot.waitUntil(made.photos.isVisible, timeout=PATIENCE_MS)
    return made


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.e2e
@pytest.mark.usefixtures("ready_backbone")
def test_a_weak_camera_is_named_by_itself_and_a_click_shows_its_photos(
    session: Session, weak: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    before = content(weak)
    page = results_of(weak, session, qtbot)
    card = page.slices
    assert card.isVisible()
    qtbot.waitUntil(lambda: card.found is not None, timeout=PATIENCE_MS)
    assert card.found is not None
    standing = {(each.by, each.value): each for each in card.found.standing_out}
    camera = standing["camera", "Pocket 3"]
    assert (camera.samples, camera.accuracy < 0.5, camera.rest > 0.8) == (2 * WEAK, True, True)
    sentences = [found.text() for found in card.findChildren(type(card.title)) if found.isVisible()]
    percent = round(100 * camera.accuracy)
    named = [each for each in sentences if each.startswith("Photos from the camera “Pocket 3”: ")]
    assert len(named) == 1
    assert f"{max(1, percent) if camera.accuracy else 0} % right" in named[0]
    assert card.about.text().endswith("(Fisher's exact test, corrected for all of them).")
    assert card.missing.isHidden()
    assert card.line.isHidden()

    rows = [card.table.cell(row, 1) for row in range(card.table.rowCount())]
    assert {"Pocket 3", "EOS R5"} <= set(rows)
    place = rows.index("Pocket 3")
    assert card.table.cell(place, 0) == "Camera"
    assert card.table.cell(place, 2) == str(2 * WEAK)
    page.area.ensureWidgetVisible(card.table)
    card.table.scrollToItem(card.table.item(place, 1))
    at = card.table.visualItemRect(card.table.item(place, 1)).center()
    qtbot.mouseClick(card.table.viewport(), LEFT, pos=at)
    qtbot.waitUntil(lambda: len(page.photos.gallery.rows) == 2 * WEAK, timeout=PATIENCE_MS)
    catalog = session.state.folders.catalog
    assert catalog is not None
    shown = {sample.path for sample in page.photos.gallery.rows}
    assert all(int(Path(path).stem.split()[-1]) >= USUAL for path in shown)
    assert page.photos.title.text().startswith("Photos from the camera “Pocket 3”: ")
    assert page.photos.title.text().endswith(f"of {2 * WEAK} photos right")

    qtbot.mouseClick(page.photos.back, LEFT)
    assert page.photos.title.text().endswith("mistakes, worst first")
    card.table.setFocus()
    card.table.setCurrentCell(rows.index("EOS R5"), 0)
    qtbot.keyClick(card.table, Qt.Key.Key_Return)
    assert len(page.photos.gallery.rows) == 2 * USUAL
    assert content(weak) == before

    model = model_in_use(session.state)
    assert model is not None
    session.store.put(Opened(model))
    report = ReportCard(session)
    qtbot.addWidget(report)
    report.show_state(session.state)
    report.save_to(str(tmp_path / "Told.html"))
    qtbot.waitUntil(lambda: report.status.text() == "Saved as Told.html", timeout=PATIENCE_MS)
    told = (tmp_path / "Told.html").read_text(encoding="utf-8")
    assert "Camera: Pocket 3" in told
    assert report_text("groups.none") not in told
    assert report_text("stress.none") in told, "nobody has tested that"


@pytest.mark.e2e
@pytest.mark.usefixtures("ready_backbone")
def test_photos_that_have_gone_are_said_not_to_count(session: Session, weak: Path, qtbot: QtBot) -> None:
    page = results_of(weak, session, qtbot)
    card, catalog = page.slices, session.state.folders.catalog
    assert catalog is not None
    qtbot.waitUntil(lambda: card.found is not None, timeout=PATIENCE_MS)
    gone = [sample for sample in catalog.samples if "leaves 00" in sample.path][:2]
    for sample in gone:
        (weak / sample.path).unlink()
    session.folders.read_again()
    qtbot.waitUntil(
        lambda: (
            (now := session.state.folders.catalog) is not None
            and len(now.samples) == len(catalog.samples) - len(gone)
        ),
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(lambda: card.found is not None and card.missing.isVisible(), timeout=PATIENCE_MS)
    assert card.missing.text() == missing_line(2)
    assert card.found is not None
    assert sum(each.samples for each in card.found.found if each.by == "camera") == 2 * (USUAL + WEAK) - 2


@pytest.mark.e2e
@pytest.mark.usefixtures("ready_backbone")
def test_how_honest_the_number_is_is_shown_and_looked_into(
    session: Session, copied: Path, qtbot: QtBot
) -> None:
    page = results_of(copied, session, qtbot)
    card = page.honesty
    assert card.isVisible()
    assert card.at_random.isVisible(), "the run itself has compared both"
    assert card.honest.isVisible()
    assert card.line.ask.text() == "Which photos make the difference?"
    assert card.line.time.text().startswith("takes ")
    page.area.ensureWidgetVisible(card.line)
    qtbot.mouseClick(card.line.ask, LEFT)
    assert card.line.stop.isVisible()
    qtbot.waitUntil(lambda: session.audit.found is not None, timeout=PATIENCE_MS)
    audit = session.audit.found
    assert isinstance(audit, Audit)
    assert [(each.kind, each.groups, each.samples) for each in audit.together] == [("same_picture", 10, 20)]
    assert any("20 photos show nearly the same picture as another file" in each for each in card.sentences)
    assert card.measured.text().startswith("Measured with instant models of 42 photos")
    assert card.line.isHidden()
    assert audit.held_apart is not None
    assert card.honest.number.text() == f"{min(99, round(100 * audit.held_apart.honest.accuracy))} %" or (
        audit.held_apart.honest.accuracy == 1
    )
    assert "different photos" in card.honest.range.text()

    catalog = session.state.folders.catalog
    assert catalog is not None
    first = catalog.samples[0].id
    session.edits.edit(Message.said("left out"), lambda known: edits.without(known, [first]))
    qtbot.waitUntil(lambda: "edited since" in card.measured.text(), timeout=PATIENCE_MS)
    assert card.line.ask.text() == "Compare again"
    assert card.line.isVisible()


@pytest.mark.e2e
@pytest.mark.usefixtures("ready_backbone")
def test_a_comparison_is_stopped(session: Session, copied: Path, qtbot: QtBot) -> None:
    page = results_of(copied, session, qtbot)
    card = page.honesty
    card.ask()
    assert session.audit.is_asking
    card.line.stop.click()
    assert not card.line.stop.isEnabled()
    qtbot.waitUntil(lambda: not session.audit.is_asking, timeout=PATIENCE_MS)
    assert session.audit.found is None or not card.line.isVisible()  # it may have been done by then
    assert session.audit.error is None


def test_without_a_folder_or_photos_nothing_is_asked(session: Session, qtbot: QtBot) -> None:
    page = ResultsPage(session)
    qtbot.addWidget(page)
    page.show_state(changed(session.state))
    assert page.slices.isHidden()
    assert page.honesty.isHidden()
    page.slices.ask()
    page.honesty.ask()
    assert not session.slicing.is_asking
    assert not session.audit.is_asking
