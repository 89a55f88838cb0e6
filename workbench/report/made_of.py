"""What a model learned from, how it was made, and how somebody else makes it again."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import Any

from workbench.core.architectures.design import NetworkDesign
from workbench.core.config.applying import applies
from workbench.core.config.methods import METHODS
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.report.facts import PhotoList, Report
from workbench.core.report.repeat import shown_value
from workbench.core.settings import Setting, settings_of
from workbench.report.markup import Child, Html, el, joined, text
from workbench.report.medium import Web, whole
from workbench.words.report_text import report_text as said

_IN_TABLE = 60
"""So many classes are counted in a table that is not folded away."""


def learned(report: Report, medium: Web) -> Html:
    """The photos, class by class and one by one."""
    known = report.learned
    if not known.lists:
        if not known.digests:
            return el("p", said("learned.unknown"), class_="warn")
        lines = "\n".join(known.digests)
        return joined(
            [
                el("p", said("learned.file_only", count=len(known.digests))),
                medium.fold(
                    said("learned.digests"), lambda: el("pre", Html(lines)), said("learned.not_here")
                ),
            ]
        )
    parts: list[Child] = [el("p", said("learned.count", count=known.learned, folder=report.name))]
    unseen = sum(not photo.learned for each in known.lists if each.set == "training" for photo in each.photos)
    if unseen:
        parts.append(el("p", said("learned.not", count=unseen)))
    parts.append(el("p", said("learned.edits"), class_="muted"))
    rows = _counted(report)
    heads = [said("head.class"), *(said(f"learned.set.{each.set}") for each in known.lists)]

    def table() -> Html:
        return medium.table(heads, rows, said("learned.table"), "numbers")

    short = len(rows) <= _IN_TABLE
    parts.append(table() if short else medium.fold(said("learned.table"), table, said("learned.not_here")))
    for each in known.lists:
        parts.append(_list(each, medium))
    if not medium.folds:
        lists = [
            [said(f"learned.set.{each.set}"), whole(len(each.photos)), each.digest] for each in known.lists
        ]
        heads = [said("sets"), said("head.photos"), said("list_digest")]
        parts.append(medium.table(heads, lists, said("learned.not_here")))
    return joined(parts)


def _counted(report: Report) -> list[list[Child]]:
    lists = report.learned.lists
    counted = [Counter(photo.class_name for photo in each.photos) for each in lists]
    names = dict.fromkeys([*report.model.classes, *(name for each in counted for name in each)])
    rows: list[list[Child]] = [[name, *(whole(each[name]) for each in counted)] for name in names]
    return [*rows, [said("all"), *(whole(len(each.photos)) for each in lists)]]


def _list(found: PhotoList, medium: Web) -> Html:
    name = said(f"learned.set.{found.set}")

    def content() -> Html:
        lines = Html("".join(f"{text(line)}\n" for line in found.lines()))
        classes = Counter(photo.class_name for photo in found.photos)
        counts = ", ".join(said("learned.class", name=each, count=count) for each, count in classes.items())
        return joined(
            [
                el("p", said("learned.list_note", digest=found.digest)),
                el("p", counts, class_="muted") if len(classes) <= _IN_TABLE else None,
                el("pre", lines, class_="hashes", data_set=found.set),
            ]
        )

    return medium.fold(said("learned.list", set=name, count=len(found.photos)), content)


def made(report: Report, medium: Web) -> Html:
    """The model, its settings, the command, the versions."""
    model = report.model
    note = said("how.repeat_file")
    if model.run:
        note = said("how.repeat_note", folder=report.name, seed=model.config.seed)
    parts: list[Child] = [
        _facts(report, medium),
        el("h3", said("how.repeat")),
        el("pre", shlex.join(report.repeat), class_="command"),
        el("p", note, class_="muted"),
        _settings(model.config, medium),
        _versions(report, medium),
    ]
    return joined(parts)


def _facts(report: Report, medium: Web) -> Html:
    model = report.model
    created = (
        said("fact.created.value", created=moment(model.created), program=model.program)
        if model.created
        else ""
    )
    work = ""  # known only at the size that it was counted at
    if model.multiply_adds:
        work = said("fact.multiply_adds.value", millions=model.multiply_adds / 1e6, side=model.input_size)
    values = {
        "file": model.name,
        "digest": model.digest,
        "run": model.run,
        "method": METHODS.of(model.config.mode).name,
        "architecture": model.architecture,
        "parameters": said("fact.parameters.value", count=model.parameters),
        "multiply_adds": work,
        "views": whole(model.views),
        "size": said("fact.size.value", megabytes=model.size / 1e6),
        "created": created,
        "device": model.device,
        "runtime": model.runtime,
        "seed": str(model.config.seed),
    }
    rows: list[list[Child]] = [[said(f"fact.{key}"), value] for key, value in values.items() if value]
    return medium.table([said("how.what"), said("how.value")], rows, said("how.model"), "facts")


def moment(written: str) -> str:
    """A time in UTC, ISO, for people."""
    return written.replace("T", " ").replace("+00:00", " UTC")


def _settings(config: TrainingConfig, medium: Web) -> Html:
    usual, rows = recommended(config.mode, config.architecture), []
    for name, declared in settings_of(TrainingConfig).items():
        if applies(config, name):
            own, other = getattr(config, name), getattr(usual, name)
            row: list[Child] = [declared.label, el("code", name), _value(declared, name, own)]
            rows.append([*row, "" if own == other else _value(declared, name, other)])
    if applies(config, "design"):
        for name, declared in settings_of(NetworkDesign).items():
            value = getattr(config.design, name)
            rows.append([declared.label, el("code", f"design.{name}"), _value(declared, name, value), ""])
    for name, strength in config.augmentations.items() if applies(config, "augmentation") else ():
        rows.append([name, el("code", f"augmentation.{name}"), f"{strength:g}", ""])
    heads = [said("how.setting"), said("how.name"), said("how.value"), said("how.usual")]
    return medium.table(heads, rows, said("how.settings"), "facts")


def _value(declared: Setting, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return said("yes" if value else "no")
    if declared.choices and value in declared.choices:
        return declared.choices[value]
    if value == 0 and declared.zero:
        return declared.zero
    if value == "":
        return said("none")
    shown = f"{value:g}" if isinstance(value, float) else str(shown_value(name, value))
    return f"{shown} {declared.unit}".strip()


def _versions(report: Report, medium: Web) -> Html:
    found = report.versions
    values = {
        "program": found.program,
        "python": found.python,
        "system": found.system,
        "processor": found.processor,
    }
    rows: list[list[Child]] = [[said(f"fact.{key}"), value] for key, value in values.items()]
    rows += [[name, version] for name, version in found.libraries.items()]
    note = el("p", said("how.versions_note"), class_="muted")
    return joined(
        [medium.table([said("how.what"), said("how.versions")], rows, said("how.versions"), "facts"), note]
    )
