"""What a model file says of itself, without making it ready to answer. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.core.models.archive import read_archive, understanding
from workbench.core.models.model_file import ABOUT, Description
from workbench.core.project.event_log import measures_from_json
from workbench.core.project.runs import MODEL
from workbench.core.results.estimate import Estimate, fairest


@dataclass(frozen=True)
class LookedAt:
    """A model file that is whole.

    Attributes:
        file: Where it is; inside of the folder of a run, if that was given.
        classes: What it tells apart.
        estimate: How good it is by the measures that it carries, None where it carries none.
        program: The version of the program that made it; "" where it does not say.
    """

    file: Path
    classes: tuple[str, ...]
    estimate: Estimate | None
    program: str = ""


def look_at(path: Path) -> LookedAt:
    """Reads and checks a model file, or that of a run folder.

    Raises:
        DamagedError: It is damaged.
        InputError: It is missing, no model, or from a newer version.
    """
    file = path / MODEL if path.is_dir() else path
    entries = read_archive(file)
    with understanding(file):
        description = Description.from_entry(file, entries[ABOUT])
    program = description.about.get("program")
    return LookedAt(
        file, description.classes, _estimate(description), program if isinstance(program, str) else ""
    )


def _estimate(description: Description) -> Estimate | None:
    found = {}
    for name in ("test", "validation", "cross_validated"):
        values = description.about.get(name)
        try:
            found[name] = measures_from_json(values) if isinstance(values, dict) else None
        except (ValueError, KeyError, TypeError):  # an older or newer version says it in another way
            found[name] = None
    best = fairest(found)  # type: ignore[arg-type]
    return Estimate.of(*best) if best is not None else None
