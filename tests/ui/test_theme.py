from __future__ import annotations

from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from workbench.ui.style import theme

THEMES = {
    "light": theme.LIGHT,
    "dark": theme.DARK,
    "light, more contrast": theme.MORE_CONTRAST[theme.LIGHT.canvas],
    "dark, more contrast": theme.MORE_CONTRAST[theme.DARK.canvas],
}


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2: (brighter + 0.05) / (darker + 0.05) of relative luminances."""

    def luminance(name: str) -> float:
        colour = QColor(name)
        channels = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_measured_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ground", ["canvas", "surface", "raised", "hover", "selected"])
@pytest.mark.parametrize("words", ["text", "muted", "accent", "good", "warn", "bad"])
def test_words_can_be_read(name: str, ground: str, words: str) -> None:
    colours = asdict(THEMES[name])
    assert contrast(colours[words], colours[ground]) >= (
        4.5 if ground in ("canvas", "surface", "raised") else 3.9
    )


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ground", ["accent", "accent_hover"])
def test_words_on_the_primary_button_can_be_read(name: str, ground: str) -> None:
    colours = asdict(THEMES[name])
    assert contrast(colours["on_accent"], colours[ground]) >= 4.5


def test_choosing_a_theme_changes_the_tokens(qapp: QApplication) -> None:
    appearance = theme.Theme(qapp)
    appearance.choose("dark")
    assert theme.tokens() is theme.DARK
    appearance.choose("light")
    assert theme.tokens() is theme.LIGHT


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_more_contrast_is_more(qapp: QApplication, choice: theme.Choice) -> None:
    appearance = theme.Theme(qapp)
    appearance.choose(choice)
    usual = theme.tokens()
    appearance.set_more_contrast(True)
    more = theme.tokens()
    for name in ("muted", "line", "accent"):
        assert contrast(getattr(more, name), more.canvas) > contrast(getattr(usual, name), usual.canvas)
    assert contrast(more.muted, more.canvas) >= 7
    assert contrast(more.line, more.canvas) >= 3
    appearance.choose("light")
