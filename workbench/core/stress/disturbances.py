"""What a stress test does to photos, as rows. To add one, add a row and its function. No NumPy in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.core.registry import Registry


@dataclass(frozen=True)
class Disturbance:
    """One row.

    Attributes:
        key: Its name in files and on the command line.
        name: Its name in the window.
        sentence: What is done to the photos.
        amount: A strength in a few characters, a template for `at_strength`: “20°”.
        when: The same after “fails” or “holds”: “when turned by 20°”.
        strengths: Those that are tried, the mildest first.
        change: Import path of its function; see `changes` for what those take and give.
        helps: Key of the augmentation that shows such photos in training; "" where there is none.
        helps_at: Of each strength how strong that augmentation must be to show as much, above 0 to 1; 1 also
            where it cannot.
        needs_colour: Whether a model that sees grey values hardly notices it.
    """

    key: str
    name: str
    sentence: str
    amount: str
    when: str
    strengths: tuple[float, ...]
    change: str
    helps: str = ""
    helps_at: tuple[float, ...] = ()
    needs_colour: bool = False

    def help_at(self, strength: float) -> float:
        """How strong the augmentation that helps must be for one of the strengths."""
        return self.helps_at[self.strengths.index(strength)]


def at_strength(template: str, strength: float) -> str:
    """A template of a row, or its translation, filled in.

    Args:
        template: With `strength`, or with `times` where strengths are in stops (EV), each of which doubles.
        strength: In the unit of the row.
    """
    return template.format(strength=strength, times=2**strength)


_CHANGES = "workbench.core.stress.changes"

DISTURBANCES = Registry(
    "a disturbance",
    Disturbance(
        "darkness",
        "Darker",
        "Less light, as on a dull day or with too short an exposure; down to a sixteenth of it.",
        "1/{times:g}",
        "with 1/{times:g} of the light",
        (1, 2, 3, 4),
        f"{_CHANGES}:darker",
        "colour_jitter",
        (0.5, 0.9, 1, 1),
    ),
    Disturbance(
        "brightness",
        "Brighter",
        "More light, so that bright places turn white; up to eight times as much.",
        "{times:.2g}×",
        "with {times:.2g} times the light",
        (0.5, 1, 2, 3),
        f"{_CHANGES}:brighter",
        "colour_jitter",
        (0.4, 0.8, 1, 1),
    ),
    Disturbance(
        "blur",
        "Blurred",
        "Out of focus; the width of the blur is in hundredths of the photo's shorter side.",
        "{strength:g} %",
        "when blurred over {strength:g} % of the shorter side",
        (0.5, 1, 2, 4),
        f"{_CHANGES}:blurred",
        "blur",
        (0.5, 1, 1, 1),
    ),
    Disturbance(
        "noise",
        "Grainy",
        "Grain as in a dark room, in levels of 0 to 255, at the size that the model starts from.",
        "±{strength:g}",
        "with grain of ±{strength:g} of 255",
        (10, 20, 40, 80),
        f"{_CHANGES}:noisy",
        "noise",
        (0.35, 0.7, 1, 1),
    ),
    Disturbance(
        "rotation",
        "Turned",
        "Turned to the left or to the right; the corners show what lies beside them once more, mirrored.",
        "{strength:g}°",
        "when turned by {strength:g}°",
        (10, 20, 30, 45, 90),
        f"{_CHANGES}:turned",
        "rotation",
        (0.25, 0.45, 0.7, 1, 1),
    ),
    # Grain in training helps against JPEG as well (Rusak et al., A simple way to make neural networks robust
    # against diverse image corruptions, 2020).
    Disturbance(
        "jpeg",
        "Saved as JPEG",
        "Saved as a small JPEG file, at the size that the model starts from; less quality, larger blocks.",
        "quality {strength:g}",
        "when saved as JPEG of quality {strength:g}",
        (40, 20, 10, 5),
        f"{_CHANGES}:as_jpeg",
        "noise",
        (0.35, 0.5, 0.7, 1),
    ),
    Disturbance(
        "zoom",
        "Nearer",
        "Only the middle is seen, as from nearer: what lies at the edges is lost.",
        "{strength:g}×",
        "when {strength:g} times nearer",
        (1.25, 1.5, 2, 3),
        f"{_CHANGES}:nearer",
        "random_resized_crop",
        (0.5, 0.6, 0.8, 1),
    ),
    Disturbance(
        "cast",
        "Tinted",
        "In warm or cold light: so many times more red against blue than before, or less.",
        "{times:.2g}×",
        "in light that is {times:.2g} times redder or bluer",
        (0.5, 1, 2, 3),
        f"{_CHANGES}:tinted",
        "colour_jitter",
        (0.4, 0.7, 1, 1),
        needs_colour=True,
    ),
)

_EPS = (1, 2, 4, 8)

ATTACKS = Registry(
    "an attack",
    Disturbance(
        "fgsm",
        "One step (FGSM)",
        "Every pixel is changed by at most so many of 255 levels, in the direction that misleads this very "
        "model most (Goodfellow et al., 2015).",
        "{strength:g} of 255",
        "when every pixel is changed by up to {strength:g} of 255 to mislead it",
        _EPS,
        "workbench.core.stress.attacks:fgsm",
    ),
    Disturbance(
        "pgd",
        "Several steps (PGD)",
        "The same in several small steps, each of which looks again: a stronger attack (Madry et al., 2018).",
        "{strength:g} of 255",
        "when every pixel is changed by up to {strength:g} of 255 in several steps to mislead it",
        _EPS,
        "workbench.core.stress.attacks:pgd",
    ),
)
"""What only someone who knows the model can do. `change` takes a network; see `attacks`."""


def rows_for(channels: int) -> Sequence[Disturbance]:
    """The disturbances that make sense for a model.

    Args:
        channels: 3 where it sees colours, 1 where it sees grey values.
    """
    return [row for row in DISTURBANCES if channels > 1 or not row.needs_colour]


def row_of(key: str) -> Disturbance:
    """A disturbance or an attack.

    Raises:
        InputError: There is none of that name.
    """
    return ATTACKS.of(key) if key in ATTACKS else DISTURBANCES.of(key)
