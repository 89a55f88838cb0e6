"""A report of `evaluate`: its numbers and hashes are right, and nothing private gets out."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import io
import json
import math
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from tests.cli_help import refused
from tests.conftest import REPOSITORY
from tests.report_help import Read, at, shown
from workbench import cli
from workbench.core.outputs import REPORT
from workbench.core.report.gather import report_of_model, report_of_run
from workbench.core.results.report_mark import is_report
from workbench.report.page import web_page
from workbench.report.writing import write_report

pytestmark = pytest.mark.e2e
NAMES = ('<b>dark & "dim"', "light's", "striped", "unlit")
FOLDER = "Anna <i>& Ben"
PLACE = "At 48.137154 north, 11.576124 east"


def photo_with_place(pixels: np.ndarray[Any, Any], file: Path) -> None:
    """A JPEG whose metadata says where it was taken, by whom, and with a thumbnail's worth of remarks."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Anna Beispiel"
    exif[ExifTags.Base.ImageDescription] = PLACE
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (48.0, 8.0, 13.75)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (11.0, 34.0, 34.05)
    Image.fromarray(pixels).save(file, quality=92, exif=exif, comment=PLACE.encode())


def drawn(folder: Path, seed: int, counts: tuple[int, ...]) -> Path:
    random = np.random.default_rng(seed)
    for number, (name, count) in enumerate(zip(NAMES, counts, strict=True)):
        (folder / name).mkdir(parents=True)
        for photo in range(count):
            mean = (90, 150, 120, 80)[number] + random.normal(0, 20)
            pixels = random.normal(mean, 40, (48, 48, 3))
            if number == 2:
                pixels[:: random.integers(4, 9)] += 50
            file = folder / name / f"{seed}-{photo}.jpg"
            photo_with_place(pixels.clip(0, 255).astype(np.uint8), file)
    return folder


@dataclass(frozen=True)
class Told:
    """What was printed, the page as it is and as it is read, and where everything lies."""

    json: dict[str, Any]
    page: str
    read: Read
    place: Path
    run: Path
    learned: Path


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, session_profile: None) -> Told:
    place = tmp_path_factory.mktemp("private") / f"home-of-{getpass.getuser()}"
    learned = drawn(place / FOLDER, 1, (14, 14, 14, 14))
    tested = drawn(place / "tested", 2, (16, 12, 10, 1))
    run, file = place / "run", place / "report.html"
    assert cli.main(["train", str(learned), "--device", "cpu", "--out", str(run)]) == 0
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        options = ["--device", "cpu", "--json", "--report", str(file)]
        assert cli.main(["evaluate", str(run), str(tested), *options]) == 0
    said = json.loads(printed.getvalue().splitlines()[-1])
    page = file.read_text(encoding="utf-8")
    return Told(said, page, Read(page), place, run, learned)


def test_numbers_are_those_of_the_json(told: Told) -> None:
    """At full precision where a program reads them, rounded where a person does."""
    assert 0 < told.json["accuracy"] < 1, "mistakes are needed to see anything"
    keys = set()
    for key, value, text in told.read.numbers:
        expected = at(told.json, key)
        keys.add(json.dumps(key))
        if expected is None:
            assert (value, text) == ("", "–"), key
        else:
            assert float(value) == expected, key
            assert shown(text) == pytest.approx(expected, abs=6e-4), key
    for wanted in (
        ["accuracy"], ["estimate", "accuracy"], ["map"], ["log_loss"], ["brier"], ["micro", "roc_auc"],
        ["macro", "iou"], ["weighted", "average_precision"], ["calibration", "error"],
        ["calibration", "error_after"], ["calibration", "temperature"], ["coverage", "mean_accuracy"],
        *(["classes", name, "iou"] for name in NAMES), ["confusion", 3, 0],
    ):  # fmt: skip
        assert json.dumps(wanted) in keys


def test_interval_verdict_and_baseline_are_said(told: Told) -> None:
    estimate = told.json["estimate"]
    low, high = math.floor(100 * estimate["low"]), math.ceil(100 * estimate["high"])
    assert f"{low} to {high} of 100 photos like these right" in told.read.text
    assert f"of 100 photos like these, {100 - high} to {100 - low} are answered wrong" in told.read.text
    assert "Tested on 39 photos of the folder “tested”." in told.read.text
    assert f"Always saying “{told.json['baseline']['class']}”" in told.read.text
    for sentence in told.json["warnings"]:
        assert sentence in told.read.text


def test_the_list_has_every_photo_with_its_hash(told: Told) -> None:
    lines = told.read.lists["training"]
    files = sorted(path for path in told.learned.rglob("*.jpg"))
    expected = {
        path.relative_to(told.learned).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    assert {line[66:]: line[:64] for line in lines.splitlines()} == expected
    assert hashlib.sha256(lines.encode()).hexdigest() in told.read.text
    if shutil.which("sha256sum"):
        (told.place / "list.txt").write_text(lines)
        checked = subprocess.run(
            ["sha256sum", "-c", "--strict", "--quiet", str(told.place / "list.txt")],
            cwd=told.learned,
            check=False,
        )
        assert checked.returncode == 0


def test_nothing_private_gets_out(told: Told) -> None:
    for private in (
        str(told.place),
        str(told.place.parent),
        str(Path.home()),
        PLACE,
        "Beispiel",
        "48.137",
        "GPS",
    ):
        assert private not in told.page
    assert f"home-of-{getpass.getuser()}" not in told.page
    assert len(told.read.pictures) == min(24, round((1 - told.json["accuracy"]) * 39))
    for picture in told.read.pictures:
        assert b"Exif" not in picture
        assert PLACE.encode() not in picture
        with Image.open(io.BytesIO(picture)) as image:
            assert not image.getexif()
            assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)


