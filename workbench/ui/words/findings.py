"""What a folder's catalog gives a person to look at, gathered by kind. No widgets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from workbench.core.data.catalog import Catalog
from workbench.core.health.checks import CHECKS, examine
from workbench.core.health.evidence import Evidence
from workbench.words.findings import told

_KINDS = {
    "truncated": "Damaged or cut off",
    "empty_file": "Empty files",
    "not_an_image": "Not images",
    "unsupported_format": "Formats that the program does not read",
    "heic": "HEIC photos",
    "not_downloaded": "Not downloaded",
    "raw_twin": "Raw photos beside the same photo",
    "too_large": "Too large",
    "unreadable": "Could not be read",
    "missing": "No longer there",
    "no_class": "Outside the class folders",
    "outside_sets": "Outside the training, validation and test sets",
    "loop": "Links that lead in a circle",
    "class_not_in_training": "Classes that the training set lacks",
    "beside_classes": "Folders that are no classes",
    "side_file": "Files that go beside photos",
    "mask_file": "Masks of photos",
    "archive_inside": "Archives",
    "trashed": "From the bin of a phone",
    "zip_alike": "Names that differ in capitals alone",
    "zip_inside": "Archives",
    "zip_link": "Links in the ZIP file",
    "zip_member_damaged": "Damaged in the ZIP file",
    "zip_method": "Packed in a way that the program does not know",
    "zip_name_unusable": "Names that no file can have",
    "zip_not_a_file": "Not files",
    "zip_slip": "Would be written elsewhere",
    "zip_twice": "In the ZIP file more than once",
}

_LOST_CLASS = "class_vanished"


@dataclass(frozen=True)
class Finding:
    """One kind of thing to look at.

    Attributes:
        title: What it is.
        items: Where and why: a path relative to the folder ("" where it is about the whole) and a sentence.
        left_out: Whether these files are not used.
        is_one: Whether all of it is one thing to look at.
        samples: Ids of the photos that it is about, where they are used, in the order to be looked at.
        remedy: What can be done, as a check has it.
    """

    title: str
    items: tuple[tuple[str, str], ...]
    left_out: bool
    is_one: bool = False
    samples: tuple[str, ...] = ()
    remedy: str = ""


def findings(evidence: Catalog | Evidence) -> list[Finding]:
    """Classes that are left out, then files by reason, then what checks found, then what else to know."""
    evidence = Evidence(evidence) if isinstance(evidence, Catalog) else evidence
    catalog = evidence.catalog
    lost = [note for note in catalog.notes if note.reason == _LOST_CLASS]
    notes = [note for note in catalog.notes if note.reason != _LOST_CLASS]
    by_reason: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for skipped in catalog.skipped:
        by_reason[skipped.reason].append((skipped.path, skipped.message.title))
    known = [reason for reason in _KINDS if reason in by_reason]
    others = sorted(set(by_reason) - set(_KINDS))
    found = []
    items = tuple((note.values["class_name"], str(note)) for note in lost)
    if not items:
        sentence = _tr("This folder holds no photo that can be used.")
        items = tuple((name, sentence) for name in catalog.empty_classes)
    if items:
        found.append(Finding(_tr("Classes that are left out"), items, True))
    found += (
        Finding(_tr(_KINDS.get(reason, "Left out")), tuple(by_reason[reason]), True, is_one=True)
        for reason in known + others
    )
    health = examine(evidence)
    for check in CHECKS:
        own = [each for each in health if each.check == check.key]
        if own:
            sentences = tuple(("", told(each, _row)) for each in own)
            samples = tuple(dict.fromkeys(sample for each in own for sample in each.samples))
            found.append(Finding(_row(check.name), sentences, False, samples=samples, remedy=check.remedy))
    if notes:
        found.append(Finding(_tr("Good to know"), tuple(("", note.title) for note in notes), False))
    return found


def count_of(found: list[Finding]) -> int:
    """How many things there are to look at: files that were left out for one reason are one."""
    return sum(1 if finding.is_one else len(finding.items) for finding in found)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Findings", text)


def _row(text: str) -> str:
    """What a registry's row says, in the person's language."""
    return QCoreApplication.translate("settings", text)
