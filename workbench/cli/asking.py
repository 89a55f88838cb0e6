"""What `workbench predict` and `workbench explain` do."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from workbench.cli.answers_table import answers_csv
from workbench.cli.given import expanded
from workbench.cli.outputs import check_outputs, without_outputs, written_first
from workbench.cli.run_report import print_json
from workbench.core import jobs
from workbench.core.data.left_out import gathered
from workbench.core.data.listing import photos_in
from workbench.core.errors import ImageError, InputError, Stopped
from workbench.core.events import Prediction
from workbench.core.explain.picture import heat_picture
from workbench.core.explain.why import Explainer
from workbench.core.files import atomic_write
from workbench.core.models.classifier import Classifier, predictions_table
from workbench.core.names import is_formula, visible
from workbench.core.outputs import PREDICTION_FILE, TABLE, new_run_folder
from workbench.core.results.reject import WHY
from workbench.progress import Reporter, stop_on_interrupt
from workbench.words import say
from workbench.words.fill import quoted


def predict(options: argparse.Namespace) -> int:
    """`workbench predict`: what is in these photos."""
    check_outputs(options, [options.model, *options.paths])
    classifier = Classifier.load(options.model, device=options.device)
    answers: list[Prediction] = []
    stopped, count = False, 0
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        try:
            given = jobs.run(photos_in(expanded(options.paths), stop))
            paths = without_outputs(options, given.files)
            count = len(paths)
            for each in gathered(given.left_out):
                reporter.say(say(each.message))
            for answer in classifier.stream(paths, caution=options.caution, stop=stop):
                answers.append(answer)
                reporter.advance("predict", "Looking at photos…", len(answers), count)
        except (Stopped, KeyboardInterrupt):  # what has been answered by then is kept
            if not answers:
                raise
            stopped = True

    def table(file: Path) -> None:
        _write_csv(file, classifier.classes, answers)

    def predictions(file: Path) -> None:
        predictions_table(classifier.classes, answers).save(file)

    with (
        written_first(options, TABLE, options.csv, table),
        written_first(options, PREDICTION_FILE, options.predictions, predictions),
    ):
        if options.json:
            print_json([_answer_json(answer) for answer in answers])
        elif options.csv is None:
            for answer in answers:
                print(f"{visible(answer.path)}: {answer.error or _told(answer)}")
            if classifier.rule is not None and any(answer.refusal for answer in answers):
                print(say(classifier.rule.price(options.caution)), file=sys.stderr)
    if stopped:
        raise Stopped.said(
            f"Stopped after {len(answers):,} of {count:,} photos.",
            "Their answers are kept; the others are missing.",
        )
    if all(answer.error for answer in answers):
        raise InputError.said(
            "None of these files could be read as a photo.", "Give photos, or folders of photos."
        )
    return 0


def explain(options: argparse.Namespace) -> int:
    """`workbench explain`: where in photos a model finds what speaks for a class."""
    classifier = Classifier.load(options.model, device=options.device)
    if options.class_name and options.class_name not in classifier.classes:
        known = list(classifier.classes)
        raise InputError("unknown_class", class_name=options.class_name, known=known)
    explainer, found = Explainer(classifier), []
    with (
        _pictures(options) as pictures,
        Reporter() as reporter,
        stop_on_interrupt(reporter.say) as stop,
    ):
        given = jobs.run(photos_in(expanded(options.paths), stop))
        for each in gathered(given.left_out):
            reporter.say(say(each.message))
        for number, path in enumerate(given.files):
            if stop():
                raise Stopped()
            found.append(_explained(explainer, path, options.class_name, pictures, number))
            reporter.advance("explain", "Looking at photos…", number + 1, len(given.files))
    if options.json:
        print_json(found)
    else:
        for row in found:
            print(f"{visible(row['path'])}: {row.get('error') or _why(row)}")
    if all("error" in row for row in found):
        raise InputError.said(
            "None of these files could be read as a photo.", "Give photos, or folders of photos."
        )
    return 0


def _pictures(options: argparse.Namespace) -> AbstractContextManager[Path | None]:
    """Where pictures go: a folder that is new or empty, and not among the photos."""
    if options.pictures is None:
        return nullcontext()
    among = next((path for path in options.paths if path.is_dir()), None)
    return new_run_folder(options.pictures, among)


def _explained(
    explainer: Explainer, path: Path, class_name: str, pictures: Path | None, number: int
) -> dict[str, Any]:
    """What is said of one photo; its picture is written where one was asked for."""
    try:
        found = explainer.explain(path, class_name)
    except ImageError as error:
        return {"path": str(path), "error": str(error)}
    row = {
        "path": str(path),
        "class": found.class_name,
        "probability": found.probability,
        "method": found.method,
        "covered": found.covered,
        "elsewhere": found.elsewhere,
        "telling": found.is_telling,
    }
    if pictures is not None:
        file = pictures / f"{number + 1:04} {path.stem}.png"
        with atomic_write(file) as out:
            heat_picture(found).save(out, "PNG")
        row["picture"] = str(file)
    return row


def _why(row: dict[str, Any]) -> str:
    text = (
        f"{visible(row['class'])} ({row['probability']:.3f}); {row['covered']:.3f} with what speaks most "
        f"for it covered, {row['elsewhere']:.3f} with as much covered elsewhere"
    )
    return text if row["telling"] else f"{text}: no single part decides"


def _told(answer: Prediction) -> str:
    best = f"{visible(answer.most_probable)} ({answer.probability:.3f})"
    return f"none of these. {say(WHY[answer.refusal])} Nearest: {best}" if answer.refusal else best


def _answer_json(answer: Prediction) -> dict[str, Any]:
    if answer.error:
        return {"path": answer.path, "error": str(answer.error)}
    return {
        "path": answer.path,
        "class": answer.class_name,
        "accepted": answer.accepted,
        "nearest": answer.most_probable,
        "probability": answer.probability,
        "probabilities": answer.probabilities,
    }


def _write_csv(file: Path, classes: tuple[str, ...], answers: list[Prediction]) -> None:
    with atomic_write(file) as out:
        # With a byte order mark, without which spreadsheets take umlauts for something else.
        out.write(answers_csv(classes, answers).encode("utf-8-sig", errors="backslashreplace"))
    if formulas := sorted({answer.most_probable for answer in answers if is_formula(answer.most_probable)}):
        print(
            "A spreadsheet would take these names for formulas, so they begin with ' in "
            f"{visible(str(file))}: {quoted(formulas)}.",
            file=sys.stderr,
        )
