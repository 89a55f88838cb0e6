"""What a run survives: memory that runs out, numbers that overflow, kill -9, photos that vanish."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.bad_files import make_bad_folder
from tests.core.training_help import catalog_of, drive, run_fit, small_folder, split_of, tiny_config
from workbench.core.data.catalog import Split
from workbench.core.errors import InputError, ResourceError
from workbench.core.events import EpochDone, Note
from workbench.core.files import sha256_of
from workbench.core.learning import resume, train
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.project.run_lock import RunLock
from workbench.core.project.runs import MODEL, RESUME, summarise
from workbench.core.training import fit as fit_module
from workbench.core.training.learner import Learner
from workbench.core.training.step import Classification

pytestmark = pytest.mark.e2e

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(drawn_small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_folder(drawn_small, tmp_path_factory.mktemp("photos") / "things")


@pytest.fixture(scope="module")
def split(folder: Path) -> Split:
    return split_of(folder)


class Once:
    """Does something at its n-th call, and only then (or at every call of a range)."""

    def __init__(self, calls: range, action: Callable[[], Any]) -> None:
        self.count, self._calls, self._action = 0, calls, action

    def __call__(self) -> None:
        self.count += 1
        if self.count in self._calls:
            self._action()


def out_of_memory() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


Losses = tuple[torch.Tensor, torch.Tensor]


def instead_of_losses(patch: pytest.MonkeyPatch, change: Callable[[Callable[[], Losses]], Any]) -> None:
    """Puts something between a training step and its objective; `change` gets what would give the losses."""
    real = Classification.__call__
    patch.setattr(Classification, "__call__", lambda *arguments: change(lambda: real(*arguments)))


def weights_of(run: Path) -> dict[str, torch.Tensor]:
    return Checkpoint.load(run / MODEL).weights


def notes_in(events: list[Any]) -> list[str]:
    return [event.code for event in events if isinstance(event, Note)]


@pytest.mark.parametrize("where", ["forward", "backward", "optimizer", "validation"])
@pytest.mark.parametrize("call", [1, 2])
def test_out_of_memory_halves_the_micro_batch_and_goes_on(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, call: int
) -> None:
    trouble = Once(range(call, call + 1), out_of_memory)
    if where == "backward":
        real_backward = torch.Tensor.backward
        monkeypatch.setattr(torch.Tensor, "backward", lambda *a, **k: (trouble(), real_backward(*a, **k))[1])
    elif where == "optimizer":
        real_step = torch.optim.AdamW.step
        monkeypatch.setattr(torch.optim.AdamW, "step", lambda *a, **k: (real_step(*a, **k), trouble())[0])
    else:
        real_build = fit_module.build

        def build(*args: Any, **named: Any) -> torch.nn.Module:
            model = real_build(*args, **named)
            model.register_forward_pre_hook(
                lambda module, _: trouble() if module.training == (where == "forward") else None
            )
            return model

        monkeypatch.setattr(fit_module, "build", build)
    events, result = run_fit(split, tiny_config(), tmp_path / "run")
    assert trouble.count >= call
    assert result.epochs == 2
    assert result.validation is not None
    if where == "validation":
        assert result.validation.confusion.sum() == len(split.validation)
    else:
        assert "out_of_memory" in notes_in(events)
        assert Checkpoint.load(tmp_path / "run" / RESUME).training["learner"]["micro_batch"] == 4


def test_a_smaller_micro_batch_gives_the_same_gradients(split: Split, tmp_path: Path) -> None:
    design = {"blocks": 2, "convolutions": 1, "channels": 8, "dense": 16, "batch_norm": False, "dropout": 0.0}
    config = tiny_config(design=design, dropout=0.0, epochs=1, optimizer="sgd", learning_rate=0.1)
    run_fit(split, config, tmp_path / "whole")
    trouble = Once(range(1, 2), out_of_memory)
    with pytest.MonkeyPatch.context() as patch:
        instead_of_losses(patch, lambda losses: (trouble(), losses())[1])
        run_fit(split, config, tmp_path / "halved")
    whole, halved = weights_of(tmp_path / "whole"), weights_of(tmp_path / "halved")
    for name in whole:
        torch.testing.assert_close(whole[name], halved[name], rtol=1e-4, atol=1e-6)


def test_when_nothing_fits_it_says_so(split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead_of_losses(monkeypatch, lambda losses: out_of_memory())
    with pytest.raises(ResourceError, match="not enough memory"):
        run_fit(split, tiny_config(), tmp_path / "run")


@pytest.mark.parametrize("where", ["loss", "gradient", "weights", "statistics", "average"])
def test_numbers_that_overflow_never_reach_the_model_file(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    calls, real_step = 0, Learner.step

    def poisoned(losses: Callable[[], Losses]) -> Losses:
        loss, predicted = losses()
        if 6 <= calls < 12 and where == "loss":
            loss = loss * float("nan")
        if 6 <= calls < 12 and where == "gradient":
            loss.register_hook(lambda gradient: gradient * float("inf"))
        return loss, predicted

    def step(self: Learner, *arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 6 and where == "weights":
            next(self.model.parameters()).data[0] = float("nan")
        if calls == 6 and where == "statistics":
            next(b for name, b in self.model.named_buffers() if name.endswith("running_mean")).fill_(
                float("nan")
            )
        if calls == 6 and where == "average":
            next(self.ema.module.parameters()).data.fill_(float("nan"))
        return real_step(self, *arguments)

    monkeypatch.setattr(Learner, "step", step)
    instead_of_losses(monkeypatch, poisoned)
    events, result = run_fit(split, tiny_config(epochs=3, ema=0.9), tmp_path / "run")
    assert "not_finite" in notes_in(events)
    assert result.epochs == 3
    for file in (MODEL, RESUME):
        assert all(torch.isfinite(t).all() for t in Checkpoint.load(tmp_path / "run" / file).weights.values())
    assert Checkpoint.load(tmp_path / "run" / RESUME).training["learner"]["rate_scale"] == pytest.approx(0.1)


def test_a_single_bad_step_is_passed_over(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Once(range(3, 4), lambda: True)

    def poisoned(losses: Callable[[], Losses]) -> Losses:
        loss, predicted = losses()
        trouble()
        return (loss * float("nan") if trouble.count == 3 else loss), predicted

    instead_of_losses(monkeypatch, poisoned)
    events, result = run_fit(split, tiny_config(), tmp_path / "run")
    assert notes_in(events) == []
    assert result.epochs == 2
    first = next(event for event in events if isinstance(event, EpochDone))
    assert first.training.confusion.sum() in (len(split.training) - 6, len(split.training) - 7)


def test_training_that_never_settles_ends_with_a_sentence(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(losses: Callable[[], Losses]) -> Losses:
        loss, predicted = losses()
        return loss * float("nan"), predicted

    instead_of_losses(monkeypatch, poisoned)
    with pytest.raises(ResourceError, match="does not settle"):
        run_fit(split, tiny_config(epochs=4), tmp_path / "run")


KILLED_RUN = """
import sys
from pathlib import Path
from tests.core.training_help import catalog_of, tiny_config
from workbench.core.learning import train
for event in train(catalog_of(Path(sys.argv[1])), tiny_config(epochs=40, checkpoint_minutes=0.0, ema=0.99,
                   augmentation="strong"), Path(sys.argv[2]), device="cpu"):
    print(type(event).__name__, flush=True)
