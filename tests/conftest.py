"""What every test gets: a throw-away profile, no display, photos, a watch for what it leaves behind."""

from __future__ import annotations

import gc
import logging
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import workbench.words  # noqa: F401 - gives messages their sentences
from tests.drawn_photos import draw_pair, draw_small
from tests.sharing import Shared, all_cores
from workbench.core.garbage import collect_where_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).resolve().parents[1]
SETTLING_SECONDS = 10.0
"""How long threads and processes that are ending may take; only a test that fails waits so long."""
LASTING = ("tqdm_monitor",)
"""Threads that torch starts once a process: when it exports a network."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Runs the whole suite on all cores; a file of it, or with `-n 0`, in this process."""
    all_cores(config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps long batteries out of `-m "not e2e"`, which takes the place of the usual `-m`.

    The slower files come first, so that no process is left with a long one when the others are done.
    """
    for item in items:
        if item.get_closest_marker("slow") or item.get_closest_marker("gpu"):
            item.add_marker(pytest.mark.e2e)
    slower = {item.path for item in items if item.get_closest_marker("e2e")}
    items.sort(key=lambda item: item.path not in slower)


@pytest.fixture(autouse=True)
def garbage_in_this_thread() -> Iterator[None]:
    """Collects garbage between tests, as the window does in its thread: a widget lost in another kills Qt."""
    gc.disable()
    yield
    collect_where_due()


@pytest.fixture(autouse=True, scope="session")
def session_profile(tmp_path_factory: pytest.TempPathFactory, backbones: Path) -> Iterator[None]:
    """A profile for whatever outlives a test, such as an engine that a module's tests share."""
    folder = tmp_path_factory.mktemp("session-profile")
    (folder / "cache").mkdir()
    (folder / "cache" / "backbones").symlink_to(backbones, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_PROFILE", str(folder))
        # Torch makes this folder for its compiler, once a process, even where nothing is compiled.
        patch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path_factory.mktemp("inductor")))
        yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Makes folders that all processes of this test run share."""
    return Shared(tmp_path_factory)


@pytest.fixture(scope="session")
def backbones(shared: Shared) -> Path:
    """Where all tests find exported backbones: the first to need one, which takes a while, leaves it here."""
    return shared.folder("backbones", lambda folder: None)


@pytest.fixture(scope="session")
def ready_backbone(session_profile: None, shared: Shared) -> None:
    """The usual backbone is exported before a test that is about something else begins."""
    from workbench.core.config.training_config import TrainingConfig
    from workbench.core.features.backbone import backbone_of
    from workbench.core.features.prepare import prepare_backbone
    from workbench.core.jobs import run

    def export(folder: Path) -> None:
        backbone = backbone_of(TrainingConfig())
        if not backbone.weights_id or not backbone.is_ready():  # a test may have been quicker
            run(prepare_backbone(TrainingConfig()))

    shared.folder("ready-backbone", export)


@pytest.fixture(autouse=True)
def profile(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, backbones: Path
) -> Path:
    """A profile folder of the test's own, so that nothing is remembered and nothing of yours is touched."""
    folder = tmp_path_factory.mktemp("profile")
    (folder / "cache").mkdir()
    (folder / "cache" / "backbones").symlink_to(backbones, target_is_directory=True)
    monkeypatch.setenv("WORKBENCH_PROFILE", str(folder))
    return folder


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Photographs, for the tests that need them to be real; skips where they are absent."""
    folder = Path(os.environ.get("WORKBENCH_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no test images at {folder}; set WORKBENCH_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def drawn_pair(shared: Shared) -> Path:
    """Drawn photos of two classes as `{train,val}/CLASS/*.jpg`: see `tests.drawn_photos.draw_pair`."""
    return shared.folder("drawn-pair", draw_pair)


@pytest.fixture(scope="session")
def drawn_small(shared: Shared) -> Path:
    """Small drawn photos of six classes as `CLASS/*.JPG`: see `tests.drawn_photos.draw_small`."""
    return shared.folder("drawn-small", draw_small)


@pytest.fixture(scope="session")
def drawn_model(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory, ready_backbone: None) -> Path:
    """The file of an instant model of these apples and leaves."""
    from workbench.core.config.training_config import TrainingConfig
    from workbench.core.data.scan import scan
    from workbench.core.jobs import run
    from workbench.core.learning import train
    from workbench.core.project.runs import MODEL

    folder = tmp_path_factory.mktemp("run")
    run(train(run(scan(drawn_pair)), TrainingConfig(networks="one"), folder, device="cpu"))
    return folder / MODEL


class LogWatch(logging.Handler):
    """Collects log lines from WARNING up; a test names those that it expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def expect(self, pattern: str) -> None:
        """Allows lines in which the pattern is found."""
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """The lines that no pattern allows."""
        return [line for line in self._lines if not any(p.search(line) for p in self._expected)]


@pytest.fixture(autouse=True)
def log_watch() -> Iterator[LogWatch]:
    """Fails the test on log lines from WARNING up that it did not `expect`, and undoes its logging set-up."""
    root, watch = logging.getLogger(), LogWatch()
    handlers, level = list(root.handlers), root.level
    root.addHandler(watch)
    yield watch
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    logging.captureWarnings(False)
    if lines := watch.unexpected():
        pytest.fail("unexpected log lines:\n" + "\n".join(lines))


@pytest.fixture(autouse=True)
def nothing_left_behind(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fails a test that leaves a thread, a child process or a temporary file behind, and says which.

    What fixtures of a wider scope hold was there before, so it is not the test's own.
    """
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    threads, children = set(threading.enumerate()), set(_children())
    yield
    new_threads = _settled(
        lambda: [t.name for t in threading.enumerate() if t not in threads and t.name not in LASTING]
    )
    new_children = _settled(
        lambda: [command for pid, command in _children() if (pid, command) not in children]
    )
    files = [str(path.relative_to(scratch)) for path in scratch.rglob("*")]
    left = {"threads": new_threads, "child processes": new_children, "temporary files": files}
    if any(left.values()):
        pytest.fail("left behind: " + "; ".join(f"{what} {names}" for what, names in left.items() if names))


def _children() -> list[tuple[int, str]]:
    """Child processes, less Python's own helper that lives as long as the test run."""
    found = []
    for child in psutil.Process().children():
        try:
            command = " ".join(child.cmdline()) or child.name()
        except psutil.Error:
            continue
        if "multiprocessing.resource_tracker" not in command:
            found.append((child.pid, command))
    return found


def _settled(left: Callable[[], list[str]]) -> list[str]:
    """What is still left once it had time to end."""
    deadline = time.monotonic() + SETTLING_SECONDS
    while (names := left()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return names
