"""Numbers typed into the form, in whatever country: understood or refused, and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.settings import settings_of
from workbench.ui.parts.editors import NumberEdit, WholeNumberEdit
from workbench.ui.parts.forms import SettingsForm
from workbench.ui.session.session import Session
from workbench.ui.style import theme

LOCALES = ("de_DE", "fr_FR", "en_US", "de_CH", "ar_EG", "fa_IR", "hi_IN", "pt_BR")


@pytest.fixture
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.fixture
def form(qapp: QApplication, qtbot: QtBot, locale: str) -> SettingsForm:
    theme.Theme(qapp).choose("light")
    made = SettingsForm(TrainingConfig)
    qtbot.addWidget(made)
    made.show_values(recommended("transfer"))
    made.show()
    return made


def typed(qtbot: QtBot, form: SettingsForm, name: str, text: str) -> tuple[list[Any], list[str]]:
    """What the form reports once a text was typed, and what it says."""
    heard: list[Any] = []
    said: list[str] = []
    form.edited.connect(lambda changed, value: heard.append(value) if changed == name else None)
    form.refused.connect(lambda _, sentence: said.append(sentence))
    editor: Any = form.editor(name)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    return heard, said


@pytest.mark.parametrize("text", ["0.005", "0,005", "5e-3", "5,0e-3", ".005"])
@pytest.mark.parametrize("locale", LOCALES, indirect=True)
def test_a_fraction_is_itself_with_a_point_or_a_comma(qtbot: QtBot, form: SettingsForm, text: str) -> None:
    heard, said = typed(qtbot, form, "learning_rate", text)
    assert heard[-1:] == [0.005]
    assert said == []


@pytest.mark.parametrize(("locale", "text"), [("de_DE", "1.000"), ("en_US", "1,000")], indirect=["locale"])
def test_what_can_be_read_in_two_ways_is_refused(qtbot: QtBot, form: SettingsForm, text: str) -> None:
    heard, said = typed(qtbot, form, "gradient_clipping", text)
    assert heard == []
    assert said == [s for s in said if f"“{text}” can be read in two ways." in s]
    assert said
    assert form.editor("gradient_clipping").value() == 0.0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("locale", "text"),
    [("de_DE", "1.5"), ("en_US", "1,5"), ("de_DE", "1.000"), ("en_US", "1,000"), ("fr_FR", "1,5")],
    indirect=["locale"],
)
@pytest.mark.parametrize("name", ["epochs", "seed"])
def test_a_whole_number_does_not_swallow_its_separator(
    qtbot: QtBot, form: SettingsForm, name: str, text: str
) -> None:
    before = form.editor(name).value()  # type: ignore[union-attr]
    heard, said = typed(qtbot, form, name, text)
    assert heard == []
    assert said
    assert form.editor(name).value() == before  # type: ignore[union-attr]


@pytest.mark.parametrize("locale", ["de_DE", "en_US"], indirect=True)
def test_a_number_outside_its_range_is_said_and_not_changed(qtbot: QtBot, form: SettingsForm) -> None:
    heard, said = typed(qtbot, form, "momentum", "9")
    assert heard == []
    assert said[-1] == "“9” does not fit the setting “Momentum”. Write a number from 0 to 0.999."


@pytest.mark.parametrize("locale", LOCALES, indirect=True)
def test_what_is_shown_can_be_typed_again(qtbot: QtBot, form: SettingsForm) -> None:
    for name, declared in settings_of(TrainingConfig).items():
        editor = form.editor(name)
        if not isinstance(editor, NumberEdit | WholeNumberEdit):
            continue
        for value in {declared.minimum or 0, declared.maximum or 1, getattr(recommended("transfer"), name)}:
            editor.show_value(value)  # type: ignore[arg-type]
            assert editor.valueFromText(editor.text()) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize("locale", ["de_DE", "en_US"], indirect=True)
def test_nothing_has_a_word_and_amounts_have_a_unit(qtbot: QtBot, form: SettingsForm) -> None:
    shown = {
        name: form.editor(name).text() for name in ("input_size", "early_stopping", "checkpoint_minutes")
    }  # type: ignore[union-attr]
    assert shown == {"input_size": "Automatic", "early_stopping": "never", "checkpoint_minutes": "5 minutes"}
    assert form.editor("warmup").text().endswith(" of the steps")  # type: ignore[union-attr]
    assert typed(qtbot, form, "input_size", "224")[0] == [224]
    assert form.editor("input_size").text() == "224 pixels"  # type: ignore[union-attr]
    assert typed(qtbot, form, "input_size", "Automatic")[0] == [0]
    assert typed(qtbot, form, "early_stopping", "3")[0] == [3]
    assert typed(qtbot, form, "early_stopping", "0")[0] == [0]
    assert form.editor("early_stopping").text() == "never"  # type: ignore[union-attr]


@pytest.mark.parametrize("locale", ["de_DE"], indirect=True)
def test_a_country_with_a_comma_changes_nothing_in_files(
    locale: str, session: Session, profile: Path, qtbot: QtBot
) -> None:
    session.preferences.remember("a/share", 0.25)
    session.preferences.remember("a/switch", True)
    session.preferences.close()
    assert session.preferences.recall("a/share", 0.0) == 0.25
    written = next(profile.rglob("*.ini")).read_text(encoding="utf-8")
    assert "share=0.25" in written