"""


def test_a_run_killed_with_kill_9_ends_bit_for_bit_where_the_straight_run_ends(
    folder: Path, tmp_path: Path
) -> None:
    config = tiny_config(epochs=6, checkpoint_minutes=0.0, ema=0.99, augmentation="strong")
    straight = tmp_path / "straight"
    straight.mkdir()
    _, expected = drive(train(catalog_of(folder), config, straight, device="cpu"))

    program = KILLED_RUN.replace("epochs=40", "epochs=6")
    run = tmp_path / "run"
    run.mkdir()
    saves = 0
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(folder), str(run)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    assert child.stdout is not None
    for line in child.stdout:
        saves += line.strip() == "CheckpointSaved"
        if saves == 11:  # in the middle of the third epoch
            os.kill(child.pid, signal.SIGKILL)
            break
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    told = summarise(run)
    assert told.state == "interrupted"
    assert told.can_continue

    _, result = drive(resume(run, device="cpu"))
    assert result.steps == expected.steps
    assert result.validation is not None
    assert expected.validation is not None
    assert result.validation.loss == expected.validation.loss
    left, right = weights_of(straight), weights_of(run)
    assert all(torch.equal(left[name], right[name]) for name in left)
    left, right = (Checkpoint.load(path / RESUME).training_tensors for path in (straight, run))
    assert left.keys() == right.keys()
    assert all(torch.equal(left[name], right[name]) for name in left)
    histories = [[epoch.training.loss for epoch in summarise(path).history] for path in (straight, run)]
    assert histories[0] == histories[1]


def test_a_damaged_save_falls_back_to_the_one_before_it(split: Split, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run_fit(split, tiny_config(epochs=2), run)
    content = bytearray((run / RESUME).read_bytes())
    content[len(content) // 2] ^= 1
    (run / RESUME).write_bytes(content)
    events, result = run_fit(split, tiny_config(epochs=2), run, resuming=True)
    assert "older_checkpoint" in notes_in(events)
    assert result.epochs == 2


def test_a_run_whose_photos_have_changed_is_not_resumed(drawn_small: Path, tmp_path: Path) -> None:
    folder = small_folder(drawn_small, tmp_path / "photos", classes=2, each=8)
    run = tmp_path / "run"
    run.mkdir()
    drive(train(catalog_of(folder), tiny_config(epochs=1), run, device="cpu"))
    photo = next(path for path in sorted(folder.rglob("*.JPG")))
    photo.write_bytes(photo.read_bytes() + b" ")
    with pytest.raises(InputError, match="Changed or gone: 1 photo that"):
        drive(resume(run, device="cpu"))


def test_two_processes_cannot_train_one_run(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    with RunLock(run), pytest.raises(InputError, match="another process"):
        drive(train(catalog_of(folder), tiny_config(), run, device="cpu"))
    (run / "run.lock").write_text('{"pid": 999999999, "started": 1.0}')
    _, result = drive(train(catalog_of(folder), tiny_config(epochs=1), run, device="cpu"))
    assert result.epochs == 1
    assert not (run / "run.lock").exists()


def test_photos_that_vanish_after_the_scan_are_left_out_and_said(drawn_small: Path, tmp_path: Path) -> None:
    folder = small_folder(drawn_small, tmp_path / "photos", classes=2, each=10)
    catalog = catalog_of(folder)
    for photo in sorted(folder.rglob("*.JPG"))[::5]:
        photo.unlink()
    run = tmp_path / "run"
    run.mkdir()
    events, result = drive(train(catalog, tiny_config(epochs=1), run, device="cpu"))
    assert result.lost_samples == 4
    assert notes_in(events).count("sample_lost") == 4
    _, resumed = drive(resume(run, device="cpu"))
    assert resumed.lost_samples == 0


def test_a_folder_with_a_fifth_of_bad_files_trains_and_stays_untouched(
    drawn_small: Path, tmp_path: Path
) -> None:
    bad = make_bad_folder(drawn_small, tmp_path / "photos", seed=3, per_class=8)
    before = {path: sha256_of(path) for path in sorted(bad.folder.rglob("*")) if path.is_file()}
    times = {path: path.stat().st_mtime_ns for path in before}
    run = tmp_path / "run"
    run.mkdir()
    catalog = catalog_of(bad.folder)
    _, result = drive(train(catalog, tiny_config(), run, device="cpu"))
    assert result.epochs == 2
    assert len(catalog.skipped) >= len(bad.bad)
    assert len(bad.bad) + len(bad.doubtful) >= 0.2 * len(before)
    after = {path: sha256_of(path) for path in sorted(bad.folder.rglob("*")) if path.is_file()}
    assert after == before
    assert {path: path.stat().st_mtime_ns for path in before} == times
