"""What the program says: every code has words, and every word is said somewhere."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench import words
from workbench.core.errors import ErrorReport, InputError
from workbench.core.events import Note, Progress
from workbench.core.messages import Message
from workbench.core.project.event_log import from_json, to_json
from workbench.words.fill import filled
from workbench.words.tables import SENTENCES

WORKBENCH = Path(__file__).resolve().parents[1] / "workbench"
MAKERS = ("InputError", "ResourceError", "WorkbenchError", "ImageError", "DamagedError", "Stopped")
MAKERS += ("Note", "Message", "_MayPass", "_StartOver")
NAMED_BY_VALUE = ("trait.", "unsupported_format.", "changed.", "not_downloaded.")
NAMED_BY_VALUE += ("look.", "looking.", "trying.", "this_photo.", "audit_kind.")
"""What stands before the dot where what follows it is a value."""
ROWS = (
    "Architecture",
    "Augmentation",
    "Check",
    "Choice",
    "Disturbance",
    "ExportFormat",
    "Lesson",
    "Method",
    "Preset",
    "setting",
)
"""What declares a row, with its name and its sentence for people."""
FOR_PROGRAMMERS = ("KeyError", "PicklingError", "TypeError", "ValueError")
"""Exceptions that no person reads."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every place in core and engine that makes an error, a note or a message with a code."""
    for room in ("core", "engine", "report"):
        for file in sorted((WORKBENCH / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id=maker), args=[ast.Constant(), *_]) if maker in MAKERS:
                        yield f"{file.relative_to(WORKBENCH)}:{node.lineno}", node


def placeholders(code: str) -> set[str]:
    templates = SENTENCES[code]
    text = templates if isinstance(templates, str) else " ".join(templates)
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def given(node: ast.Call) -> set[str] | None:
    """The names of the values that a call gives; None where that cannot be read from the source."""
    if isinstance(node.func, ast.Name) and node.func.id in ("Note", "Message"):
        if len(node.args) == 1:
            return set()
        values = node.args[1]
        if not isinstance(values, ast.Dict):
            return None
        return {key.value for key in values.keys if isinstance(key, ast.Constant)}
    names = {keyword.arg for keyword in node.keywords}
    return None if None in names else {name for name in names if name}


def test_every_code_has_words_that_its_values_fill() -> None:
    found = list(calls())
    assert len(found) > 90
    for place, node in found:
        assert isinstance(node.args[0], ast.Constant)
        code = node.args[0].value
        assert code in SENTENCES, f"{place}: {code} has no words"
        names = given(node)
        if names is not None and code != "said":
            assert names == placeholders(code), f"{place}: the words of {code} name other values"


def test_no_words_are_left_over() -> None:
    sources = "".join(
        file.read_text("utf-8")
        for room in ("core", "engine", "report", "ui")  # ui: where edits are made
        for file in (WORKBENCH / room).rglob("*.py")
    )
    for code in SENTENCES:
        last = code.rpartition(".")[2]
        assert f'"{code}"' in sources or (code.startswith(NAMED_BY_VALUE) and f'"{last}"' in sources)


class Sentences(ast.NodeVisitor):
    """Collects the English sentences of a module, but for those in docstrings, rows, logs and `raise`s."""

    def __init__(self, file: Path) -> None:
        self.file, self.found = file, list[str]()

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if not (isinstance(node.target, ast.Name) and node.target.id == "DESIGN_PRESETS"):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = ast.unparse(node.func)
        name = function.rpartition(".")[2]
        if not (function.startswith(("log.", "_log.")) or name in ROWS or name in FOR_PROGRAMMERS):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._take(node.value, node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._take("".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)), node)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part)

    def _take(self, text: str, node: ast.expr) -> None:
        words = re.findall(r"[A-Za-z’']{2,}", text)
        begins = re.match(r"“|[A-Z][a-z]|[AI] ", text.lstrip())
        if len(words) > 2 and " " in text and (begins or text.rstrip().endswith((".", "…"))):
            self.found.append(f"{self.file.relative_to(WORKBENCH)}:{node.lineno} {text}")


def test_core_and_engine_make_no_sentences() -> None:
    found = []
    for room in ("core", "engine", "report"):
        for file in sorted((WORKBENCH / room).rglob("*.py")):
            sentences = Sentences(file)
            sentences.visit(ast.parse(file.read_text("utf-8")))
            found += sentences.found
    assert found == []


def test_sentences_end_as_sentences() -> None:
    for code, templates in SENTENCES.items():
        for text in (templates,) if isinstance(templates, str) else templates:
            # What an edit, a trait, a way to look or a kind of group is called is a part of other sentences.
            is_part = code.startswith(("edit.", "look.", "trait.", "audit_kind."))
            assert text.endswith((".", "…", "?")) != is_part or text.endswith("}"), code


def test_an_error_says_its_sentences_and_crosses_as_data() -> None:
    error = InputError("no_such_setting.near", name="epoch", near="epochs")
    assert str(error) == "There is no setting called “epoch”. Did you mean “epochs”?"
    report = ErrorReport.of(error)
    assert report.message == Message("no_such_setting.near", {"name": "epoch", "near": "epochs"})
    assert (report.title, report.hint) == (error.title, error.hint)
    assert report.is_input


def test_templates_are_translated_before_they_are_filled() -> None:
    words.translate_with(lambda text: text.replace("Reading photos", "Fotos lesen").replace("are", "sind"))
    try:
        assert words.say(Message("reading_photos")) == "Fotos lesen…"
        assert Message("photos_changed", {"count": 3}).title.startswith("Changed or gone: 3 photos")
        assert "Fare" in Message("not_a_model", {"name": "Fare"}).title
    finally:
        words.translate_with(str)


@pytest.mark.parametrize("event", [
    Progress("download", 3, 9, Message("trying_again", {"why": Message("broke_off")})),
    Note("sample_lost", {"why": Message("missing", {"name": "a.jpg"})}),
])  # fmt: skip
def test_a_stored_event_says_the_same(event: Progress | Note) -> None:
    read = from_json(json.loads(json.dumps(to_json(event))))
    assert read.text == event.text
    assert read.text.startswith(("The connection broke off. Trying", "“a.jpg” is not there"))


def test_events_with_sentences_are_still_read() -> None:
    note = from_json({"event": "Note", "code": "out_of_memory", "text": "Memory was short."})
    progress = from_json({"event": "Progress", "phase": "scan", "done": 1, "total": 2, "text": "Reading…"})
    assert (note.text, progress.text) == ("Memory was short.", "Reading…")


def test_a_code_of_a_newer_version_is_said_as_it_is() -> None:
    assert words.title_and_hint(Message("from_the_future")) == ("from_the_future", "")


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, "1 photo is"), (0, "0 photos are"), (2, "2 photos are"), (1200, "1,200 photos are")],
)
def test_one_photo_is_not_one_photos(count: int, expected: str) -> None:
    assert filled("{count:photo is|photos are} here.", {"count": count}) == f"{expected} here."
