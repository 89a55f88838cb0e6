"""`workbench audit`: how honest a number for a folder is. docs/audit.md lists every key of its JSON."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
from typing import Any

from workbench.cli.folder_report import left_out_json, say_reading
from workbench.cli.options import training_config
from workbench.cli.run_report import estimate_json, print_json
from workbench.core.audit import Audited, kinds_of
from workbench.core.audit import audit as audit_folder
from workbench.core.health.honesty import (
    Audit,
    HeldApart,
    Kept,
    Leaking,
    ModelSays,
    Share,
    about_model,
    both_numbers,
    further,
    in_percent,
)
from workbench.core.messages import Message
from workbench.core.names import visible
from workbench.core.results.estimate import Estimate
from workbench.progress import Reporter, stop_on_interrupt
from workbench.words import say
from workbench.words.findings import told

_GROUPS, _PHOTOS, _GROUPS_JSON = 5, 3, 50


def audit(options: argparse.Namespace) -> int:
    """`workbench audit`: what a split at random would show, what is so, and what makes the difference."""
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:

        def say_it(message: Message) -> None:
            reporter.say(str(message))

        config = training_config(assignments=options.set, say=say_it)
        job = audit_folder(
            options.folder,
            model=options.model,
            config=config,
            device=options.device,
            reading=options.read_as,
            stop=stop,
        )
        result: Audited = reporter.drive(job)
        say_reading(result.catalog, reporter.say)
    if options.json:
        return print_json(_json(options, result))
    for line in _lines(result):
        print(line)
    return 0


def _lines(result: Audited) -> list[str]:
    found = result.found
    both = found.held_apart
    asked = (
        f"{found.samples:,} photos."
        if both is None
        else f"{both.at_random.samples:,} photos, each asked about in turn."
    )
    lines = [f"{asked} {say(both_numbers(found))}"]
    if both is not None:
        if both.groups:
            lines.append(f"  at random: {_interval(both.at_random)} of 100, as it would look")
        lines.append(f"  honest: {_interval(both.honest)} of 100 new photos")
    lines += (f"  {say(message)}" for message in further(found))
    if both is not None and both.flatters:
        lines.append("The groups that flatter most:")
        lines += (_group_line(result, each) for each in both.groups[:_GROUPS] if each.flatters > 0)
    for finding in found.findings:
        lines.append(told(finding))
        paths = [_path(result, sample) for sample in finding.samples[:_PHOTOS]]
        lines += [f"  {', '.join(paths)}{_more(len(finding.samples))}"] if paths else []
    if result.model is not None:
        lines += map(say, about_model(result.model))
    if result.catalog.skipped:
        count = len(result.catalog.skipped)
        lines.append(f"Not in these numbers: {count:,} files that were left out; `workbench scan` says why.")
    return lines


def _group_line(result: Audited, group: Kept) -> str:
    paths = [_path(result, sample) for sample in group.samples[:_PHOTOS]]
    right = f"right at random {group.at_random}, honestly {group.together} of {len(group.samples)}"
    return f"  {', '.join(paths)}{_more(len(group.samples))}: {right}"


def _more(count: int) -> str:
    return f" and {count - _PHOTOS:,} more" if count > _PHOTOS else ""


def _interval(estimate: Estimate) -> str:
    return f"{in_percent(estimate.low)} to {in_percent(estimate.high)}"


def _path(result: Audited, sample: str) -> str:
    return visible(_paths(result).get(sample, sample))


def _paths(result: Audited) -> dict[str, str]:
    return {sample.id: sample.path for sample in result.catalog.samples}


def _json(options: argparse.Namespace, result: Audited) -> dict[str, Any]:
    found, paths = result.found, _paths(result)
    return {
        "folder": str(options.folder),
        "classes": list(result.catalog.class_names),
        "photos": found.samples,
        "sentence": say(both_numbers(found)),
        **_both(found.held_apart, found, result, paths),
        "together": [
            {
                "kind": each.kind,
                "groups": each.groups,
                "photos": each.samples,
                "flatters": each.flatters,
            }
            for each in found.together
        ],
        "by_folder": _numbers(found.by_folder) if found.by_folder is not None else None,
        "sets": {each.name: _set(each, paths) for each in found.sets},
        "findings": [
            {
                "check": each.check,
                "sentence": told(each),
                "photos": [paths.get(sample, sample) for sample in each.samples],
            }
            for each in found.findings
        ],
        "model": _model(options, result.model),
        "left_out": left_out_json(result.catalog.skipped),
    }


def _both(both: HeldApart | None, found: Audit, result: Audited, paths: dict[str, str]) -> dict[str, Any]:
    if both is None:
        why = say(found.why_not) if found.why_not is not None else None
        return {"at_random": None, "honest": None, "difference": None, "flatters": None, "why_not": why,
                "largest": []}  # fmt: skip
    samples = {sample.id: sample for sample in result.catalog.samples}
    return {
        **_numbers(both),
        "why_not": None,
        "largest": [
            {
                "photos": [paths.get(sample, sample) for sample in each.samples],
                "why": kinds_of([samples[sample] for sample in each.samples]),
                "right_at_random": each.at_random,
                "right_together": each.together,
            }
            for each in both.groups[:_GROUPS_JSON]
        ],
    }


def _numbers(both: HeldApart) -> dict[str, Any]:
    return {
        "at_random": estimate_json(both.at_random),
        "honest": estimate_json(both.honest),
        "difference": both.difference,
        "flatters": both.flatters,
        "groups": {
            "compared": both.comparison.samples,
            "better_at_random": both.comparison.put_right,
            "better_together": both.comparison.spoiled,
            "p_value": both.comparison.p_value,
        },
    }


def _set(each: Leaking, paths: dict[str, str]) -> dict[str, Any]:
    return {
        "photos": each.shown.samples,
        "leaked": [paths.get(sample, sample) for sample in each.leaked],
        "shown": _share(each.shown),
        "honest": _share(each.honest),
    }


def _model(options: argparse.Namespace, said: ModelSays | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {
        "file": str(options.model),
        "says_what_it_learned": said.is_known,
        "shown": _share(said.shown),
        "learned": _share(said.learned),
        "new": _share(said.new),
        "sentences": [say(each) for each in about_model(said)],
    }


def _share(share: Share | None) -> dict[str, Any] | None:
    if share is None:
        return None
    return {
        "photos": share.samples,
        "different_photos": share.groups,
        "accuracy": share.accuracy,
        "low": share.low,
        "high": share.high,
    }
