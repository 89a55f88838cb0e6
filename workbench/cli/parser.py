"""What can be said on the command line: its commands and their options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from workbench.cli.given import hint_at_dashes, source, target
from workbench.core.config.applying import methods_with
from workbench.core.config.methods import DEFAULT, METHODS
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import READINGS, TABLE
from workbench.core.errors import InputError
from workbench.core.export.formats import FORMATS
from workbench.core.results.reject import CAUTIONS, USUAL
from workbench.core.settings import settings_of
from workbench.version import __version__

_EPILOG = """\
Without a command, the window opens.

Ctrl-C ends work early: training keeps the best model so far and ends with status 0.
Exit status: 0 done, 2 something in what was given or on this computer has to change (one sentence says
what), 130 interrupted with nothing to keep or with answers for only a part of the photos, 1 a mistake of the
program's own (the log says more).
"""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=20)


class _NotUnderstoodError(InputError):
    """The options do not fit together."""


def understood(argv: Sequence[str]) -> argparse.Namespace:
    """What was asked for; `run` says what does it: `window`, `selftest` or `command`.

    Raises:
        InputError: The options do not fit together.
    """
    try:
        return _parser().parse_args(argv)
    except _NotUnderstoodError as error:
        raise hint_at_dashes(argv) or error from None


class _Parser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stdout).write(message)  # argparse itself says nothing where that fails

    def error(self, message: str) -> NoReturn:
        raise _NotUnderstoodError.said(
            f"{message[:1].upper()}{message[1:]}.", f"Type `{self.prog} --help` to see what fits."
        )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="workbench",
        description="Train an image classifier on your own photos, see how good it is, and use it.",
        epilog=_EPILOG,
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    _own_options(parser)
    rows = parser.add_subparsers(metavar="COMMAND", dest="command", parser_class=_Parser)

    def command(name: str, help: str, *, device: bool = False) -> argparse.ArgumentParser:
        sub = rows.add_parser(
            name, help=help, description=f"{help[:1].upper()}{help[1:]}.", allow_abbrev=False
        )
        sub.set_defaults(run="command")
        sub.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")
        if device:
            sub.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
        return sub

    _train_options(command("train", "learn from a folder of photos", device=True))
    sub = command("evaluate", "test a model on a folder of photos", device=True)
    sub.add_argument("model", metavar="MODEL", type=source, help="a model file, or the folder of a run")
    sub.add_argument("folder", metavar="FOLDER", type=source)
    _reading_option(sub)
    _predictions_option(sub)
    sub.add_argument(
        "--report",
        metavar="FILE",
        type=target,
        action="append",
        default=[],
        help="also write a report, with pictures and all that is known of the model: a web page (FILE.html) "
        "or a PDF (FILE.pdf); may be given for each",
    )
    _stress_options(
        command("stress", "say how far photos may be disturbed before a model fails", device=True)
    )
    sub = command("compare", "say which of two models is better on photos that neither had learned from")
    for name, called in (("first", "A"), ("second", "B")):
        help = f"{called}: the folder of a run, or a file that `evaluate --predictions` wrote"
        sub.add_argument(name, metavar=called, type=source, help=help)
    sub = command("predict", "ask a model what is in photos", device=True)
    sub.add_argument("model", metavar="MODEL", type=source, help="a model file, or the folder of a run")
    sub.add_argument("paths", metavar="PATH", type=source, nargs="+", help="a photo, or a folder of photos")
    sub.add_argument("--csv", metavar="FILE", type=target, help="also write the answers into this table")
    caution = "how easily to say “none of these” of a photo (default: %(default)s)"
    sub.add_argument("--caution", choices=CAUTIONS, default=USUAL, help=caution)
    _predictions_option(sub)
    sub = command("explain", "say where in photos a model finds what speaks for its answer", device=True)
    sub.add_argument("model", metavar="MODEL", type=source, help="a model file, or the folder of a run")
    sub.add_argument("paths", metavar="PATH", type=source, nargs="+", help="a photo, or a folder of photos")
    speaks = "what is to speak for; default: for each photo its most probable class"
    sub.add_argument("--class", metavar="NAME", dest="class_name", default="", help=speaks)
    shown = "a new or empty folder for pictures that are dark where a photo speaks less for the class"
    sub.add_argument("--pictures", metavar="DIR", type=target, help=shown)
    sub = command("export", "write a model as a file for this program or for others")
    sub.add_argument("model", metavar="MODEL", type=source, help="a model file, or the folder of a run")
    sub.add_argument("file", metavar="FILE", type=target, help="the new file")
    sub.add_argument(
        "--format", choices=tuple(FORMATS.keys()), help="default: what the name of the file ends in"
    )
    sub = command("scan", "say what is in a folder of photos and what is wrong with it")
    sub.add_argument("folder", metavar="FOLDER", type=source, help="a folder, or a ZIP file of one")
    _reading_option(sub)
    sub = command("check", "say what may be wrong with the photos of a folder, the worst first", device=True)
    sub.add_argument("folder", metavar="FOLDER", type=source)
    _reading_option(sub)
    _set_option(sub, "a setting, such as subfolders_together=true")
    sub = command(
        "audit",
        "say how honest a number for a folder is: what a split at random would show, and what is so",
        device=True,
    )
    sub.add_argument("folder", metavar="FOLDER", type=source)
    model = "also hold this model's number on the folder against what it had learned from"
    sub.add_argument("--model", metavar="MODEL", type=source, help=model)
    _reading_option(sub)
    _set_option(sub, "a setting, such as subfolders_together=true or seed=1")
    sub = command("split", "say how a folder is divided to learn from and to check with", device=True)
    sub.add_argument("folder", metavar="FOLDER", type=source)
    _reading_option(sub)
    _set_option(sub, "a setting, such as validation_fraction=0.3 or test_fraction=0.2")
    sub.add_argument(
        "--forget-test-set",
        action="store_true",
        help="let the test set go that was drawn for this folder: later runs learn from its photos",
    )
    _project_options(
        command("project", "keep, copy or take along what the program knows about a folder of photos")
    )
    command("architectures", "list the kinds of network")
    sub = command("sample", "draw a folder of sample photos")
    sub.add_argument("folder", metavar="DIR", type=target)
    sub = command("lessons", "list public photos for lessons, with their sizes, or fetch one of them")
    sub.add_argument("key", metavar="KEY", nargs="?", help="which; without it, all are listed")
    command(
        "demo",
        "draw sample photos, learn from them, open the window on the result",
        device=True,
    )
    command("doctor", "say what this computer can do, and what is missing")
    return parser


def _stress_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("model", metavar="MODEL", type=source, help="a model file, or the folder of a run")
    sub.add_argument("folder", metavar="FOLDER", type=source, help="photos with the classes that it knows")
    sub.add_argument(
        "--photos",
        metavar="N",
        type=_count,
        default=0,
        help="how many of the photos that it had not learned from; default: as many as fit into a minute",
    )
    sub.add_argument(
        "--adversarial",
        action="store_true",
        help="instead, change pixels slightly so that this very model is misled (FGSM, PGD)",
    )
    _reading_option(sub)


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}” is no number of photos from 1 on")


def _own_options(parser: argparse.ArgumentParser) -> None:
    """Those without a command."""
    parser.add_argument("--version", action="version", version=f"workbench {__version__}")
    parser.add_argument("--temp-profile", action="store_true", help="start with nothing remembered")
    parser.add_argument(
        "--open",
        metavar="PATH",
        type=source,
        help="open the window on this image folder, ZIP file of one, or model file",
    )
    parser.set_defaults(run="window", command=None)
    parser.add_argument(
        "--selftest",
        action="store_const",
        dest="run",
        const="selftest",
        help="go through the main job once and say whether this installation is whole",
    )


def _reading_option(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--read-as",
        metavar="KEY",
        type=_reading,
        default="",
        help="what says the classes, where that is not clear: each folder (folders), the folders "
        "inside (inside, deepest), those of every version of the photos (together), or inside sets (sets), "
        "or a table beside the photos (table; one of several, table:NAME); "
        "default: what is likelier, and `scan` says what else there is",
    )


def _reading(text: str) -> str:
    """A key of a way to read a folder; whether it can be read that way is seen there."""
    if text in ("", *READINGS) or text.startswith(f"{TABLE}:"):
        return text
    raise argparse.ArgumentTypeError(f"“{text}” is none of {', '.join(READINGS)}")


def _set_option(sub: argparse.ArgumentParser, text: str) -> None:
    sub.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help=text)


def _predictions_option(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--predictions",
        metavar="FILE.npz",
        type=_npz,
        help="also keep every probability, as runs do in their predictions.npz",
    )


def _project_options(sub: argparse.ArgumentParser) -> None:
    rows = sub.add_subparsers(metavar="WHAT", dest="what", required=True, parser_class=_Parser)

    def what(name: str, help: str) -> argparse.ArgumentParser:
        row = rows.add_parser(
            name, help=help, description=f"{help[:1].upper()}{help[1:]}.", allow_abbrev=False
        )
        row.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")
        return row

    row = what("export", "write a folder's project as one ZIP file: edits, runs, and perhaps the photos")
    row.add_argument("folder", metavar="FOLDER", type=source, help="the folder of photos")
    row.add_argument("file", metavar="FILE.zip", type=target, help="the new file")
    row.add_argument("--photos", action="store_true", help="put the photos in as well")
    row = what("import", "take in a project that was exported")
    row.add_argument("file", metavar="FILE.zip", type=source)
    row.add_argument(
        "--folder",
        metavar="FOLDER",
        type=source,
        help="where its photos are now; default: where they were, else those in the file",
    )
    for name, help in (
        ("duplicate", "make a copy of a folder's project, which opens with the folder from then on"),
        ("new", "begin another project about the same photos, which opens with the folder from then on"),
    ):
        row = what(name, help)
        row.add_argument("folder", metavar="FOLDER", type=source, help="the folder of photos")
        row.add_argument("name", metavar="NAME", help="what the new one is called")


def _npz(text: str) -> Path:
    """A file that cannot be a photo or a model."""
    if not text.lower().endswith(".npz"):
        raise argparse.ArgumentTypeError(f"“{text}” does not end in .npz")
    return target(text)


def _train_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "folder",
        metavar="FOLDER",
        type=source,
        nargs="?",
        help="one folder inside for each class, or a ZIP file",
    )
    sub.add_argument(
        "--mode", choices=tuple(METHODS.keys()), help=f"how to learn; default: {DEFAULT}. {_told_methods()}"
    )
    settings = settings_of(TrainingConfig)
    (improving,) = (method.key for method in methods_with("quality"))
    sub.add_argument(
        "--quality",
        choices=tuple(settings["quality"].choices or ()),
        help=f"how much to improve; default: {TrainingConfig().quality}; "
        f"without --mode, it means --mode {improving}",
    )
    sub.add_argument("--architecture", metavar="A", help="see `workbench architectures`")
    sub.add_argument(
        "--epochs",
        metavar="N",
        help="how often every photo is looked at; only for --mode "
        + " or ".join(method.key for method in methods_with("epochs")),
    )
    _set_option(
        sub,
        "any other setting, as often as you like; also design.blocks=3 and augmentation.rotation=0.5 "
        "(0 to 1, on top of the chosen preset)",
    )
    _reading_option(sub)
    sub.add_argument(
        "--config", metavar="FILE.toml", type=source, help="a file of settings; options count for more"
    )
    sub.add_argument("--out", metavar="RUN", type=target, help="a new folder for the run")
    sub.add_argument("--resume", metavar="RUN", type=source, help="go on with a run that was cut off")


def _told_methods() -> str:
    return " ".join(f"{method.key}: {method.sentence}" for method in METHODS)
