"""The benchmarks themselves: figures beside targets, contestants that exist, the page of results."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from benchmarks import report, results
from benchmarks.child import ContestantFailedError, run_in_child
from benchmarks.clock import accuracy_of
from benchmarks.contest import Figure, Measured
from benchmarks.registry import BENCHMARKS, named
from benchmarks.rows.models import FIRST
from benchmarks.rows.peers import fastai, names

REPOSITORY = Path(__file__).resolve().parents[1]
PEER, PEER_WITHOUT_WORKERS = names(fastai(1))


def run_of(seconds: float, accuracy: float, *marks: tuple[float, float]) -> dict[str, Any]:
    every = [*marks, (seconds, accuracy)]
    return {
        "seconds": seconds,
        "accuracy": accuracy,
        "marks": [{"what": "epoch", "seconds": s, "accuracy": a} for s, a in every],
        "import_seconds": 1.0,
        "peak_mb": 100,
    }


@pytest.mark.parametrize(
    ("figure", "target", "met"),
    [
        (Figure("sooner", 15.0, "×", at_least=15), "≥ 15×", True),
        (Figure("sooner", 14.9, "×", at_least=15), "≥ 15×", False),
        (Figure("slowed", 3.0, " %", at_most=3), "≤ 3 %", True),
        (Figure("slowed", 3.1, " %", at_most=3), "≤ 3 %", False),
        (Figure("above", -0.1, " points", at_least=0), "≥ 0 points", False),
        (Figure("never there", None, "×", at_least=15), "≥ 15×", False),
        (Figure("speed", 7.0), "", None),
    ],
)
def test_a_figure_knows_whether_its_target_is_met(figure: Figure, target: str, met: bool | None) -> None:
    assert (figure.target, figure.met) == (target, met)


def test_what_was_never_reached_says_so() -> None:
    assert Figure("sooner", None, "×", at_least=15).shown == "not reached"


def test_medians_over_runs_and_the_best_of_several() -> None:
    measured = Measured({"a": [{"seconds": s} for s in (3, 1, 8)], "b": [{"seconds": 2}], "c": []})
    assert measured.median("a") == 3
    assert measured.best(["a", "b", "c"]) == "b"
    assert not measured.has("a", "c")


def test_seconds_until_an_accuracy_are_those_of_the_first_mark_that_reaches_it() -> None:
    runs = [run_of(9.0, 0.95, (3.0, 0.80), (5.0, 0.90)), run_of(11.0, 0.92, (4.0, 0.91))]
    measured = Measured({"a": runs})
    assert measured.seconds_until("a", 0.9) == 4.5
    assert measured.seconds_until("a", 0.94) is None


def test_the_first_model_is_held_against_the_quicker_way_to_run_fastai() -> None:
    peers = {PEER: [run_of(60.0, 0.9)], PEER_WITHOUT_WORKERS: [run_of(48.0, 0.88, (20.0, 0.85))]}
    row = named("first_model.ants_bees")[0]
    figures = {f.what: f for f in row.figures(Measured({**peers, FIRST.name: [run_of(3.0, 0.93)]}))}
    sooner = figures[f"first model sooner than {PEER_WITHOUT_WORKERS}"]
    assert (sooner.value, sooner.met) == (16.0, True)
    assert figures[f"first model above {PEER_WITHOUT_WORKERS}"].value == pytest.approx(5.0)
    assert figures[f"sooner than {PEER_WITHOUT_WORKERS} at 95 % of that"].value == pytest.approx(20 / 3)


def test_a_peer_that_was_stopped_early_is_taken_at_its_best() -> None:
    row = named("cifar10_scratch")[0]
    ours, whole, beginning = (contestant.name for contestant in row.contestants)
    part = Measured({ours: [run_of(300.0, 0.82)], beginning: [run_of(240.0, 0.67)]})
    bound = row.figures(part)[-1]
    assert bound.value == pytest.approx(300 / 240)
    assert "at most" in bound.note
    run = Measured({**part.runs, whole: [run_of(1800.0, 0.82, (1500.0, 0.81))]})
    assert row.figures(run)[-1].value == pytest.approx(300 / 1500)
    slow = Measured({**part.runs, ours: [run_of(300.0, 0.80)]})
    assert [figure.met for figure in row.figures(slow)] == [False, False]


@pytest.mark.parametrize("row", BENCHMARKS, ids=lambda row: row.name)
def test_every_contestant_is_a_function_that_takes_its_arguments(row: Any) -> None:
    for contestant in row.contestants:
        module, name = contestant.function.split(":")
        tree = ast.parse((REPOSITORY / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        taken = functions[name].args
        assert set(contestant.arguments) <= {argument.arg for argument in (*taken.args, *taken.kwonlyargs)}


def test_names_are_unique_and_a_beginning_names_several() -> None:
    every = [row.name for row in BENCHMARKS]
    assert len(set(every)) == len(every)
    assert [row.name for row in named("first_model")] == ["first_model.ants_bees", "first_model.sign_digits"]
    with pytest.raises(SystemExit, match="no benchmark called “first”"):
        named("first")


def test_accuracy_is_the_share_of_right_folder_names() -> None:
    assert accuracy_of(["a", "b", "a"], [Path("a/1.jpg"), Path("b/1.jpg"), Path("b/2.jpg")]) == 2 / 3


def test_a_child_returns_what_its_function_did_and_what_it_took(tmp_path: Path) -> None:
    image = Image.new("RGB", (32, 32))
    for place in ("train/a", "train/b"):
        (tmp_path / place).mkdir(parents=True)
        for number in range(2):
            image.save(tmp_path / place / f"{number}.png")
    result = run_in_child("benchmarks.decode:pillow", {"photos": str(tmp_path / "train")}, tmp_path / "own")
    assert result["photos"] == 4
    assert {"seconds", "marks", "import_seconds", "peak_mb"} <= result.keys()


def test_a_child_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ContestantFailedError, match="has no attribute 'nobody'"):
        run_in_child("benchmarks.decode:nobody", {}, tmp_path)


def test_runs_are_written_down_and_added_to_on_the_same_machine_only(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    entry = results.begin("heads", "command", adding=False, file=file)
    entry["contestants"]["a"] = [{"seconds": 1.0}]
    results.write("heads", entry, file)
    assert results.begin("heads", "again", adding=True, file=file) == {
        **entry,
        "commands": ["command", "again"],
    }
    assert results.begin("heads", "command", adding=False, file=file)["contestants"] == {}
    results.write("heads", {**entry, "machine": {"processor": "another"}}, file)
    with pytest.raises(SystemExit, match="another machine"):
        results.begin("heads", "command", adding=True, file=file)


def test_the_page_shows_figures_beside_targets_and_what_was_missed() -> None:
    runs = {FIRST.name: [run_of(3.0, 0.93)], PEER: [run_of(40.0, 0.9), run_of(42.0, 0.9)]}
    entry = {
        **results.begin("none", "the command", adding=False),
        "contestants": runs,
    }
    page = report.page({"first_model.ants_bees": entry})
    assert f"| `first_model.ants_bees` | first model sooner than {PEER} | ≥ 15× | 13.7× | missed |" in page
    assert f"| {PEER} | 41.0 | 0.900 | 1.0 | 100 | 2 |" in page
    assert "`the command`" in page
    assert "`event_loop`" in page.partition("## Not measured yet")[2]


def test_the_page_is_made_from_the_results() -> None:
    assert report.PAGE.read_text(encoding="utf-8") == report.page(results.read())


def test_every_module_of_our_own_can_be_imported() -> None:
    """Nothing checks the types there: a name that is gone would only be noticed by whoever measures."""
    functions = {contestant.function for row in BENCHMARKS for contestant in row.contestants}
    modules = {function.partition(":")[0] for function in functions}
    own = sorted(module for module in modules if ".peers." not in module)  # those need packages of their own
    program = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    done = subprocess.run(
        [sys.executable, "-c", program, *own], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(own) > 10
