"""What the program says on Linux systems that lack what Qt needs."""

from __future__ import annotations

import sys

import pytest

from workbench.core.errors import ResourceError
from workbench.ui.system_libraries import check_window, has_display, install_line, missing_libraries

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt brings everything along")
X11 = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}


def test_only_what_this_kind_of_display_needs_is_asked_for() -> None:
    nothing_loads = {
        name: missing_libraries(env, lambda _: False) for name, env in (("x", X11), ("w", WAYLAND))
    }
    assert "libxcb-cursor.so.0" in nothing_loads["x"]
    assert "libwayland-client.so.0" not in nothing_loads["x"]
    assert "libxcb-cursor.so.0" not in nothing_loads["w"]
    assert "libwayland-client.so.0" in nothing_loads["w"]
    assert "libEGL.so.1" in missing_libraries({"QT_QPA_PLATFORM": "offscreen"}, lambda _: False)
    assert missing_libraries(X11, lambda _: True) == []


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ({"ID": "debian"}, "sudo apt install libegl1 libxcb-cursor0"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "sudo apt install libegl1 libxcb-cursor0"),
        ({"ID": "fedora"}, "sudo dnf install libglvnd-egl xcb-util-cursor"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "sudo dnf install libglvnd-egl xcb-util-cursor"),
        ({"ID": "arch"}, "sudo pacman -S libglvnd xcb-util-cursor"),
        ({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, "sudo zypper install libEGL1 libxcb-cursor0"),
        ({"ID": "plan9"}, ""),
        ({}, ""),
    ],
)
def test_the_line_to_type_fits_the_distribution(release: dict[str, str], line: str) -> None:
    assert install_line(["libEGL.so.1", "libxcb-cursor.so.0"], release) == line


def test_a_package_that_holds_several_libraries_is_named_once() -> None:
    missing = ["libxcb-randr.so.0", "libxcb-shape.so.0", "libxcb-xkb.so.1"]
    assert install_line(missing, {"ID": "fedora"}) == "sudo dnf install libxcb"


def test_without_a_display_the_window_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert not has_display()
    if missing_libraries():
        pytest.skip("this machine also lacks Qt's libraries")
    with pytest.raises(ResourceError, match="no display"):
        check_window()


def test_a_display_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":987")
    if missing_libraries():
        pytest.skip("this machine also lacks Qt's libraries")
    with pytest.raises(ResourceError, match=":987"):
        check_window()


@pytest.mark.parametrize(
    ("environment", "there"),
    [
        (X11, True),
        (WAYLAND, True),
        ({"QT_QPA_PLATFORM": "offscreen:size=10x10"}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
    ],
)
def test_a_display_is_known_by_its_variables(environment: dict[str, str], there: bool) -> None:
    assert has_display(environment) is there
