"""The names of the moments just before something is done that outlasts the process.

Between any two of them a run may be killed; the next one finds a state it can go on from.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

Step: TypeAlias = Literal[
    # while opening
    "state.create",
    "orphan.remove",
    "shard.truncate",
    # while walking and draining
    "shard.append",
    "shard.sync",
    "phase.commit",
    "plan.commit",
    "page.commit",
    "update.commit",
    "outcome.commit",
    "verified.commit",
    # while compacting
    "merge.commit",
    "rewrite.write",
    "rewrite.intend",
    "rewrite.rename",
    "rewrite.remove",
    "rewrite.commit",
    # while finishing
    "digest.commit",
    "report.write",
    "report.rename",
    "finish.commit",
    # before an incremental run
    "begin.commit",
]

OnStep: TypeAlias = Callable[[Step], None]


def no_step(step: Step, /) -> None:
    """Let a step pass."""
