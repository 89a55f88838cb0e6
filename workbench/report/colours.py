"""The colours of a report: those of the window, light and dark (a test holds them together)."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "canvas": "#F6F7F9",
    "surface": "#FFFFFF",
    "line": "#E1E5EA",
    "text": "#1A1F26",
    "muted": "#5A6573",
    "accent": "#2B6BE6",
    "second": "#C2620A",
    "good": "#12806A",
    "warn": "#9A5B00",
    "bad": "#B83A1B",
}
DARK: Mapping[str, str] = {
    "canvas": "#14171B",
    "surface": "#1C2026",
    "line": "#313842",
    "text": "#E8EBEF",
    "muted": "#9BA6B3",
    "accent": "#74A5FF",
    "second": "#F0A04B",
    "good": "#3FBFA3",
    "warn": "#E5B04C",
    "bad": "#F08A6B",
}
VARIABLES: Mapping[str, str] = {name: f"var(--{name})" for name in LIGHT}
"""In a web page, whose style sheet says which theme it is."""
CIVIDIS = (
    "#00204D", "#002B68", "#05366E", "#2C416C", "#404D6B", "#51586C", "#60646F", "#6E6F73", "#7C7B78",
    "#8B8779", "#9B9477", "#ACA174", "#BCAF6F", "#CEBC67", "#E0CB5D", "#F2DA4F", "#FFEA46",
)  # fmt: skip
"""The colour map (Nuñez, Anderton & Renslow 2018) at 17 even steps, from dark blue to yellow."""


def step_of(share: float) -> int:
    """Which step of the colour map a share, 0 to 1, has."""
    return round(share * (len(CIVIDIS) - 1))


def on(colour: str) -> str:
    """Black or white, whichever stands out more on a colour."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (red, green, blue)
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (light + 0.05) ** 2 > 0.05 * 1.05 else "#FFFFFF"
