"""What each command does."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
import contextlib
import sys
import time
from pathlib import Path
from typing import Any

from workbench.cli.asking import explain, predict
from workbench.cli.audit_command import audit
from workbench.cli.compare_command import compare
from workbench.cli.evaluation_report import (
    classes_json,
    cost_json,
    cost_line,
    held_against,
    kind_lines,
    kinds_json,
    numbers_json,
)
from workbench.cli.folder_commands import check, split
from workbench.cli.folder_report import (
    left_out_json,
    left_out_lines,
    lines_of,
    say_reading,
    scan_json,
)
from workbench.cli.options import training_config
from workbench.cli.outputs import check_outputs, written_first
from workbench.cli.project_commands import lessons, project
from workbench.cli.report_files import reports_first
from workbench.cli.run_report import estimate_json, meaning, per_class, print_json, tell
from workbench.cli.stress_command import stress
from workbench.cli.tables import print_table
from workbench.core import learning
from workbench.core.architectures.architecture_rows import ARCHITECTURES
from workbench.core.config.possible import check_possible
from workbench.core.data.sample_photos import draw_sample
from workbench.core.data.scan import scan as read_folder
from workbench.core.data.unpack import as_folder
from workbench.core.errors import InputError, WorkbenchError
from workbench.core.evaluation import Evaluation
from workbench.core.evaluation import evaluate as test_model
from workbench.core.export.formats import FORMATS
from workbench.core.export.formats import export as write_export
from workbench.core.files import is_stream
from workbench.core.outputs import PREDICTION_FILE, new_run_folder, try_room
from workbench.core.paths import data_dir, sample_folder
from workbench.core.project.projects import Project
from workbench.core.weights.stored import weights_state
from workbench.progress import Reporter, stop_on_interrupt
from workbench.ui.system_libraries import check_window, has_display, install_line, missing_libraries
from workbench.words import say

__all__ = [
    "architectures", "audit", "check", "compare", "demo", "doctor", "evaluate", "explain", "export",
    "lessons", "predict", "project", "sample", "scan", "split", "stress", "train",
]  # fmt: skip
_SETTLED_AT_START = ("mode", "quality", "architecture", "epochs", "config", "out")


def train(options: argparse.Namespace) -> int:
    """`workbench train`: scan, split, learn; or go on with a run."""
    if options.resume is not None:
        return _resume(options)
    if options.folder is None:
        raise InputError.said(
            "Which photos to learn from is not said.", "Give a folder: workbench train FOLDER."
        )
    config = training_config(
        mode=options.mode,
        architecture=options.architecture,
        quality=options.quality,
        epochs=options.epochs,
        assignments=options.set,
        file=options.config,
        say=lambda message: print(message, file=sys.stderr),
    )
    check_possible(config, options.device)
    _learn(options, config, options.folder, options.out, options.read_as)
    return 0


def demo(options: argparse.Namespace) -> int:
    """`workbench demo`: sample photos, a model of them, and the window on the result."""
    folder = sample_folder()
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        if not folder.is_dir():
            folder = reporter.drive(draw_sample(folder, stop=stop))
    _learn(options, training_config(), folder, None)
    try:
        check_window()
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        return 0
    from workbench.ui import app  # Qt: other commands run where there is none

    return app.main(["--open", str(folder), "--page", "results"])


def evaluate(options: argparse.Namespace) -> int:
    """`workbench evaluate`: test a model on a folder that it has not seen."""
    check_outputs(options, [options.model])
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        test = test_model(
            options.model, options.folder, device=options.device, reading=options.read_as, stop=stop
        )
        result = reporter.drive(test)
        for note in result.notes:
            reporter.say(say(note))
    keep = written_first(options, PREDICTION_FILE, options.predictions, result.table.save)
    with keep, reports_first(options, result):
        return _tell_evaluation(options, result)


def _tell_evaluation(options: argparse.Namespace, result: Evaluation) -> int:
    metrics = result.metrics
    if options.json:
        return print_json(
            {
                "model": str(options.model),
                "folder": str(options.folder),
                "subset": result.subset,
                "samples": result.samples,
                "skipped_files": len(result.skipped),
                "left_out": left_out_json(result.skipped),
                "notes": [{"code": note.code, "text": say(note)} for note in result.notes],
                "accuracy": metrics.accuracy,
                "macro_f1": metrics.macro_f1,
                "loss": metrics.loss,
                "mean_recall": metrics.mean_recall,
                "classes": _classes_json(result),
                "learned_from": _learned_json(result),
                "different_photos": metrics.measures.different,
                "not_checked": metrics.unchecked,
                "warnings": [say(each) for each in result.cautions],
                "confusion": metrics.confusion.tolist(),
                "estimate": estimate_json(result.estimate),
                **numbers_json(result.numbers, result.trust),
                "groups": kinds_json(result.kinds) if result.kinds is not None else None,
                "cost": cost_json(result.cost) if result.cost is not None else None,
            }
        )
    rows = per_class(metrics.measures, result.classes) or {}
    print_table(
        ("class", "photos", "precision", "recall", "F1", "IoU"),
        (
            (name, str(row["samples"]), *(_share(row[key]) for key in ("precision", "recall", "f1", "iou")))
            for name, row in rows.items()
        ),
    )
    new = "photos that it had not learned from" if result.same is not None else "photos"
    print(meaning(metrics.measures, new))
    for sentence in (*held_against(result.numbers, result.trust), *map(say, result.cautions)):
        print(f"  {sentence}")
    if result.cost is not None:
        print(f"  {cost_line(result.cost)}")
    for line in kind_lines(result.kinds) if result.kinds is not None else []:
        print(f"  {line}")
    return 0


def export(options: argparse.Namespace) -> int:
    """`workbench export`: a model in another format."""
    endings = {row.suffix: row.key for row in FORMATS}
    key = options.format or endings.get(options.file.suffix.lower(), "")
    if not key:
        raise InputError.said(
            f"“{options.file.name}” does not say in which format.",
            f"Give --format, or a file that ends in {' or '.join(endings)}.",
        )
    file = write_export(options.model, options.file, key)
    if options.json:
        return print_json({"model": str(options.model), "file": str(file), "format": key})
    if not is_stream(file):  # it would follow the model
        print(file)
    return 0


def scan(options: argparse.Namespace) -> int:
    """`workbench scan`: what is in a folder, and what is wrong with it."""
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        catalog = reporter.drive(read_folder(options.folder, reading=options.read_as, stop=stop))
        say_reading(catalog, reporter.say)
    if options.json:
        return print_json(scan_json(catalog))
    print_table(("class", "photos"), ((name, f"{count:,}") for name, count in catalog.counts.items()))
    print(f"{len(catalog.samples):,} photos, {len(catalog.classes)} classes.")
    for subset, count in catalog.subsets.items():
        print(f"  {subset}: {count:,}")
    for sentence in (*lines_of(catalog), *left_out_lines(catalog)):
        print(sentence)
    return 0


def architectures(options: argparse.Namespace) -> int:
    """`workbench architectures`: the rows of the registry."""
    words = {"here": "here", "download": "to download", "none": "none"}
    if options.json:
        names = ("key", "name", "sentence", "parameters", "multiply_adds", "input_size")
        rows = [{n: getattr(r, n) for n in names} | {"weights": weights_state(r)} for r in ARCHITECTURES]
        return print_json(rows)
    for row in ARCHITECTURES:
        print(f"{row.key}: {row.sentence}")
        print(
            f"    {row.parameters / 1e6:.1f} M parameters, {row.multiply_adds / 1e6:,.0f} M multiply-adds at "
            f"{row.input_size} pixels, pretrained weights: {words[weights_state(row)]}"
        )
    return 0


def sample(options: argparse.Namespace) -> int:
    """`workbench sample`: a folder of drawn photos."""
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        folder = reporter.drive(draw_sample(options.folder, stop=stop))
    counts = {path.name: sum(1 for _ in path.iterdir()) for path in sorted(folder.iterdir()) if path.is_dir()}
    if options.json:
        return print_json({"folder": str(folder), "classes": counts, "photos": sum(counts.values())})
    print(f"{sum(counts.values())} photos of {len(counts)} classes are in {folder}")
    return 0


def doctor(options: argparse.Namespace) -> int:
    """`workbench doctor`: what this computer can do, and what stands in the way."""
    from workbench.core.doctor import examine  # loads torch

    findings = examine()
    missing = missing_libraries()
    facts = findings.facts | {"display": has_display(), "missing_system_libraries": missing}
    warnings = [say(warning) for warning in findings.warnings]
    if missing:
        warnings.append(
            f"The window lacks system libraries. Type: {install_line(missing) or ', '.join(missing)}"
        )
    if options.json:
        return print_json(facts | {"warnings": warnings})
    print_table(("", ""), ((name.replace("_", " "), _readable(value)) for name, value in facts.items()))
    for sentence in warnings or ["Everything is in order."]:
        print(sentence)
    return 0


def _resume(options: argparse.Namespace) -> int:
    settled = [f"--{name}" for name in _SETTLED_AT_START if getattr(options, name) is not None]
    if settled or options.set:
        raise InputError.said(
            f"A run that goes on keeps its settings, so {(settled or ['--set'])[0]} does not fit --resume.",
            "Leave it out, or start a new run.",
        )
    begun = time.monotonic()
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        folder = reporter.drive(as_folder(options.folder, stop)) if options.folder is not None else None
        job = learning.resume(options.resume, folder=folder, device=options.device, stop=stop)
        result = reporter.drive(job)
    tell(options, reporter, result, None, 0.0, time.monotonic() - begun)
    return 0


def _learn(
    options: argparse.Namespace, config: Any, folder: Path, out: Path | None, reading: str = ""
) -> None:
    begun = time.monotonic()
    if out is None:
        try_room(data_dir() / "projects")  # says before the work that there is nothing to write into
    with contextlib.ExitStack() as undone, Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        folder = reporter.drive(as_folder(folder, stop))
        if out is not None:
            out = undone.enter_context(new_run_folder(out, folder))
            undone.enter_context(learning.announced(out, folder, config))
        loaded = time.monotonic()
        catalog = reporter.drive(read_folder(folder, reading=reading, stop=stop))
        scanned = time.monotonic() - loaded
        say_reading(catalog, reporter.note)
        for sentence in lines_of(catalog, learning=True):
            reporter.note(sentence)
        if catalog.skipped:
            reporter.say(f"Files left out: {len(catalog.skipped):,}; `workbench scan` says why.")
        run = out if out is not None else Project.of(folder, catalog).new_run()
        try:
            result = reporter.drive(learning.train(catalog, config, run, device=options.device, stop=stop))
        finally:
            if out is None and not any(run.iterdir()):  # it failed before there was anything to keep
                run.rmdir()
    tell(options, reporter, result, catalog, scanned, time.monotonic() - begun)


def _share(value: float | None) -> str:
    """A share of 0 to 1, a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def _classes_json(result: Evaluation) -> dict[str, Any]:
    known, areas = per_class(result.metrics.measures, result.classes) or {}, classes_json(result.numbers)
    return {name: {**known[name], **areas[name]} for name in result.classes}


def _learned_json(result: Evaluation) -> dict[str, Any] | None:
    """How many of the tested photos a model had learned from; null where its file does not say."""
    if result.same is None:
        return None
    measures = result.metrics.measures
    return {
        "same": result.same,
        "nearly": result.nearly,
        "all_of_them": measures.only_learned,
        "accuracy_with_them": measures.accuracy_with_learned,
    }


def _readable(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(_readable, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_readable(entry)}" for name, entry in value.items()) or "none"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