def test_nothing_is_fetched_and_nothing_runs(told: Told) -> None:
    assert all(link.startswith(("data:image/", "#")) for link in told.read.links)
    assert "script" not in told.read.tags
    assert not re.search(r"https?:|url\(|@import|//[a-z]", told.page)
    assert "default-src 'none'" in told.page


def test_names_are_text(told: Told) -> None:
    assert not {"b", "i"} & told.read.tags
    for name in (*NAMES, FOLDER):
        assert name in told.read.text
    title = re.search("<title>(.*?)</title>", told.page)
    assert title is not None
    assert title[1] == "How good is this model? Anna &lt;i&gt;&amp; Ben"


def test_tables_have_heads_and_pictures_have_words(told: Told) -> None:
    tables = re.findall("<table.*?</table>", told.page, re.DOTALL)
    assert len(tables) > 8
    for table in tables:
        assert "<caption>" in table
        assert 'scope="col"' in table
        assert 'scope="row"' in table
    images = re.findall("<img[^>]*>", told.page)
    assert images
    assert all(re.search('alt="[^"]+"', image) for image in images)
    drawings = re.findall("<svg.*?</svg>", told.page, re.DOTALL)
    assert len(drawings) == 5
    assert all('role="img"' in drawing and "<title>" in drawing for drawing in drawings)


def test_a_run_reports_on_what_it_kept_apart(told: Told) -> None:
    report = report_of_run(told.run)
    assert report.tested is not None
    assert report.tested.estimate.how == "cross_validated"
    read = Read(web_page(report))
    assert "in turn, each by a model that had not learned from it" in read.text
    assert read.lists == told.read.lists
    assert str(told.place) not in read.text


def test_a_model_alone_says_what_is_not_known(told: Told, tmp_path: Path) -> None:
    copy = shutil.copyfile(told.run / "model.checkpoint", tmp_path / "copy.checkpoint")
    report = report_of_model(copy)
    read = Read(web_page(report))
    assert report.tested is None
    assert "Nothing was measured" in read.text
    assert "only the beginnings of their hashes are known" in read.text
    digests = {hashlib.sha256(path.read_bytes()).hexdigest()[:32] for path in told.learned.rglob("*.jpg")}
    assert set(report.learned.digests) == digests
    assert all(digest in read.text for digest in digests)


def test_photos_that_are_gone_are_said_to_be(told: Told, tmp_path: Path) -> None:
    run = Path(shutil.copytree(told.run, tmp_path / "run"))
    split = json.loads((run / "split.json").read_text())
    split["roots"] = {"": str(tmp_path / "gone")}
    (run / "split.json").write_text(json.dumps(split))
    report = report_of_run(run)
    assert report.tested is not None
    assert report.tested.mistakes
    assert not any(each.thumbnail for each in report.tested.mistakes)
    assert "is not there any more, or has changed" in Read(web_page(report)).text


def test_only_reports_are_replaced(told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = report_of_run(told.run)
    ours, theirs = tmp_path / "ours.html", tmp_path / "theirs.html"
    write_report(report, ours)
    assert is_report(ours)
    assert REPORT.is_ours(ours)
    write_report(report, ours)
    theirs.write_text("<p>My thesis</p>")
    evaluate = ("evaluate", told.run, told.place / "tested", "--report")
    assert "is not overwritten" in refused(capsys, *evaluate, theirs)
    assert theirs.read_text() == "<p>My thesis</p>"
    ours.write_text(ours.read_text().replace("</main>", "<p>My notes</p></main>"))
    assert "is not overwritten" in refused(capsys, *evaluate, ours)
    assert "web page or a PDF" in refused(capsys, *evaluate, tmp_path / "report.docx")
    for taken in (told.run / "model.checkpoint", next((told.place / "tested").rglob("*.jpg"))):
        before = taken.read_bytes()
        refused(capsys, *evaluate, taken)
        assert taken.read_bytes() == before


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_a_full_disk_is_said(told: Told, tmp_path: Path) -> None:
    (tmp_path / "full.html").symlink_to("/dev/full")
    with pytest.raises(Exception, match="full") as raised:
        write_report(report_of_run(told.run), tmp_path / "full.html")
    assert type(raised.value).__name__ == "ResourceError"


_TEXT = """
import sys
from PySide6.QtGui import QGuiApplication
from PySide6.QtPdf import QPdfDocument
app = QGuiApplication(["read", "-platform", "offscreen"])
document = QPdfDocument(None)
document.load(sys.argv[1])
print(document.pageCount())
for page in range(document.pageCount()):
    print(document.getAllText(page).text())
"""


def test_a_pdf_tells_the_same(told: Told) -> None:
    """Made by a command that has no application of Qt's, and read by another program's code."""
    file = told.place / "report.pdf"
    command = [sys.executable, "-m", "workbench", "evaluate", str(told.run), str(told.place / "tested")]
    done = subprocess.run(
        [*command, "--device", "cpu", "--json", "--report", str(file)],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["accuracy"] == told.json["accuracy"]
    assert is_report(file)
    read = subprocess.run(
        [sys.executable, "-c", _TEXT, str(file)], capture_output=True, text=True, timeout=120, check=True
    )
    text = " ".join(read.stdout.split())
    assert int(text.split()[0]) >= 4
    for name in (*NAMES, FOLDER):
        assert name in text
    for key in ("map", "log_loss", "brier"):
        assert f"{told.json[key]:.3f}" in text
    assert f"{100 * told.json['accuracy']:.1f}" in text
    assert str(told.place) not in text
    content = file.read_bytes()
    for private in (str(told.place).encode(), str(told.place).encode("utf-16-be"), b"Exif", b"Beispiel"):
        assert private not in content
