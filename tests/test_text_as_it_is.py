"""Names and numbers as people have them: shown, compared and written as they are, whatever they look like."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli_help import call, refused
from workbench import cli
from workbench.cli import asking, given
from workbench.cli.answers_table import answers_csv
from workbench.cli.options import training_config
from workbench.core.errors import InputError
from workbench.core.events import Prediction
from workbench.core.names import visible

LONG = "a name that nobody would ever want to read to its end, let alone type, " * 2
NAMES = (
    "[red]",
    "[bold]",
    "[link=x]here",
    "cat [small]",
    ":car:",
    "{name} {0} %s %1 &amp; <b>bold",
    "back\\slash",
    "שלום",
    "\u0645\u0631\u062d\u0628\u0627\u200f",
    f"{LONG}one",
    f"{LONG}two",
)
"""Class names that mean something to some program on the way to the screen."""
BEWARE = {
    "two\nlines": "two\\nlines",
    "bell\x07 and \x1b[31mred": "bell\\x07 and \\x1b[31mred",
    "gpj.\u202eexe": "gpj.\\u202eexe",
    "para\u2029graph": "para\\u2029graph",
}
"""Names that would move the cursor or turn the reading order, and how they are shown."""
QUICK = ("--mode", "scratch", "--device", "cpu", "--epochs", "1")
QUICK += tuple(
    word
    for pair in ("input_size=32", "design.blocks=2", "design.channels=8", "batch_size=8")
    for word in ("--set", pair)
)


def put(folder: Path, names: Sequence[str], each: int = 4, seed: int = 0) -> Path:
    """So many small pictures for each class, told apart by their colour."""
    for number, name in enumerate(names):
        (folder / name).mkdir(parents=True)
        random = np.random.default_rng(seed + number)
        for index in range(each):
            pixels = random.integers(0, 60, (32, 32, 3)) + random.integers(20, 190, 3)
            Image.fromarray(pixels.astype(np.uint8)).save(folder / name / f"{index}.png")
    return folder


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put(tmp_path_factory.mktemp("photos"), [*NAMES, *BEWARE], each=2)


# Tables


def test_a_table_shows_every_name_whole_on_a_line_of_its_own(
    odd: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert cli.main(["scan", str(odd)]) == 0
    out = capsys.readouterr().out
    rows = [line.split("│")[1].strip() for line in out.splitlines() if "│" in line]
    assert sorted(rows) == sorted([*NAMES, *BEWARE.values()])
    assert "\x1b" not in out


def test_a_terminal_gets_every_name_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes any output for a terminal
    monkeypatch.setenv("COLUMNS", "40")
    names = ("x" * 90 + "one", "x" * 90 + "two", "[dim]pale", ":smile:")
    assert cli.main(["scan", str(put(tmp_path / "photos", names, each=2))]) == 0
    rows = [line.split("│") for line in capsys.readouterr().out.splitlines() if "│" in line]
    together = "".join(cells[1].strip() for cells in rows)
    assert all(name in together for name in names)


def test_a_sentence_shows_names_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = put(tmp_path / "photos", [":car:", ":CAR:", "[i]", "[I]", "a\nb", "a\nB"], each=3)
    assert cli.main(["scan", str(folder)]) == 0
    out = capsys.readouterr().out
    assert cli.main(["train", str(folder), *QUICK, "--out", str(tmp_path / "run")]) == 0
    for said in (out, capsys.readouterr().err):  # standard output, and the notes beside it
        assert "“:CAR:” and “:car:” look alike" in said
        assert "“[I]” and “[i]” look alike" in said
        assert "“a\\nB” and “a\\nb” look alike" in said


def test_bytes_that_are_no_text_keep_two_names_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [b"caf\xe9".decode(errors="surrogateescape"), b"caf\xe8".decode(errors="surrogateescape")]
    try:
        folder = put(tmp_path / "photos", names, each=2)
    except OSError:
        pytest.skip("names are text on this file system")
    assert cli.main(["scan", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "caf\\xe9" in out
    assert "caf\\xe8" in out


@pytest.mark.parametrize(("name", "shown"), [*BEWARE.items(), *((name, name) for name in NAMES)])
def test_only_what_would_move_the_cursor_is_written_out(name: str, shown: str) -> None:
    assert visible(name) == shown


# Answers

ANSWERED = (
    "ok",
    "error",
    "path",
    "class",
    "Probability",
    "=cmd|' C calc'!A0",
    "@sum",
    "+1",
    "-1",
    "-x",
    "two\nlines",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, session_profile: None) -> tuple[Path, Path]:
    """The photos and the run of classes with the names above."""
    photos = put(tmp_path_factory.mktemp("answered"), ANSWERED)
    out = tmp_path_factory.mktemp("runs") / "run"
    assert cli.main(["train", str(photos), *QUICK, "--out", str(out)]) == 0
    return photos, out


def test_no_class_can_be_taken_for_another_column(
    run: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos, out = run
    told = call(capsys, "predict", out, photos / "error", "--csv", tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert len({name.casefold() for name in head}) == len(head) == len(ANSWERED) + 6
    for row, answer in zip(rows, told, strict=True):
        cells = dict(zip(head, row, strict=True))
        assert cells["error"] == ""
        for name, share in answer["probabilities"].items():
            assert float(cells[f"probability of {name}"]) == share


def answer(path: str, name: str) -> Prediction:
    return Prediction(path, name, 1.0, dict.fromkeys(ANSWERED, 0.0) | {name: 1.0})


@pytest.mark.parametrize("name", ANSWERED)
def test_no_cell_is_a_formula_and_every_name_can_be_read_back(name: str) -> None:
    for path in ("a.jpg", "=1+1.jpg", "-2+3.jpg", "@home.jpg", "\tx.jpg"):
        _, row = csv.reader(io.StringIO(answers_csv(ANSWERED, [answer(path, name)]), newline=""))
        assert Path(row[0]) == Path(path)
        assert row[1].removeprefix("'") == name
        for cell in row:
            number = cell.lstrip("+-").replace(".", "", 1).replace("e-", "", 1).isdigit()
            assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    if name in ("+1", "-1"):
        assert row[1] == name


def test_names_with_an_apostrophe_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = [answer("a.jpg", "=cmd|' C calc'!A0"), answer("b.jpg", "ok")]
    asking._write_csv(tmp_path / "a.csv", ANSWERED, answers)
    assert "“=cmd|' C calc'!A0”." in capsys.readouterr().err


def test_answers_are_one_line_each(run: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    photos, out = run
    assert cli.main(["predict", str(out), str(photos / "two\nlines")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all("two\\nlines" in line for line in lines)


# One Unicode form


def test_a_class_is_known_in_either_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("fourmis ailées", "Å", "ﬁn")
    known = [unicodedata.normalize("NFD", name) for name in names]
    learned = put(tmp_path / "learned", known)
    assert cli.main(["train", str(learned), *QUICK, "--out", str(tmp_path / "run")]) == 0
    capsys.readouterr()
    told = call(capsys, "evaluate", tmp_path / "run", put(tmp_path / "tested", names, seed=10))
    assert set(told["classes"]) == set(known)
    assert [each["samples"] for each in told["classes"].values()] == [4, 4, 4]


def test_capitals_alone_do_not_make_another_class_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learned = put(tmp_path / "learned", ["Rings", "Bars", "STRASSE"])
    assert cli.main(["train", str(learned), *QUICK, "--out", str(tmp_path / "run")]) == 0
    capsys.readouterr()
    tested = put(tmp_path / "tested", ["rings", "Bars", "straße"])
    assert cli.main(["evaluate", str(tmp_path / "run"), str(tested), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["samples"] == 12
    assert "differ only in capital letters" in captured.err


# Files of settings

WRITTEN = 'mode = "transfer"\n# ein Kommentar: ä\nlearning_rate = 0.005\nepochs = 9\n'


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN.encode(),
        WRITTEN.encode("utf-8-sig"),
        WRITTEN.encode("utf-16"),
        b"\xfe\xff" + WRITTEN.encode("utf-16-be"),
        WRITTEN.encode("utf-16-le"),
        WRITTEN.encode("utf-16-be"),
        WRITTEN.encode("utf-32"),
        WRITTEN.replace("\n", "\r\n").encode("utf-16"),
        WRITTEN.replace("\n", "\r").encode(),
    ],
)
def test_settings_are_read_as_whatever_saved_them(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.toml").write_bytes(content)
    config = training_config(file=tmp_path / "s.toml")
    assert (config.mode, config.learning_rate, config.epochs) == ("transfer", 0.005, 9)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (WRITTEN.encode("cp1252"), "not a text file in UTF-8"),
        (b'mode = "transfer"\nlearning_rate = 0,005\n', r"Line 2 .*learning_rate = 0,005.*such as 0\.005"),
        ("mode = “transfer”\n".encode(), "straight quotation marks"),
        (b"mode: transfer\n", "equals sign"),
        (b"mode = transfer\n", "in quotation marks"),
        (b'mode = "transfer"\nmode = "instant"\n', "set twice"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a text file"),
        (b"", None),
    ],
)
def test_what_is_wrong_with_a_file_of_settings_is_said(
    tmp_path: Path, content: bytes, says: str | None
) -> None:
    (tmp_path / "s.toml").write_bytes(content)
    if says is None:
        assert training_config(file=tmp_path / "s.toml").mode == "instant"
        return
    with pytest.raises(InputError) as error:
        training_config(file=tmp_path / "s.toml")
    assert re.search(says, str(error.value))


def test_a_folder_or_nothing_at_all_is_no_file_of_settings(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no settings file"):
        training_config(file=tmp_path / "none.toml")
    with pytest.raises(InputError, match="cannot be read"):
        training_config(file=tmp_path)


# What is given


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["train", "https://example.org/photos"],
            "“https://example.org/photos” is an address on the internet",
        ),
        (["scan", "www.example.org/photos"], "address on the internet"),
        (["predict", "s3://bucket/model.checkpoint", "a.jpg"], "address on the internet"),
        (["predict", "m", "data:image/png;base64,AAAA"], "address on the internet"),
        (["evaluate", "m", "file:///home/me/my%20photos"], "Give the path alone: /home/me/my photos"),
        (["train", "PHOTOS", "--out", "s3://bucket/run"], "address on the internet"),
        (["sample", "gs://bucket/run"], "address on the internet"),
        (["train", ""], "has no name"),
        (["predict", "m", ""], "has no name"),
        (["predict", "m", "PHOTOS/*.webp"], "No file fits “PHOTOS/*.webp”"),
        (["predict", "m", "PHOTOS/ok/*.png"], "as a pattern it fits 4"),
        (["predict", "m", "nowhere/*.png"], "no folder “nowhere”"),
        (["predict", "m", "img[0-9].png"], "No file fits"),
        (["predict", "m", "-x.jpg"], "Write ./-x.jpg"),
        (["predict", "m", "a.jpg", "-x.jpg"], "Write ./-x.jpg"),
        (["predict", "m", "-h.jpg"], "Write ./-h.jpg"),
        (["scan", "~/photos that are not there"], "write the whole path"),
        (["scan", "$FOTOS"], "write the whole path"),
        (["scan", 'PHOTOS"'], "quotation mark"),
        (["scan", "PHOTOS", "—json"], "long dash"),
    ],
)
def test_what_cannot_be_a_path_gets_a_sentence_that_helps(
    run: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    photos = str(run[0])
    said = refused(capsys, *(each.replace("PHOTOS", photos) for each in arguments))
    assert says.replace("PHOTOS", photos) in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_begins_with_a_dash_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "-photos", ["a", "b"], each=2)
    monkeypatch.chdir(tmp_path)
    assert "Write ./-photos" in refused(capsys, "scan", "-photos")
    assert call(capsys, "scan", "./-photos")["samples"] == 4


def test_names_that_only_look_like_something_else_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("what?", "[2024]", "a*b", "~home", "$x", "https:", "it's '"):
        put(tmp_path / name, ["a", "b"], each=2)
        assert call(capsys, "scan", name)["samples"] == 4


def test_patterns_are_filled_in_where_the_shell_does_not(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.jpg", "c.png", "d[1].jpg"):
        (tmp_path / name).touch()
    assert given.fitting([tmp_path / "*.jpg"]) == [tmp_path / n for n in ("a.jpg", "b.jpg", "d[1].jpg")]
    assert given.fitting([tmp_path / "d[1].jpg"]) == [tmp_path / "d[1].jpg"]
    with pytest.raises(InputError, match="No file fits"):
        given.fitting([tmp_path / "*.tiff"])
