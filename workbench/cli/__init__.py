"""The command line: the same capabilities without a window. Torch is loaded by the commands that need it."""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

import workbench.words  # noqa: F401 - gives messages their sentences
from workbench.cli.parser import understood
from workbench.core.errors import FULL, InputError, ResourceError, Stopped, WorkbenchError, circumstance
from workbench.core.logs import crashes_to_file, log_to_file
from workbench.core.paths import use_temporary_profile
from workbench.core.project.runs import MODEL
from workbench.ui.system_libraries import check_window

log = logging.getLogger(__name__)

DONE, OUR_FAULT, CANNOT, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the window or a command.

    Args:
        argv: The arguments without the program's name; those of the process where None.

    Returns:
        The exit status; see `workbench --help`.
    """
    _print_anything()
    code = _heard(argv)
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    except OSError:  # nobody need hear how far it was
        _let_go_of(sys.stderr)
    return code


def _heard(argv: Sequence[str] | None) -> int:
    """Runs the window or a command, to where its output has been printed or cannot be."""
    try:
        code = _done(argv)
        if sys.stdout is not None:  # it is closed: `>&-`
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has heard enough
        code = DONE
    except OSError as error:
        log.info("what was to be printed could not be written: %r", error)
        why = ": its disk is full." if error.errno in FULL else "."
        _say(f"What was to be printed could not be written{why} Check where the output goes.")
        code = CANNOT
    else:
        return code
    _let_go_of(sys.stdout)
    return code


def _done(argv: Sequence[str] | None) -> int:
    """Runs the window or a command, and says what went wrong; what cannot be printed is left to the caller.

    Raises:
        OSError: Standard output cannot be written to.
    """
    log_file = None
    try:
        arguments = understood(_given(sys.argv[1:] if argv is None else argv))
        if arguments.temp_profile:
            use_temporary_profile()
        name = "command" if arguments.command else "window"
        log_file = log_to_file(name)
        crashes_to_file(name)
        what = {"window": _open_window, "selftest": _selftest, "command": _run_command}
        return what[arguments.run](arguments)
    except SystemExit as end:  # `--help` and `--version` have been printed
        if end.code == 1:  # so rich ends where nobody reads its tables any more
            raise BrokenPipeError from end
        return end.code if isinstance(end.code, int) else DONE
    except BrokenPipeError:
        raise
    except (Stopped, KeyboardInterrupt) as error:
        _say(str(error) or "Interrupted.")
        return INTERRUPTED
    except WorkbenchError as error:
        log.info("%s %s", error, error.details)
        _say(str(error))
        return CANNOT if isinstance(error, InputError | ResourceError) else OUR_FAULT
    except Exception as error:
        if (known := circumstance(error)) is not None:
            if getattr(error, "filename", None) is None:  # as it is where the output goes nowhere
                raise
            log.info("%s %s", known, known.details)
            _say(str(known))
            return CANNOT
        log.exception("unexpected")
        more = f" The log says more: {log_file}" if log_file is not None and log_file.is_file() else ""
        _say(f"Something went wrong in the program itself.{more}")
        return OUR_FAULT


def _given(argv: Sequence[str]) -> list[str]:
    """The arguments; a lone model file, ZIP file or folder, as a double click gives it, is for the window."""
    given = list(argv)
    if len(given) == 1 and not given[0].startswith("-"):
        path = Path(given[0])
        if path.suffix.lower() in (Path(MODEL).suffix, ".zip") or (path.is_absolute() and path.is_dir()):
            return ["--open", given[0]]
    return given


def _open_window(arguments: argparse.Namespace) -> int:
    check_window()
    from workbench.ui import app  # Qt: commands run where there is none

    return app.main(["--open", str(arguments.open)] if arguments.open else [])


def _selftest(_: argparse.Namespace) -> int:
    from workbench.cli import selftest  # neither the window nor a command needs it

    return selftest.main()


def _run_command(arguments: argparse.Namespace) -> int:
    from workbench.cli import commands  # the window needs nothing of it

    run: Callable[[argparse.Namespace], int] = getattr(commands, arguments.command)
    return run(arguments)


def _say(sentence: str) -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError):  # nobody listens there either
            print(f"workbench: {sentence}", file=sys.stderr, flush=True)  # noqa: T201


def _let_go_of(stream: TextIO) -> None:
    """Sends what is still to be printed nowhere, or Python would complain about it at the end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _print_anything() -> None:
    """Lets any file name be printed, whatever the terminal's encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
