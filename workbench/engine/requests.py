"""What can be asked of an engine: one frozen dataclass for each job, sent whole through the pipe.

`engine.jobs` runs them. Each says what its job yields and returns.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog, Roots
from workbench.core.events import Plane
from workbench.core.images.brightness_rule import BY_ITSELF, Brightness
from workbench.core.jobs import StopRequested
from workbench.core.stress.findings import Kind


class Request:
    """Base of all requests."""


@dataclass(frozen=True)
class Warm(Request):
    """Load what the first jobs need; yields `Progress`, returns `DeviceInfo`.

    With `pace`, how quickly this computer improves a model is measured, too, where that is not known: that
    takes seconds, and torch.
    """

    pace: bool = False


@dataclass(frozen=True)
class Scan(Request):
    """Read an image folder; yields `Progress`, returns its `Catalog`, or `Unclear` where it has to be asked.

    `reading` is the key of the reading that was chosen, now or before; "" where nobody has been asked;
    `LOOSE` where a person sorts photos that have no classes. With `first_model`, a large folder without a
    model yields a `FirstModel` before its photos are read.
    """

    folder: Path
    reading: str = ""
    first_model: bool = False


@dataclass(frozen=True)
class OpenZip(Request):
    """Unpack a ZIP file of photos, or import a project.

    Yields `Progress`, returns the image folder's `Path`, or what was `Imported`.
    """

    file: Path


@dataclass(frozen=True)
class ExportProject(Request):
    """Write a project into a ZIP file; yields `Progress`, returns what was `Exported`.

    `database` is a copy of its edits, which is deleted afterwards; None where there is none.
    """

    project: Path
    file: Path
    photos: bool
    database: Path | None


@dataclass(frozen=True)
class FetchLesson(Request):
    """Fetch public photos, the row of that key; yields `Progress`, returns the image folder's `Path`."""

    key: str


@dataclass(frozen=True)
class DrawSample(Request):
    """Draw the sample photos into a folder; yields `Progress`, returns the image folder's `Path`."""

    folder: Path


@dataclass(frozen=True)
class DrawNew(Request):
    """Draw a photo of what the sample shows, which is not in it; yields nothing, returns its `Path`."""

    seed: int


@dataclass(frozen=True)
class Thumbnails(Request):
    """Shrink photos to a longest side of `size` px; yields one `Thumbnail` each, returns None."""

    paths: Sequence[str]
    size: int


@dataclass(frozen=True)
class Augment(Request):
    """Show photos as training may, `count` times each; yields `Thumbnail`s, returns None."""

    paths: Sequence[str]
    config: TrainingConfig
    count: int = 1
    seed: int = 0


@dataclass(frozen=True)
class Inspect(Request):
    """Look at one photo closely, as a model sees it; yields nothing, returns `Inspected`.

    `model` is whose recipe is taken; None takes that of `config` with `photos` to learn from.
    """

    path: Path
    config: TrainingConfig
    model: Path | None = None
    photos: int = 0
    brightness: Brightness | None = BY_ITSELF


@dataclass(frozen=True)
class Train(Request):
    """Train into the empty folder `run`; yields every training event, returns `TrainingResult`.

    `device` is `auto`, `cpu` or `cuda:N`.
    """

    catalog: Catalog
    config: TrainingConfig
    run: Path
    device: str = "auto"


@dataclass(frozen=True)
class Follow(Request):
    """Learn the photos as a person has put them now; yields `Progress`, returns `Followed`.

    Where it has `left` photos without a class, asking again looks at more of them.
    """

    catalog: Catalog
    config: TrainingConfig


@dataclass(frozen=True, eq=False)  # a plane has arrays, which cannot be compared with ==
class LayOut(Request):
    """Find where photos lie by their features; yields `Progress`, returns `PhotoMap`.

    `plane` is the one of before. With `look`, photos that nobody has looked at are looked at first.
    """

    catalog: Catalog
    config: TrainingConfig
    plane: Plane | None = None
    look: bool = False


@dataclass(frozen=True)
class LookCloser(Request):
    """Find what the features of the photos say beyond that; yields `Progress`, returns `Insight`."""

    catalog: Catalog
    config: TrainingConfig


@dataclass(frozen=True)
class Add(Request):
    """Take photos into the project's `folder` of added ones; yields `Progress`, returns `Added`.

    `catalog` is what is there; `group` is `Sample.group` of the new ones.
    """

    catalog: Catalog
    paths: Sequence[Path]
    folder: Path
    group: str = ""


@dataclass(frozen=True)
class Join(Request):
    """Find which photos of all roots show one picture; yields `Progress`, returns what is new, by ids."""

    catalog: Catalog


@dataclass(frozen=True)
class Examine(Request):
    """Find how bright, sharp and large the photos of a folder are; yields `Progress`, returns `Traits`."""

    catalog: Catalog


@dataclass(frozen=True)
class SliceUp(Request):
    """Find what some photos of the open folder can be divided by; yields `Progress`, returns `Slicing`s.

    `samples` are the ids of the photos.
    """

    catalog: Catalog
    config: TrainingConfig
    samples: frozenset[str]


@dataclass(frozen=True)
class AuditFolder(Request):
    """Find how honest a number for the open folder is; yields `Progress`, returns an `Audit`."""

    catalog: Catalog
    config: TrainingConfig


@dataclass(frozen=True)
class Resume(Request):
    """Go on with a run from its last checkpoint; yields and returns what `Train` does.

    `folder` is where its photos lie now; None where they were.
    """

    run: Path
    device: str = "auto"
    folder: Path | None = None


@dataclass(frozen=True)
class Predict(Request):
    """Predict photos; yields the model's `RejectRule`, `Prediction`s and `Progress`, returns a list.

    `model` is a model file or run folder; the list has the predictions.
    """

    model: Path
    paths: Sequence[Path]


@dataclass(frozen=True)
class MeasureCost(Request):
    """Find what a model costs, timed with some photos; yields nothing, returns `Cost`.

    `model` is a model file or run folder. Without photos nothing is timed.
    """

    model: Path
    paths: Sequence[Path] = ()
    while_training: bool = False


@dataclass(frozen=True)
class Explain(Request):
    """Find where in a photo a model sees what speaks for a class; yields nothing, returns `Explanation`.

    `class_name` is "" for the most probable class.
    """

    model: Path
    path: Path
    class_name: str = ""


@dataclass(frozen=True)
class FindInfluential(Request):
    """Find which photos of the open folder pull its model's answer; yields `Progress`, returns `Influential`.

    None is returned where that cannot be told. `class_id` is "" for the most probable class.
    """

    catalog: Catalog
    config: TrainingConfig
    path: Path
    class_id: str = ""


@dataclass(frozen=True)
class ExplainHeldOut(Request):
    """Find why a model that has not learned from a photo of the open folder answers what it does of it.

    Yields `Progress`, returns `HeldOut`. `sample` is the photo's id.
    """

    catalog: Catalog
    config: TrainingConfig
    sample: str


@dataclass(frozen=True)
class StressTest(Request):
    """Test a run's model with disturbed photos, and keep what was found; returns `StressFound`.

    It yields `Progress`, `PhotosTested` and `RowFound`s. `roots` is where the run's photos lie now; None
    where they did.
    """

    run: Path
    kind: Kind = "disturbances"
    roots: Roots | None = None


Job = Callable[[Any, StopRequested], Generator[Any, None, Any]]
"""Serves a request of one type: yields what the window should hear and returns the result."""
