"""The plot: CPU for each conversation, on a logarithmic axis, as an SVG made by hand."""

import math
import sys
from html import escape
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.report import Result
from benchmarks.rows import Row

_PLOTTED: Final = (
    ("walk", "list, CPU", "walk, 150 a page"),
    ("retrieve", "20 parts, 8 at once, CPU", "retrieve, 20 parts"),
)
_OURS: Final = "#0a7d5a"
_OTHER: Final = "#8a94a0"
_WIDTH, _LEFT, _RIGHT, _BAR, _GAP = 720, 150, 90, 22, 6
_TEXT: Final = 'font-family="system-ui, sans-serif" font-size="13" fill="#57606a"'


def write(result: Result, path: Path) -> None:
    """Draw what a result says of walking and retrieving."""
    groups = [
        (title, [row for row in result.cases.get(case, []) if row.what == what])
        for case, what, title in _PLOTTED
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text(_svg([(title, rows) for title, rows in groups if rows]), encoding="utf-8")


def _svg(groups: list[tuple[str, list[Row]]]) -> str:
    values = [row.value for _, rows in groups for row in rows]
    low = math.floor(math.log10(min(values)))
    high = math.ceil(math.log10(max(values)))
    drawn: list[str] = []
    y = 34
    for title, rows in groups:
        drawn.append(f'<text x="0" y="{y}" font-weight="600" {_TEXT}>{escape(title)}</text>')
        y += 10
        for row in sorted(rows, key=lambda row: row.value):
            drawn += _bar(row, y, low, high)
            y += _BAR + _GAP
        y += 28
    ticks = [_tick(power, _x(float(power), low, high), y - 22) for power in range(low, high + 1)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y}" role="img" '
        'aria-label="CPU for each conversation">\n'
        f'<text x="0" y="14" {_TEXT}>CPU for each conversation, logarithmic</text>\n'
        + "\n".join([*ticks, *drawn])
        + "\n</svg>\n"
    )


def _x(power: float, low: int, high: int) -> float:
    return _LEFT + (power - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)


def _bar(row: Row, y: int, low: int, high: int) -> list[str]:
    end = _x(math.log10(row.value), low, high)
    middle = y + _BAR / 2 + 4
    colour = _OURS if row.side.startswith("ours") else _OTHER
    return [
        f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end" {_TEXT}>{escape(row.side)}</text>',
        f'<rect x="{_LEFT}" y="{y}" width="{end - _LEFT:.1f}" height="{_BAR}" fill="{colour}"/>',
        f'<text x="{end + 6:.1f}" y="{middle}" {_TEXT}>{_microseconds(row.value)}</text>',
    ]


def _tick(power: int, x: float, bottom: int) -> str:
    label = _microseconds(10.0**power)
    return (
        f'<line x1="{x:.1f}" y1="24" x2="{x:.1f}" y2="{bottom}" stroke="#d0d7de"/>'
        f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle" {_TEXT}>{label}</text>'
    )


def _microseconds(value: float) -> str:
    return f"{value / 1e3:,.3g} ms" if value >= 1e3 else f"{value:.3g} µs"  # noqa: PLR2004


if __name__ == "__main__":
    source = Path(sys.argv[1])
    write(msgspec.json.decode(source.read_bytes(), type=Result), source.with_name("cpu.svg"))
