"""What checks may look at: the catalog at once, the rest when it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.core.data.catalog import Catalog

if TYPE_CHECKING:  # the window lists a folder's findings before it needs NumPy
    from workbench.core.events import Followed, Insight
    from workbench.core.health.traits import Traits


@dataclass(frozen=True)
class Evidence:
    """A folder, and what was found out about its photos.

    Attributes:
        traits: How bright, sharp and large they are; None until they were looked at for that.
        followed: What a model says of them that had not learned them; None without a model.
        insight: What the features say that a model looks at; None without them. It may be about the photos as
            they were some edits ago.
    """

    catalog: Catalog
    traits: Traits | None = None
    followed: Followed | None = None
    insight: Insight | None = None


@dataclass(frozen=True)
class Found:
    """What a check has found, once for each thing.

    Attributes:
        samples: Ids of the samples concerned; empty for findings on classes.
        values: What the check's sentence names: numbers, lists of class names, or a message.
    """

    samples: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
