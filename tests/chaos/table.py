"""What a run met with, as a table, and what of it was too little."""

from tests.chaos.places import STEPS
from tests.chaos.play import Tally


def table(tally: Tally, seed: str, seconds: float) -> str:
    """Return a Markdown table of what happened."""
    reached = len(tally.killed_at)
    faults = sum(tally.faults.values())
    rows = [
        ("seed", seed),
        ("conversations", f"{tally.conversations:,}"),
        ("requests", f"{tally.requests:,}"),
        ("tries after a first one that failed", f"{tally.retries:,}"),
        ("records read beside the exports", f"{tally.records_read:,}"),
        ("faults injected", f"{faults:,} of {len(tally.faults)} kinds"),
        ("runs of the export", f"{tally.runs:,}"),
        ("killed (SIGKILL) at random", f"{tally.killed:,}"),
        (
            "killed before a named step of the journal",
            f"{tally.killed_at.total():,}, at {reached} of {len(STEPS)} steps",
        ),
        ("ended by a full disk", f"{tally.disk_full:,}"),
        ("ended by an error that says to run again", f"{tally.ended['refused']:,}"),
        ("finished among faults, held to their summary", f"{tally.claims:,}"),
        ("records compared byte by byte in the end", f"{tally.compared:,}"),
        ("**lost**", f"**{tally.lost:,}**"),
        ("**doubled**", f"**{tally.doubled:,}**"),
        ("**altered**", f"**{tally.altered:,}**"),
        ("kept in an odd form, as it was sent", f"{tally.odd:,}"),
        ("kept although deleted since, of which no list tells", f"{tally.surplus:,}"),
        ("seconds", f"{seconds:.0f}"),
    ]
    lines = [f"| {name} | {value} |\n" for name, value in rows]
    kinds = ", ".join(f"{kind} {number:,}" for kind, number in tally.faults.most_common())
    return "".join(["| chaos | |\n|---|---:|\n", *lines, "\nFaults by kind: ", kinds, "\n"])


def shortfalls(tally: Tally, conversations: int, faults: int, kinds: int, kills: int) -> list[str]:
    """Return what there was too little of, in words."""
    wanted = [
        ("conversations", tally.conversations, conversations),
        ("faults", tally.faults.total(), faults),
        ("kinds of faults", len(tally.faults), kinds),
        ("kills", tally.killed, kills),
    ]
    few = [f"{there:,} {name}, not {least:,}" for name, there, least in wanted if there < least]
    missed = sorted(set(STEPS) - set(tally.killed_at))
    return [*few, f"never killed at {', '.join(missed)}"] if missed else few
