"""Commands about a folder of photos that leave no model behind: what is wrong with it, how it is divided."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
from collections import defaultdict
from typing import Any

from workbench.cli.folder_report import say_reading
from workbench.cli.run_report import print_json
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.data.groups import groups_of
from workbench.core.data.left_out import gathered
from workbench.core.data.scan import scan
from workbench.core.data.split import make_split
from workbench.core.errors import InputError
from workbench.core.events import Followed
from workbench.core.health.checks import Finding, examine
from workbench.core.health.evidence import Evidence
from workbench.core.health.traits import examine_photos
from workbench.core.health.wrong_class import suspects
from workbench.core.instant.following import Follower
from workbench.core.messages import Message
from workbench.core.names import visible
from workbench.progress import Reporter, stop_on_interrupt
from workbench.words import say
from workbench.words.findings import told

_SHOWN = 5


def check(options: argparse.Namespace) -> int:
    """`workbench check`: everything that may be wrong with the photos of a folder, the worst first."""
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        catalog: Catalog = reporter.drive(scan(options.folder, reading=options.read_as, stop=stop))
        say_reading(catalog, reporter.say)
        traits = reporter.drive(examine_photos(catalog, stop=stop))
        followed = None
        try:
            with Follower(catalog, TrainingConfig(), options.device) as follower:
                followed = reporter.drive(follower.follow(catalog, stop=stop))
        except InputError as error:  # too few photos for a model: what can be said without one is said
            reporter.say(str(error))
    evidence = Evidence(catalog, traits, followed)
    found = examine(evidence)
    if options.json:
        return print_json(
            {"findings": [_finding_json(evidence, each) for each in found], **_left_out(catalog)}
        )
    for left_out in gathered(catalog.skipped):
        print(say(left_out.message))
    for each in found:
        print(told(each))
        for row in _rows(evidence, each)[:_SHOWN]:
            suggested = f" (perhaps “{visible(row['suggested'])}”)" if "suggested" in row else ""
            print(f"  {visible(row['path'])}{suggested}")
        if len(each.samples) > _SHOWN:
            print(f"  and {len(each.samples) - _SHOWN:,} more; --json names all")
    if not found and not catalog.skipped:
        print("Nothing was found.")
    return 0


def _finding_json(evidence: Evidence, finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "severity": finding.severity,
        "sentence": told(finding),
        "samples": _rows(evidence, finding),
        "remedy": finding.remedy,
        "values": {
            name: say(value) if isinstance(value, Message) else value
            for name, value in finding.values.items()
        },
    }


def _rows(evidence: Evidence, finding: Finding) -> list[dict[str, Any]]:
    """The photos of a finding, the worst first."""
    catalog, followed = evidence.catalog, evidence.followed
    by_id = {sample.id: sample for sample in catalog.samples}
    names = {each.id: each.name for each in catalog.classes}
    more = _suspected(catalog, followed) if finding.check == "wrong_class" and followed is not None else {}
    return [
        {
            "path": by_id[sample].path,
            "class": names.get(by_id[sample].class_id or "", ""),
            **more.get(sample, {}),
        }
        for sample in finding.samples
    ]


def _suspected(catalog: Catalog, followed: Followed) -> dict[str, dict[str, Any]]:
    names = {each.id: each.name for each in catalog.classes}
    return {
        sample: {"suggested": names[each.class_id], "probability": each.probability}
        for sample, each in suspects(catalog, followed).items()
    }


def _left_out(catalog: Catalog) -> dict[str, Any]:
    return {
        "photos": len(catalog.samples),
        "left_out": [{"path": each.path, "reason": each.reason} for each in catalog.skipped],
    }


def split(options: argparse.Namespace) -> int:
    """`workbench split`: how a folder is divided to learn from and to check with, and what stays together."""
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        catalog: Catalog = reporter.drive(scan(options.folder, reading=options.read_as, stop=stop))
        say_reading(catalog, reporter.say)
    config = TrainingConfig()
    divided = make_split(catalog, validation_fraction=config.validation_fraction, seed=config.seed)
    sets = {name: getattr(divided, name) for name in ("training", "validation", "test")}
    together: dict[str, list[str]] = defaultdict(list)
    for sample, group in zip(divided.samples, groups_of(divided.samples), strict=True):
        together[group].append(sample.path)
    groups = [paths for paths in together.values() if len(paths) > 1]
    drawn = not catalog.subsets.get("validation")
    if options.json:
        return print_json(
            {
                "classes": list(divided.class_names),
                "drawn": drawn,
                "asked": config.validation_fraction if drawn else None,
                "got": len(divided.validation) / max(1, len(divided.training) + len(divided.validation)),
                "sets": {name: [sample.path for sample in samples] for name, samples in sets.items()},
                "groups": groups,
            }
        )
    how = "drawn" if drawn else "as the folder has them"
    print(f"Sets, {how}: " + ", ".join(f"{name} {len(each):,}" for name, each in sets.items()) + ".")
    if groups:
        count = sum(map(len, groups))
        told = any(sample.group for sample in divided.samples)
        why = "the same group, or the same picture" if told else "the same picture"
        print(f"{count:,} photos in {len(groups):,} groups are kept together: {why}, or nearly.")
    return 0
