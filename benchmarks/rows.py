"""What cases hand back: the rows of one table."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from benchmarks.serving import Bench


class Target(msgspec.Struct, frozen=True):
    """What a figure is to be: at most, or at least, so much."""

    bound: float
    least: bool = False

    def met(self, figure: float) -> bool:
        return figure >= self.bound if self.least else figure <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.bound:g}"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure.

    Attributes:
        what: What was measured.
        side: Who was measured.
        value: The figure.
        unit: Its unit.
        ratio: How it compares.
        to: With whom.
        target: What the ratio is to be or, where there is none, the figure.
    """

    what: str
    side: str
    value: float
    unit: str
    ratio: float | None = None
    to: str = ""
    target: Target | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; ``None`` without one."""
        figure = self.value if self.ratio is None else self.ratio
        return None if self.target is None else self.target.met(figure)


Case: TypeAlias = Callable[[Bench], Iterator[Row]]
"""Measures one thing. Each lives in a module of ``benchmarks.cases`` as ``run``."""


def at_most(bound: float) -> Target:
    return Target(bound)


def at_least(bound: float) -> Target:
    return Target(bound, least=True)
