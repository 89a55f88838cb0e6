"""Commands about a folder of photos that leave no model behind: what is wrong with it, how it is divided."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
from collections import defaultdict
from typing import Any

from workbench.cli.folder_report import say_reading
from workbench.cli.options import training_config
from workbench.cli.run_report import print_json
from workbench.core.config.contradictions import Say
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.groups import groups_of
from workbench.core.data.left_out import gathered
from workbench.core.data.scan import scan
from workbench.core.data.series import why_together, with_subfolders
from workbench.core.data.split import make_split
from workbench.core.data.test_set import Drawn
from workbench.core.errors import InputError
from workbench.core.events import Followed
from workbench.core.health.checks import Finding, examine
from workbench.core.health.evidence import Evidence
from workbench.core.health.traits import examine_photos
from workbench.core.health.wrong_class import suspects
from workbench.core.instant.following import Follower
from workbench.core.jobs import StopRequested
from workbench.core.messages import Message
from workbench.core.names import visible
from workbench.core.project.kept_test import kept_apart, let_test_set_go, read_test_set
from workbench.core.project.projects import known_project
from workbench.core.results.cautions import about_groups
from workbench.core.results.measures import Measures
from workbench.core.settings import replace
from workbench.progress import Reporter, stop_on_interrupt
from workbench.words import say
from workbench.words.fill import in_percent
from workbench.words.findings import told

_SHOWN = 5


def check(options: argparse.Namespace) -> int:
    """`workbench check`: everything that may be wrong with the photos of a folder, the worst first."""
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        config = training_config(assignments=options.set, say=_saying(reporter))
        catalog: Catalog = reporter.drive(scan(options.folder, reading=options.read_as, stop=stop))
        say_reading(catalog, reporter.say)
        catalog = kept_apart(catalog, known_project(catalog.folder), keep=False)
        traits = reporter.drive(examine_photos(catalog, stop=stop))
        followed = insight = None
        try:
            with Follower(catalog, config, options.device) as follower:
                followed = reporter.drive(follower.follow(catalog, stop=stop))
                insight = reporter.drive(follower.look_closer(catalog, stop=stop))
        except InputError as error:  # too few photos for a model: what can be said without one is said
            reporter.say(str(error))
    evidence = Evidence(catalog, traits, followed, insight)
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
        # Of the methods that draw a validation set; the others check themselves fold by fold.
        config = training_config(
            mode="transfer", assignments=options.set, say=lambda each: reporter.say(str(each))
        )
        catalog: Catalog = reporter.drive(scan(options.folder, reading=options.read_as, stop=stop))
        say_reading(catalog, reporter.say)
        if config.subfolders_together:
            catalog = with_subfolders(catalog)
        if options.forget_test_set:
            _forget_test_set(catalog, reporter)
        own_test = "test" in catalog.subsets
        catalog, kept = _with_test_set(catalog, config)
        divided = make_split(catalog, validation_fraction=config.validation_fraction, seed=config.seed)
        measures = _compared(catalog, config, options.device, reporter, stop)
    together: dict[str, list[Sample]] = defaultdict(list)
    for sample, name in zip(divided.samples, groups_of(divided.samples), strict=True):
        together[name].append(sample)
    groups = [samples for samples in together.values() if len(samples) > 1]
    drawn = not catalog.subsets.get("validation")
    asked = config.validation_fraction if drawn else None
    got = len(divided.validation) / max(1, len(divided.training) + len(divided.validation))
    tests, test_share = catalog.test_share
    sets = {name: getattr(divided, name) for name in ("training", "validation", "test")}
    if options.json:
        return print_json(
            {
                "classes": list(divided.class_names),
                "drawn": drawn,
                "asked": asked,
                "got": got,
                "test": {
                    "asked": catalog.test_asked or None,
                    "got": test_share,
                    "photos": tests,
                    "drawn": not own_test and tests > 0,
                    "kept": kept,
                },
                "sets": {name: [sample.path for sample in samples] for name, samples in sets.items()},
                "groups": [[sample.path for sample in samples] for samples in groups],
                "why_together": [why_together(samples) for samples in groups],
                "honest": _honest_json(measures),
            }
        )
    how = "drawn" if drawn else "as the folder has them"
    print(f"Sets, {how}: " + ", ".join(f"{name} {len(each):,}" for name, each in sets.items()) + ".")
    if tests:
        what = "the folder's own" if own_test else f"{in_percent(catalog.test_asked)} were asked for"
        stays = "" if own_test else "; it stays in every run" if kept else "; `workbench train` would keep it"
        print(f"The test set has {in_percent(test_share)} of the photos ({what}{stays}).")
    wanted = f" ({in_percent(asked)} were asked for)" if asked is not None else ""
    print(f"Of the photos that are no test, {in_percent(got)} are kept for checking{wanted}.")
    if groups:
        count = sum(map(len, groups))
        why = sorted({_WHY[each] for samples in groups for each in why_together(samples)})
        print(f"{count:,} photos in {len(groups):,} groups are kept together: {', '.join(why)}.")
    if measures is not None and (message := about_groups(measures)) is not None:
        print(message.title)
    return 0


def _with_test_set(catalog: Catalog, config: TrainingConfig) -> tuple[Catalog, bool]:
    """The catalog with the test set that runs on the folder use, or would draw; and whether it is kept."""
    own = "test" in catalog.subsets
    shown = kept_apart(
        catalog,
        known_project(catalog.folder),
        asked=0.0 if own else config.test_fraction,
        seed=config.seed,
        subfolders=config.subfolders_together,
        keep=False,
    )
    return shown, shown.test_asked > 0 and bool(_kept(catalog).asked)


def _kept(catalog: Catalog) -> Drawn:
    project = known_project(catalog.folder)
    return read_test_set(project) if project is not None else Drawn()


def _forget_test_set(catalog: Catalog, reporter: Reporter) -> None:
    project = known_project(catalog.folder)
    if project is None or not let_test_set_go(project):
        reporter.say("No test set was drawn for this folder.")
        return
    reporter.say(
        "The test set is let go: from now on, models learn from its photos as from any others. Another one "
        "can be drawn, but photos in it have been learned from by the models that you have: it tests only "
        "models that are made later."
    )


def _saying(reporter: Reporter) -> Say:
    def say_it(message: Message) -> None:
        reporter.say(str(message))

    return say_it


_WHY = {
    "copies": "the same picture, or nearly",
    "burst": "a burst",
    "video": "frames of one video",
    "folder": "a folder below a class",
    "group": "a group that was named",
}


def _compared(
    catalog: Catalog, config: TrainingConfig, device: str, reporter: Reporter, stop: StopRequested
) -> Measures | None:
    """What a model makes of the photos with their groups kept together, and without; None where none can."""
    instant = replace(
        TrainingConfig(), {"seed": config.seed, "subfolders_together": config.subfolders_together}
    )
    try:
        with Follower(catalog, instant, device) as follower:
            found: Measures | None = reporter.drive(follower.compare(catalog, stop=stop))
            return found
    except InputError as error:  # too few photos for a model: how they are divided can be said
        reporter.say(str(error))
        return None


def _honest_json(measures: Measures | None) -> dict[str, Any] | None:
    """Both accuracies for JSON; null where a split at random was not tried, as hardly any belong together."""
    if measures is None or measures.accuracy_apart is None:
        return None
    return {
        "groups": measures.kept_together,
        "at_random": measures.accuracy_apart,
        "kept_together": measures.group_accuracy,
    }
