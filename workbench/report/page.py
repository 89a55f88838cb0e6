"""A report as one web page, which needs nothing beside it, and its sections for other media."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.report.facts import Report
from workbench.report import by_class, curves, found, in_short, made_of, photos
from workbench.report.colours import CIVIDIS, DARK, LIGHT, on
from workbench.report.found import Found
from workbench.report.markup import Html, el, joined
from workbench.report.medium import Web
from workbench.words.report_text import report_text as said

NOTHING = Found()
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""A browser fetches nothing for this page."""


def sections(report: Report, medium: Web, more: Found = NOTHING) -> Mapping[str, Html]:
    """The sections that there is something to say in, by the key of their heading, in order."""
    made = {
        "short": in_short.in_short(report, medium),
        "limits": in_short.limits(report, medium),
        "classes": by_class.classes(report, medium),
        "matrix": by_class.matrix(report, medium),
        "mistakes": photos.mistakes(report, medium),
        "curves": curves.curves(report, medium),
        "calibration": curves.calibration(report, medium),
        "coverage": curves.coverage(report, medium),
        "groups": found.kinds(report, more, medium),
        "stress": found.stress(report, more, medium),
        "leaks": photos.leaks(report, medium),
        "learned": made_of.learned(report, medium),
        "how": made_of.made(report, medium),
    }
    return {key: content for key, content in made.items() if content is not None}


def web_page(report: Report, more: Found = NOTHING) -> str:
    """The whole page."""
    parts = sections(report, Web(), more)
    title = said("title", name=report.name)
    head = el(
        "head",
        el("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        Html(f"<style>{_style()}</style>"),
    )
    links = (el("li", el("a", said(key), href=f"#{key}")) for key in parts)
    body = el(
        "body",
        el(
            "header",
            el("p", said("kind"), class_="muted"),
            el("h1", title),
            el("p", written(report), class_="muted"),
            el("nav", el("ul", *links), aria_label=said("contents")),
        ),
        el("main", *(el("section", el("h2", said(key)), content, id=key) for key, content in parts.items())),
    )
    return f'<!DOCTYPE html>\n<html lang="en">{joined([head, body])}</html>\n'


def written(report: Report) -> str:
    """When and by what it was written."""
    return said(
        "written",
        written=made_of.moment(report.written),
        program=report.versions.program,
    )


def _style() -> str:
    def tokens(theme: Mapping[str, str]) -> str:
        return "".join(f"--{name}:{colour};" for name, colour in theme.items())

    def cells(colours: tuple[str, ...]) -> str:
        return "".join(f".m{step}{{background:{each};color:{on(each)}}}" for step, each in enumerate(colours))

    dark = f":root{{{tokens(DARK)}}}{cells(CIVIDIS)}"
    return (
        f":root{{color-scheme:light dark;{tokens(LIGHT)}}}{cells(CIVIDIS[::-1])}"
        f"@media screen and (prefers-color-scheme:dark){{{dark}}}{_RULES}"
    )


_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--text);line-height:1.5;overflow-wrap:anywhere;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;font-size:15px}
header,main{max-width:1080px;margin:0 auto;padding:24px 16px 0}
section{background:var(--surface);border-radius:8px;padding:8px 24px 24px;margin:0 0 16px}
h1{font-size:28px;line-height:1.25;margin:0 0 8px}h2{font-size:20px;margin:16px 0 8px}
h3{font-size:16px;margin:24px 0 8px}p{margin:8px 0}a{color:var(--accent)}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:16px 0;list-style:none}
.muted{color:var(--muted)}.number{font-size:44px;font-weight:600;line-height:1.1;margin:16px 0 0}
.lead{font-size:18px;font-weight:600}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.wide{overflow-x:auto;margin:16px 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:4px 0 8px}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;
overflow-wrap:normal}
tbody th{font-weight:400;min-width:96px;max-width:320px;overflow-wrap:anywhere}
.numbers thead th{white-space:nowrap}thead th{color:var(--muted);font-weight:600}
.numbers td{text-align:right;white-space:nowrap}.numbers thead th:not(:first-child){text-align:right}
.facts td{overflow-wrap:anywhere}
.matrix th,.matrix td{border:1px solid var(--line);padding:6px 8px}
.e{color:var(--muted)}.matrix td{text-align:right;min-width:36px}
.matrix th{max-width:140px;overflow-wrap:anywhere;font-weight:400}
figure{margin:16px 0}figcaption{font-size:13px;margin-top:4px}svg,img{max-width:100%;height:auto}
.beside{display:flex;flex-wrap:wrap;gap:8px 40px}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(176px,1fr));gap:16px}
.gallery figure{margin:0}.gallery img{border-radius:6px}
.gone{display:inline-block;width:176px;padding:24px 12px;border:1px dashed var(--line);color:var(--muted)}
.pixels{image-rendering:auto}.point{display:inline-block;width:116px;margin:0 8px 8px 0;font-size:13px}
details{margin:12px 0}summary{cursor:pointer;padding:6px 0;font-weight:600}
pre{overflow:auto;max-height:480px;background:var(--canvas);padding:12px;border-radius:6px;font-size:12px;
overflow-wrap:normal}
.command{white-space:pre-wrap}code{font-size:13px}
@media (max-width:600px){section{padding:8px 12px 16px;border-radius:0}header,main{padding:16px 0 0}
header{padding:16px 12px 0}.number{font-size:36px}}
@media print{body{background:none;font-size:11px}section{padding:0;break-inside:auto}nav{display:none}
figure,tr{break-inside:avoid}h2,h3{break-after:avoid}pre{max-height:none;white-space:pre-wrap}}
"""
