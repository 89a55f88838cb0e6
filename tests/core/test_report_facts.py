"""What reports are made of: the command that repeats a run, lists of photos, very many classes."""

from __future__ import annotations

import ast
import hashlib
import re
import shlex
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

from tests.conftest import REPOSITORY
from tests.report_help import Read, made_up
from workbench.cli.options import training_config
from workbench.cli.parser import understood
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.report.facts import ListedPhoto, PhotoList
from workbench.core.report.gather import name_of
from workbench.core.report.repeat import command, shown_value
from workbench.core.results.slices import Slice, Slices
from workbench.core.settings import replace
from workbench.core.stress.findings import PhotosTested, Point, RowFound, StressFound, Verdict
from workbench.report.colours import CIVIDIS, on
from workbench.report.found import Found
from workbench.report.in_short import limits_of
from workbench.report.medium import percent
from workbench.report.page import web_page
from workbench.words.report_text import TEXT, report_text
from workbench.words.stress import told


@pytest.mark.parametrize("config", [
    TrainingConfig(),
    replace(recommended("instant"), {"seed": 7, "networks": "one", "test_fraction": 0.25}),
    replace(recommended("improve"), {"quality": "best", "subfolders_together": True}),
    replace(recommended("transfer", "resnet18"), {
        "optimizer": "sgd", "momentum": 0.8, "learning_rate": 1e-4,
    }),
    replace(recommended("scratch"), {
        "augmentation": "custom", "augmentations": {"rotation": 0.25, "scale": 0.5},
        "design": replace(recommended("scratch").design, {"blocks": 3, "batch_norm": False}),
    }),
], ids=lambda config: f"{config.mode}-{config.seed}")  # fmt: skip
def test_the_command_asks_for_the_same_settings(config: TrainingConfig) -> None:
    line = shlex.join(command(config, "my <photos> & I"))
    options = understood(shlex.split(line)[1:])
    assert str(options.folder) == "my <photos> & I"
    assert (
        training_config(mode=options.mode, architecture=options.architecture, assignments=options.set)
        == config
    )
    assert any(each == f"seed={config.seed}" for each in options.set)


def test_of_a_weights_file_only_the_name_is_told() -> None:
    assert shown_value("weights_file", "/home/anna/secret/weights.pth") == "weights.pth"
    config = TrainingConfig(weights_file="/home/anna/secret/weights.pth")
    assert "anna" not in shlex.join(command(config, "photos"))


def test_a_list_is_one_that_sha256sum_reads() -> None:
    photos = (ListedPhoto("a" * 64, "x/1.jpg", "x", True), ListedPhoto("b" * 64, "x/2\\\n.jpg", "x", True))
    found = PhotoList("training", photos)
    assert found.lines() == [f"{'a' * 64}  x/1.jpg", f"\\{'b' * 64}  x/2\\\\\\n.jpg"]
    text = "".join(f"{line}\n" for line in found.lines())
    assert found.digest == hashlib.sha256(text.encode()).hexdigest()


def test_a_thousand_classes_and_ten_thousand_photos_fit() -> None:
    report = made_up(1000, 10_000)
    page = web_page(report)
    assert len(page.encode()) < 20_000_000
    read = Read(page)
    assert len(read.lists["training"].splitlines()) == 10_000
    assert report.tested is not None
    f1 = np.sort(report.tested.numbers.by_class.f1)
    for how, expected in (("lowest", f1[:10]), ("highest", f1[::-1][:10])):
        pattern = f"<table[^>]*><caption>The classes with the {how} F1.*?</table>"
        table = re.search(pattern, page, re.DOTALL)
        assert table is not None
        shown = [float(value) for key, value, _ in Read(table[0]).numbers if key[-1] == "f1"]
        assert shown == expected.tolist()
    assert "<summary>All 1,000 classes</summary>" in page


