"""What is known of one photo, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.core.images.facts import PhotoFacts, Seen

_MUCH = 0.5
"""The share of a photo that has to be cut away before that is a warning: of those of cameras, it is less."""


def size_words(width: int, height: int, facts: PhotoFacts | None) -> str:
    """Size in pixels, and what is known of the file."""
    words = _tr("{width:,} × {height:,} px").format(width=width, height=height)
    if facts is not None:
        words += " · " + bytes_words(facts.size)
        if facts.format:
            words += " · " + facts.format
    return words


def bytes_words(count: int) -> str:
    """A file's size: “312 KB”, “4.2 MB”."""
    if count < 1000:
        return _tr("{count} bytes").format(count=count)
    if count < 999_500:
        return _tr("{count:,.0f} KB").format(count=count / 1e3)
    return _tr("{count:,.1f} MB").format(count=count / 1e6)


def camera_lines(facts: PhotoFacts) -> list[str]:
    """Camera, lens, time and exposure, as far as they are known."""
    exposure = []
    if facts.exposure:
        slow = facts.exposure >= 0.4
        time = f"{facts.exposure:.3g}" if slow else f"1/{round(1 / facts.exposure):,}"
        exposure.append(_tr("{time} s").format(time=time))
    if facts.f_number:
        exposure.append(f"f/{facts.f_number:.3g}")
    if facts.iso:
        exposure.append(f"ISO {facts.iso}")
    if facts.focal_length:
        exposure.append(_tr("{length:.3g} mm").format(length=facts.focal_length))
    return [line for line in (facts.camera, facts.lens, facts.taken, " · ".join(exposure)) if line]


def position_words(position: tuple[float, float]) -> str:
    """Latitude and longitude."""
    latitude, longitude = position
    north = _tr("N") if latitude >= 0 else _tr("S")
    east = _tr("E") if longitude >= 0 else _tr("W")
    return f"{abs(latitude):.5f}° {north}, {abs(longitude):.5f}° {east}"


def seen_words(seen: Seen, width: int, height: int) -> tuple[str, bool]:
    """How much of a photo the model sees, and whether that is to be warned of."""
    side = _tr("{side} × {side} px").format(side=seen.side)
    if seen.channels == 1:
        side += " " + _tr("without colours")
    if seen.how == "cut":
        percent = round(100 * seen.cut)
        if percent < 1:
            return _tr("All of it, in {side}.").format(side=side), False
        words = _tr("Its middle, in {side}: {percent} % of the photo, at its edges, is cut away.")
        return words.format(side=side, percent=percent), seen.cut > _MUCH + 0.02
    length = f"{max(width, height) / min(width, height):.1f}"
    if seen.how == "squeezed":
        words = _tr(
            "All of it, in {side}. It is {length} times as long as wide and is squeezed into a square: "
            "shapes look narrower."
        )
    else:
        words = _tr(
            "All of it, in {side}. It is {length} times as long as wide and is laid in {rows} rows, so that "
            "small things are harder to see."
        )
    return words.format(side=side, length=length, rows=seen.rows), True


def _tr(text: str) -> str:
    return QCoreApplication.translate("PhotoFacts", text)
