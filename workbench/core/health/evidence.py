"""What checks may look at: the catalog at once, the rest when it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.core.data.catalog import Catalog

if TYPE_CHECKING:  # the window lists a folder's findings before it needs NumPy
    from workbench.core.events import Followed
    from workbench.core.health.traits import Traits


@dataclass(frozen=True)
class Evidence:
    """A folder, and what was found out about its photos.

    Attributes:
        traits: How bright, sharp and large they are; None until they were looked at for that.
        followed: What a model says of them that had not learned them; None without a model.
    """

    catalog: Catalog
    traits: Traits | None = None
    followed: Followed | None = None