def test_classes_that_were_not_tested_have_dashes() -> None:
    read = Read(web_page(made_up(4, 60, tested_classes=3)))
    values = {
        key[-1]: (value, text) for key, value, text in read.numbers if key[:2] == ["classes", "class 0003"]
    }
    assert values["samples"] == ("0.0", "0")
    assert values["recall"] == values["average_precision"] == ("", "–")


@pytest.mark.parametrize(("classes", "photos", "expected"), [
    (2, 12, "A claim that it is good: fewer than 30 different photos"),
    (3, 300, "answered wrong"),
    (2, 1, "fewer than 10 photos each"),
])  # fmt: skip
def test_limits_follow_from_the_facts(classes: int, photos: int, expected: str) -> None:
    report = made_up(classes, photos)
    said = limits_of(report)
    assert any(expected in each for each in said)
    assert any("no rule to refuse a stranger" in each for each in said)
    assert Read(web_page(report)).text.count("What it must not be used for") == 2


def test_findings_made_elsewhere_have_their_sections() -> None:
    report = made_up(2, 50)
    without = Read(web_page(report)).text
    assert report_text("stress.none") in without
    assert report_text("groups.none") in without
    at, as_it_is = Point(20.0, 0.5, 0.4, 0.6, 1, 20, 0.001), Point(0.0, 0.9, 0.8, 0.95)
    tested = PhotosTested("validation", 50, 60, 0.5, "a")
    turned = RowFound("rotation", as_it_is, (at,), Verdict("fails", 20.0))
    rows = np.arange(20)
    kind = Slice("camera", "", "camera <B>", rows, 20, 0.71, 0.5, 0.86, 0.93, 0.001, 0.01, stands_out=True)
    found = Found((StressFound("disturbances", tested, (turned,)),), Slices((kind,), 0, 50))
    text = Read(web_page(report, found)).text
    for expected in (
        told(turned, tested),
        "20°: 50.0\u00a0%",
        "camera <B>",
        "71.0\u00a0%",
        "93.0\u00a0%",
    ):
        assert expected in text
        assert expected not in without
    assert report_text("stress.none") not in text
    assert report_text("groups.none") not in text


@pytest.mark.parametrize(("share", "expected"), [
    (0.0, "0 %"), (1.0, "100 %"), (0.99999, "99.9 %"), (0.00001, "0.1 %"), (0.9412, "94.1 %"),
])  # fmt: skip
def test_all_and_nothing_are_only_said_of_all_and_nothing(share: float, expected: str) -> None:
    assert percent(share).replace("\u00a0", " ") == expected


def test_words_on_colours_can_be_read() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in CIVIDIS:
        one, other = sorted((light(colour), light(on(colour))))
        assert (other + 0.05) / (one + 0.05) >= 4.5


def test_every_text_of_a_report_is_there_and_used() -> None:
    """Keys are written out, or begin with what is written out and end in a value."""
    used, begun = set(), set()
    for file in sorted((REPOSITORY / "workbench" / "report").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    prefixes = tuple(each for each in begun if re.fullmatch(r"[a-z_]+\.(set\.)?", each))
    unused = [key for key in TEXT if key not in used and not key.startswith(prefixes)]
    assert unused == []
    written = {each for each in used if re.fullmatch(r"[a-z_]+\.[a-z_.]*[a-z]", each)}
    known = {key for key in written if key.partition(".")[0] in {key.partition(".")[0] for key in TEXT}}
    assert known - set(TEXT) - {str(Path(each)) for each in known if each.endswith(".py")} == set()


@pytest.mark.parametrize(("folder", "expected"), [
    ("/home/anna/photos", "photos"), ("C:\\Users\\anna\\photos", "photos"),
    ("\\\\server\\anna\\photos", "photos"),
    ("/data/a\\b", "a\\b"), ("/", "FOLDER"),
])  # fmt: skip
def test_of_a_folder_only_its_name_is_told(folder: str, expected: str) -> None:
    assert name_of(PurePosixPath(folder)) == expected  # type: ignore[arg-type]
