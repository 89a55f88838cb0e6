"""Finds the system libraries that the window lacks, before Qt aborts over them, and how to get them.

Only Linux: elsewhere Qt brings everything along. No Qt and no torch in here.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from collections.abc import Callable, Mapping

from workbench.core.errors import ResourceError

# The library, then the package that holds it on: Debian and Ubuntu, Fedora and Red Hat, Arch, openSUSE.
_ALWAYS = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd", "libEGL1"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd", "libGL1"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
}
_X11 = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    "libxkbcommon-x11.so.0": (
        "libxkbcommon-x11-0",
        "libxkbcommon-x11",
        "libxkbcommon-x11",
        "libxkbcommon-x11-0",
    ),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    "libxcb-render-util.so.0": (
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
        "libxcb-render-util0",
    ),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb", "libxcb-randr0"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb", "libxcb-xkb1"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
}
_WAYLAND = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client", "wayland", "libwayland-client0"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "wayland", "libwayland-cursor0"),
}
_INSTALLERS = (
    (("debian", "ubuntu"), "sudo apt install"),
    (("fedora", "rhel", "centos"), "sudo dnf install"),
    (("arch",), "sudo pacman -S"),
    (("suse", "opensuse", "sles"), "sudo zypper install"),
)


_ELSEWHERE = "Start it on a desktop, or use the commands that need no window: `workbench --help`."


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a screen to open a window on (or Qt was told to draw without one)."""
    if sys.platform != "linux":
        return True
    headless = environment.get("QT_QPA_PLATFORM", "").partition(":")[0] in (
        "offscreen",
        "minimal",
        "vnc",
        "linuxfb",
    )
    return headless or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def missing_libraries(
    environment: Mapping[str, str] = os.environ, loads: Callable[[str], bool] = _loads
) -> list[str]:
    """The shared libraries that Qt needs here and that cannot be loaded.

    Args:
        environment: Says which kind of display there is.
        loads: Whether a shared library of that name can be loaded.
    """
    if sys.platform != "linux":
        return []
    needed = dict(_ALWAYS)
    if _needs_x11(environment):
        needed |= _X11
    if environment.get("WAYLAND_DISPLAY"):
        needed |= _WAYLAND
    return [library for library in needed if not loads(library)]


def install_line(missing: list[str], release: Mapping[str, str] | None = None) -> str:
    """The line to type that installs the missing libraries, "" where this Linux is not known.

    Args:
        missing: As `missing_libraries` gives them.
        release: The fields of `/etc/os-release`; read from the system where None.
    """
    fields = release if release is not None else _os_release()
    family = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".split()
    known = _ALWAYS | _X11 | _WAYLAND
    for column, (names, command) in enumerate(_INSTALLERS):
        if any(name.startswith(names) for name in family):
            packages = dict.fromkeys(known[library][column] for library in missing)
            return " ".join([command, *packages])
    return ""


def check_window() -> None:
    """Makes sure that a window can open.

    Raises:
        ResourceError: There is no display, or a system library is missing.
    """
    if missing := missing_libraries():
        line = install_line(missing)
        raise ResourceError.said(
            f"The window needs system libraries that are not installed: {', '.join(missing)}.",
            f"Type: {line}" if line else "Install them with your system's package manager.",
        )
    if not has_display():
        raise ResourceError.said(
            "There is no display to open a window on.",
            _ELSEWHERE,
        )
    if _needs_x11(os.environ) and not _x11_answers():
        raise ResourceError.said(f"The display “{os.environ.get('DISPLAY')}” does not answer.", _ELSEWHERE)


def _needs_x11(environment: Mapping[str, str]) -> bool:
    """Whether Qt will draw on an X11 display, so far as the environment tells."""
    if plugin := environment.get("QT_QPA_PLATFORM"):
        return plugin.startswith("xcb")
    return bool(environment.get("DISPLAY")) and not environment.get("WAYLAND_DISPLAY")


def _x11_answers() -> bool:
    """Whether the X11 display can be connected to; Qt would abort over one that cannot."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    fails = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not fails


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}
