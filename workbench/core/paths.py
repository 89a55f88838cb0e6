"""Where the program keeps its own things. Nothing is ever written into a person's image folder."""

from __future__ import annotations

import importlib.resources
import os
import tempfile
from pathlib import Path

import platformdirs

_APP = "workbench"
_PROFILE = "WORKBENCH_PROFILE"


def use_temporary_profile() -> Path:
    """Makes this process and its engines start with nothing remembered (`--temp-profile`)."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-profile-"))
    os.environ[_PROFILE] = str(folder)
    return folder


def data_dir() -> Path:
    """Projects and runs: never deleted by the program."""
    return _made("data", platformdirs.user_data_path(_APP, appauthor=False))


def sample_folder() -> Path:
    """Where the sample photos are drawn, once; the person sees this name."""
    return data_dir() / "Sample photos"


def cache_dir() -> Path:
    """Decoded pixels and downloaded weights: may be deleted at any time."""
    return _made("cache", platformdirs.user_cache_path(_APP, appauthor=False))


def log_dir() -> Path:
    """Log files."""
    return _made("log", platformdirs.user_log_path(_APP, appauthor=False))


def settings_file() -> Path:
    """What the window remembers: size, page, folded sections."""
    return _made("config", platformdirs.user_config_path(_APP, appauthor=False)) / "window.ini"


def resource(name: str) -> Path:
    """A file of the top-level `resources` folder, from a checkout or an installed wheel."""
    packaged = Path(str(importlib.resources.files("workbench"))) / "resources"
    root = packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "resources"
    return root / name


def _made(kind: str, usual: Path) -> Path:
    profile = os.environ.get(_PROFILE)
    folder = Path(profile) / kind if profile else usual
    folder.mkdir(parents=True, exist_ok=True)
    return folder
