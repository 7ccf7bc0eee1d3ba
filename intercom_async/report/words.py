"""How a report's page writes figures and names."""

from html import escape
from typing import Final

__all__ = ["count", "name", "percent", "text", "timespan"]

NOTHING: Final = "–"  # noqa: RUF001  # an en dash
_LONGEST: Final = 80  # characters
_UNITS: Final = ((172_800, 86_400, "d"), (5_400, 3_600, "h"), (90, 60, "min"))
# They would turn around what stands beside them.
_DIRECTIONS: Final = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def count(number: int | None) -> str:
    """Return a count with its thousands apart."""
    return NOTHING if number is None else f"{number:,}"


def percent(share: float | None) -> str:
    """Return a share in per cent."""
    return NOTHING if share is None else f"{share * 100:.0f} %"


def timespan(seconds: float | None) -> str:
    """Return a span of time in the largest unit of which it has more than one."""
    if seconds is None:
        return NOTHING
    for least, unit, word in _UNITS:
        if seconds >= least:
            return f"{seconds / unit:.{0 if word == 'min' else 1}f} {word}"
    return f"{seconds:.0f} s"


def text(given: str, longest: int = _LONGEST) -> str:
    """Return somebody's text as HTML, cut if it is long.

    What is no character of a page, such as NUL or half a surrogate pair, is replaced.
    """
    return escape(plain(given, longest))


def plain(given: str, longest: int = _LONGEST) -> str:
    """Return somebody's text on one line, with nothing that could steer the page."""
    short = given[: longest - 1] + "…" if len(given) > longest else given
    return "".join(
        c
        if c.isprintable() or c in _KEPT
        else ""
        if c in _DIRECTIONS
        else " "
        if c.isspace()
        else "\ufffd"
        for c in short
    )


_KEPT: Final = "\u200c\u200d"  # they join letters and emoji


def name(given: str, longest: int = _LONGEST) -> str:
    """Return somebody's name as HTML, which no direction of writing leaves."""
    return f"<bdi>{text(given, longest) or NOTHING}</bdi>"
