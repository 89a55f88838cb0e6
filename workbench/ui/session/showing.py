"""Which photos of a folder the gallery shows, and in which order. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.names import one_form

Part = Literal["all", "class", "unclassed", "excluded"]
Order = Literal["folder", "name", "largest", "smallest"]


@dataclass(frozen=True)
class Showing:
    """What was asked for.

    Attributes:
        part: All photos, those of a class, of no class, or those that are left out.
        class_id: Of the class.
        text: A part of the path, in capitals or not; "" for any.
        subset: One of the sets that the folder has; "" for any.
        order: As the folder has them, by name, or by their area.
        among: Ids of the samples that are not passed over; None for all.
        only: Ids of the samples that something is said of, in their order; None for any.
        title: What these are called.
    """

    part: Part = "all"
    class_id: str = ""
    text: str = ""
    subset: str = ""
    order: Order = "folder"
    among: frozenset[str] | None = None
    only: tuple[str, ...] | None = None
    title: str = ""


def photos(catalog: Catalog, showing: Showing) -> tuple[Sample, ...]:
    """The samples to show; all of them where nothing narrows that."""
    found = catalog.excluded if showing.part == "excluded" else catalog.samples
    if showing.part in ("class", "unclassed"):
        wanted = showing.class_id if showing.part == "class" else None
        found = tuple(sample for sample in found if sample.class_id == wanted)
    if showing.only is not None:
        by_id = {sample.id: sample for sample in found}
        found = tuple(by_id[each] for each in showing.only if each in by_id)
    if showing.among is not None:
        found = tuple(sample for sample in found if sample.id in showing.among)
    if showing.subset:
        found = tuple(sample for sample in found if sample.subset == showing.subset)
    if showing.text.strip():
        part = one_form(showing.text.strip()).casefold()
        found = tuple(sample for sample in found if part in one_form(sample.path).casefold())
    if showing.order == "name":
        found = tuple(sorted(found, key=lambda sample: _name(sample)))
    elif showing.order != "folder":
        sign = -1 if showing.order == "largest" else 1
        found = tuple(sorted(found, key=lambda sample: sign * sample.width * sample.height))
    return found


def number_keys(catalog: Catalog) -> dict[str, str]:
    """The number key of each class that has one, by the class's id.

    A class that is called by a digit has that key; the others have those that are left, from 1 to 9 and 0.
    """
    digits = "1234567890"
    own = {each.id: each.name for each in catalog.classes if len(each.name) == 1 and each.name in digits}
    left = [digit for digit in digits if digit not in own.values()]
    others = [each.id for each in catalog.classes if each.id not in own]
    return own | dict(zip(others, left, strict=False))


def still_there(catalog: Catalog, showing: Showing) -> Showing:
    """The same, or all photos where its class has gone."""
    gone = showing.part == "class" and all(each.id != showing.class_id for each in catalog.classes)
    none = (showing.part == "unclassed" and all(s.class_id is not None for s in catalog.samples)) or (
        showing.part == "excluded" and not catalog.excluded
    )
    if not (gone or none):
        return showing
    return Showing(text=showing.text, subset=showing.subset, order=showing.order, among=showing.among)


def _name(sample: Sample) -> tuple[str, str]:
    name = sample.path.replace("\\", "/").rpartition("/")[2]
    return name.casefold(), sample.path
