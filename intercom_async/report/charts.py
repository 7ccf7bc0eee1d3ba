"""Charts: Vega-Lite specifications, drawn as SVG that needs no script.

Colours are CSS variables, so that the page's own style sheet makes them light or dark.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from intercom_async.extras import extra
from intercom_async.report.words import plain

__all__ = ["area", "bars", "heat", "lines", "stacked"]

Row: TypeAlias = dict[str, Any]

_MUTED, _GRID, _FIRST = "var(--muted)", "var(--grid)", "var(--c1)"
_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
_VERSION: Final = "6.1"
_PAIRS: Final = re.compile("[\U00010000-\U0010ffff]")
_WIDTH, _HEIGHT = 360, 180
_CONFIG: Final = {
    "aria": False,  # a reader hears the title, and has the table
    "background": None,
    # Fonts of readers are wider than the one that it is laid out with.
    "padding": {"left": 18, "right": 14, "top": 4, "bottom": 4},
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        **dict.fromkeys(("labelColor", "titleColor"), _MUTED),
        **dict.fromkeys(("gridColor", "domainColor", "tickColor"), _GRID),
        **dict.fromkeys(("labelFontSize", "titleFontSize"), 11),
        "labelLimit": 90,
    },
    "legend": {
        "labelColor": "var(--ink)",
        "labelFontSize": 11,
        "labelLimit": 100,
        "orient": "top",
        "columns": 3,
        "columnPadding": 22,
        "symbolType": "square",
        "title": None,
    },
    "range": {"category": [f"var(--c{number})" for number in range(1, 7)]},
}
# An image is one thing to a reader, who would be told of parts without a name.
_ROLES: Final = re.compile(r' (?:role|aria-[a-z]+)="[^"<>]*"')
_STEPS: Final = {
    "field": "when",
    "type": "ordinal",
    "sort": None,
    "title": None,
    "axis": {
        "labelAngle": 0,
        "labelOverlap": "greedy",
        "labelSeparation": 14,
        "labelPadding": 9,
        "ticks": False,
    },
}
_FAINT_IF_PARTIAL: Final = {"condition": {"test": "datum.partial", "value": 0.45}, "value": 1}
# Marks of an axis of spans, in seconds.
_MARKS: Final = {
    1: "1 s",
    10: "10 s",
    60: "1 min",
    600: "10 min",
    3_600: "1 h",
    14_400: "4 h",
    86_400: "1 d",
    604_800: "7 d",
    2_592_000: "30 d",
    31_536_000: "1 y",
    3_153_600_000: "100 y",
}


def stacked(title: str, rows: Sequence[Row], value: str, kind: str) -> str:
    """Return bars of what each step is made of."""
    return _svg(
        title,
        rows,
        {
            "mark": "bar",
            "encoding": {
                "x": _STEPS,
                "y": _counts(value),
                "color": {"field": kind, "type": "nominal", "sort": None},
                "opacity": _FAINT_IF_PARTIAL,
            },
        },
    )


def bars(title: str, counts: Mapping[str, int]) -> str:
    """Return a bar for each kind, from the left, with its count beside it."""
    rows = [{"kind": kind, "count": count} for kind, count in counts.items()]
    x: Row = {"field": "count", "type": "quantitative", "axis": None}
    y: Row = {"field": "kind", "type": "nominal", "sort": None, "title": None}
    y["axis"] = {"domain": False, "ticks": False, "labelPadding": 6}
    text = {"type": "text", "align": "left", "dx": 4, "color": "var(--ink)"}
    layer = [
        {"mark": {"type": "bar", "color": _FIRST}},
        {"mark": text, "encoding": {"text": {"field": "count", "format": ","}}},
    ]
    spec = {"layer": layer, "encoding": {"x": x, "y": y}, "height": 26 * len(rows)}
    return _svg(title, rows, spec)


def lines(title: str, rows: Sequence[Row], *, spans: bool) -> str:
    """Return a line for each kind; of spans on a logarithmic axis, else of shares."""
    drawn = [row for row in rows if row["value"] is not None]
    y: Row = {"field": "value", "type": "quantitative", "title": None}
    if spans:
        drawn = [row | {"value": max(1, row["value"])} for row in drawn]
        marks = _around([row["value"] for row in drawn])
        y["scale"] = {"type": "log", "domain": [marks[0], marks[-1]], "nice": False}
        words = {str(mark): _MARKS[mark] for mark in marks}
        y["axis"] = {"values": marks, "labelExpr": f"({json.dumps(words)})[datum.value]"}
    else:
        y |= {"scale": {"domain": [0, 1]}, "axis": {"format": ".0%", "tickCount": 5}}
    steps = [*dict.fromkeys(row["when"] for row in rows)]
    x = _STEPS | {"scale": {"domain": steps}}
    point = {"type": "point", "filled": True, "size": 26}
    spec = {
        "layer": [
            {"mark": {"type": "line"}},
            {"mark": point, "encoding": {"opacity": _FAINT_IF_PARTIAL}},
        ],
        "encoding": {
            "x": x,
            "y": y,
            "color": {"field": "kind", "type": "nominal", "sort": None},
        },
    }
    return _svg(title, drawn, spec)


def area(title: str, rows: Sequence[Row], value: str) -> str:
    """Return one line over a filled area, of days."""
    axis: Row = {"labelAngle": 0, "format": "%-d %b %y", "tickCount": 4, "labelFlush": True}
    axis |= {"labelOverlap": "greedy", "labelSeparation": 14}
    spec = {
        "mark": {"type": "area", "line": {"color": _FIRST}, "color": _FIRST, "opacity": 0.3},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None, "axis": axis},
            "y": _counts(value),
        },
    }
    return _svg(title, rows, spec)


def heat(title: str, rows: Sequence[Row], value: str) -> str:
    """Return a field for each hour of the week, the fuller the more."""
    axis: Row = {"labelAngle": 0, "domain": False, "ticks": False}
    hours = axis | {"values": [*range(0, 24, 3)]}
    spec = {
        "mark": {"type": "rect", "color": _FIRST, "cornerRadius": 2},
        "encoding": {
            "x": {"field": "hour", "type": "ordinal", "title": None, "axis": hours},
            "y": {"field": "day", "type": "ordinal", "sort": None, "title": None, "axis": axis},
            # A scale cannot mix colours that are variables.
            "opacity": {
                "field": value,
                "type": "quantitative",
                "legend": None,
                "scale": {"domainMin": 0, "range": [0.06, 1]},
            },
        },
    }
    return _svg(title, rows, spec)


def _counts(value: str) -> Row:
    axis = {"tickMinStep": 1, "format": ",d", "tickCount": 5}
    return {"field": value, "type": "quantitative", "title": None, "axis": axis}


def _around(values: Sequence[float]) -> list[int]:
    """Return the marks from the last below all values to the first above them."""
    marks = [*_MARKS]
    first = max((at for at, mark in enumerate(marks) if mark <= min(values)), default=0)
    last = min((at for at, mark in enumerate(marks) if mark >= max(values)), default=-1)
    return marks[first : max(last, first + 1) + 1] if last >= 0 else marks[first:]


def _svg(title: str, rows: Sequence[Row], spec: Row) -> str:
    whole = {
        "$schema": _SCHEMA,
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": _CONFIG,
        "data": {"values": [*rows]},
        **spec,
    }
    convert = extra("vl_convert", "report")
    # Vega cuts long labels within what UTF-16 writes as a pair, and cannot draw half of one.
    text = _PAIRS.sub("\ufffd", json.dumps(whole, ensure_ascii=False))
    drawn: str = convert.vegalite_to_svg(text, vl_version=_VERSION, allowed_base_urls=[])
    named = _ROLES.sub("", drawn)
    return named.replace("<svg ", f'<svg role="img" aria-label="{plain(title)}" ', 1)
