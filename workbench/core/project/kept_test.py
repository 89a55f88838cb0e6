"""The test set of a project: a file of its own, which every run of the project reads before it learns.

It lies beside `project.db`, not in it: a run of the command line must know it while a window has that open.
"""

from __future__ import annotations

from pathlib import Path

from workbench.core.data.catalog import Catalog
from workbench.core.data.test_set import Drawn, draw_test_set, with_test_set
from workbench.core.errors import InputError
from workbench.core.files import read_json, write_json

TEST_SET = "test_set.json"
_VERSION = 1


def read_test_set(project: Path) -> Drawn:
    """What a project remembers; an empty one where nothing was drawn.

    Raises:
        InputError: The file is damaged: nobody knows any more which photos must not be learned from.
    """
    try:
        values = read_json(project / TEST_SET)
        if int(values["schema_version"]) > _VERSION:
            raise InputError("newer_test_set")
        return Drawn(
            float(values["asked"]),
            int(values["draws"]),
            {str(key): str(digest) for key, digest in values["photos"].items()},
            frozenset(map(str, values["others"])),
            bool(values["subfolders"]),
        )
    except FileNotFoundError:
        return Drawn()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("test_set_damaged", repr(error), file=str(project / TEST_SET)) from error


def keep_test_set(project: Path, drawn: Drawn) -> None:
    """Remembers a test set.

    Raises:
        ResourceError: The disk is full or the folder cannot be written to.
    """
    values = {
        "schema_version": _VERSION,
        "asked": drawn.asked,
        "draws": drawn.draws,
        "photos": dict(drawn.photos),
        "others": sorted(drawn.others),
        "subfolders": drawn.subfolders,
    }
    write_json(project / TEST_SET, values, indent=None)


def kept_apart(
    catalog: Catalog,
    project: Path | None,
    *,
    asked: float = 0.0,
    seed: int = 0,
    subfolders: bool = False,
    keep: bool = True,
) -> Catalog:
    """A catalog with its project's test set, which is drawn first where one is asked for and there is none.

    Args:
        project: Its own folder; None where there is none.
        asked: Share of the photos; 0 draws none.
        seed, subfolders: For a draw; see `draw_test_set`.
        keep: Whether what is drawn or new is remembered; else it is only shown.

    Raises:
        InputError: As `read_test_set` and `draw_test_set`.
        ResourceError: As `keep_test_set`.
    """
    before = read_test_set(project) if project is not None else Drawn()
    drawn = before
    if asked and not drawn.asked:
        drawn = draw_test_set(catalog, asked, seed=seed, draws=drawn.draws, subfolders=subfolders)
    catalog, drawn = with_test_set(catalog, drawn)
    if keep and project is not None and drawn is not before:
        keep_test_set(project, drawn)
    return catalog


def let_test_set_go(project: Path) -> bool:
    """Forgets the test set of a project; returns whether there was one.

    A damaged file is taken away as well: whoever lets it go needs no longer know what was in it.

    Raises:
        ResourceError: As `keep_test_set`.
    """
    try:
        before = read_test_set(project)
    except InputError as error:
        if error.message.code != "test_set_damaged":
            raise
        before = Drawn(asked=1.0, draws=1)
    if not before.asked:
        return False
    keep_test_set(project, before.let_go())
    return True
