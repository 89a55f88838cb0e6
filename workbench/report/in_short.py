"""The first two sections: how good it is, and what it must not be used for."""

from __future__ import annotations

from workbench.core.report.facts import Report, Tested
from workbench.core.results.metrics import metrics_of_measures
from workbench.core.results.trust import MINIMUM
from workbench.report.charts import scale
from workbench.report.markup import Html, el, joined
from workbench.report.medium import Web, digits, percent, whole
from workbench.words import say
from workbench.words.report_text import report_text as said

FEW_LEARNED, FEW_TESTED = 20, 10
"""With fewer photos of a class, what was learned of it, or measured of it, is said to be little."""
_MUCH_OFF = 0.05


def in_short(report: Report, medium: Web) -> Html:
    """The one number with its meaning."""
    tested = report.tested
    if tested is None:
        return el("p", said("not_tested"), class_="warn")
    estimate, numbers, trust = tested.estimate, tested.numbers, tested.trust
    low, high = estimate.of_100
    interval = said(
        "interval", low=percent(estimate.low), high=percent(estimate.high), groups=tested.measures.different
    )
    if estimate.how == "cross_validated":
        interval += f" {said('interval.wider')}"
    baseline, name = trust.baseline, ""
    if baseline is not None:
        name = numbers.classes[baseline.index]
    share = percent(estimate.accuracy)
    alt = said("interval.alt", low=percent(estimate.low), high=percent(estimate.high), share=share)
    mark = baseline.accuracy if baseline is not None else None
    chart = scale(
        estimate.low, estimate.high, estimate.accuracy, mark, said("mark.baseline"), medium.palette, alt
    )
    verdict = said(f"verdict.{trust.verdict}", low=low, name=name, minimum=MINIMUM)
    role = {"good": "good", "no_better": "bad"}.get(trust.verdict, "warn")
    tells = trust.verdict != "learned"  # else an interval would speak of photos that were learned
    parts = [
        el("p", medium.number(("estimate", "accuracy"), estimate.accuracy), class_="number"),
        el("p", said("between", low=low, high=high), class_="lead") if tells else None,
        el("p", ("✓ " if trust.verdict == "good" else "⚠ "), verdict, class_=role),
        medium.figure(chart) if tells else None,
        el("p", tested_on(tested)),
        el("p", interval) if tells else None,
        el("p", said("baseline", name=name, share=percent(mark))) if mark is not None else None,
        _list([say(each) for each in tested.cautions], "warn"),
        _overall(tested, medium),
    ]  # fmt: skip
    return joined(parts)


def _overall(tested: Tested, medium: Web) -> Html:
    measures, numbers = tested.measures, tested.numbers
    metrics = metrics_of_measures(measures)
    rows: list[list[str | Html | None]] = [
        [said("overall.accuracy"), medium.number(("accuracy",), measures.accuracy)],
        [said("overall.macro_f1"), medium.number(("macro_f1",), measures.macro_f1, digits)],
        [said("overall.map"), medium.number(("map",), numbers.by_class.macro.average_precision, digits)],
        [said("overall.loss"), medium.number(("log_loss",), numbers.calibration.log_loss, digits)],
        [said("overall.brier"), medium.number(("brier",), numbers.calibration.brier, digits)],
        [said("head.photos"), medium.number(("estimate", "samples"), float(measures.samples), whole)],
    ]
    if metrics is not None:
        rows.insert(
            2, [said("overall.mean_recall"), medium.number(("mean_recall",), metrics.mean_recall, digits)]
        )
    return medium.table([said("overall.measure"), said("overall.number")], rows, said("overall"))


def tested_on(tested: Tested) -> str:
    """On which photos it was tested."""
    values = {"count": tested.measures.samples, "folder": tested.folder}
    if tested.measures.only_learned:
        return said("tested_on.learned", **values)
    if tested.on == "run":
        return said(f"tested_on.{tested.estimate.how}", **values)
    if tested.subset:
        return said("tested_on.folder_set", **values, set=said(f"set.{tested.subset}"))
    return said("tested_on.folder", **values)


def limits(report: Report, medium: Web) -> Html:
    """What follows from the facts about what it must not be used for."""
    return joined([el("p", said("limits.lead"), class_="muted"), _list(limits_of(report), "limits")])


def limits_of(report: Report) -> list[str]:
    """The same, a sentence each, the gravest first."""
    tested, model = report.tested, report.model
    found: list[str] = []
    if tested is None:
        found.append(said("limit.unmeasured"))
    else:
        verdict = tested.trust.verdict
        if verdict == "learned":
            found.append(said("limit.unmeasured"))
        elif verdict == "too_few":
            found.append(said("limit.too_few", minimum=MINIMUM))
        elif verdict == "no_better":
            found.append(said("limit.no_better"))
        if verdict != "learned":
            low, high = tested.estimate.of_100
            least, most = 100 - high, 100 - low
            found.append(said("limit.wrong", least=least, most=most))
    more = said("limit.classes.rule" if model.rule is not None else "limit.classes.no_rule")
    found.append(said("limit.classes", count=len(model.classes), more=more))
    folder = tested.folder if tested is not None else report.name
    if tested is not None:
        found.append(said("limit.unlike", folder=folder))
        found += _about_classes(tested)
    counts = report.learned.counts or {}
    few = [name for name, count in counts.items() if count < FEW_LEARNED]
    if few:
        found.append(said("limit.few_learned", classes=few, minimum=FEW_LEARNED))
    return found


def _about_classes(tested: Tested) -> list[str]:
    by_class, names, found = tested.numbers.by_class, tested.numbers.classes, []
    samples, recall = by_class.samples.tolist(), by_class.recall.tolist()
    weak = [name for name, count, share in zip(names, samples, recall, strict=True) if count and share < 0.5]
    if weak:
        found.append(said("limit.weak", classes=weak))
    few = [name for name, count in zip(names, samples, strict=True) if 0 < count < FEW_TESTED]
    if few:
        found.append(said("limit.few_tested", classes=few, minimum=FEW_TESTED))
    if tested.estimate.how == "validation":
        found.append(said("limit.validation"))
    error = tested.numbers.calibration.before.error
    if error >= _MUCH_OFF:
        found.append(said("limit.sure", error=percent(error)))
    return found


def _list(sentences: list[str], class_: str) -> Html | None:
    return el("ul", *(el("li", each) for each in sentences), class_=class_) if sentences else None
