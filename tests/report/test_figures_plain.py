"""Figures are what plain Python makes of the records by their definitions."""

import os
import random
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intercom_async.report import Figures, figures
from tests.report import plain
from tests.report.making import Record, emulated, export

TOLD = {"workspace", "zone", "since", "until", "as_of", "api_version", "not_included"}
PERIODS = [("Europe/Berlin", "2024-03-01", "2025-02-15T12:30"), ("America/New_York", None, None)]


def built(found: Figures) -> dict[str, Any]:
    """Return what ``figures.json`` holds of the figures."""
    held: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return {key: value for key, value in held.items() if key not in TOLD}


def expected(records: list[Record], found: Figures) -> dict[str, Any]:
    since, until, as_of = map(plain.unix, (found.since, found.until, found.as_of))
    return plain.figures(records, since, until, ZoneInfo(found.zone), as_of)


@pytest.mark.long
@pytest.mark.parametrize(("zone", "since", "until"), PERIODS)
@pytest.mark.parametrize("seed", range(int(os.environ.get("FIGURES_SEEDS", "6"))))
def test_figures_of_emulated_workspaces(
    tmp_path: Path, seed: int, zone: str, since: str | None, until: str | None
) -> None:
    records = emulated(seed)
    found = figures(export(tmp_path, records), since=since, until=until, zone=zone)
    assert found.new_conversations is not None
    assert found.new_conversations.count > 20
    assert built(found) == expected(records, found)
    if since is not None and until is not None:
        for bound, given_ in ((found.since, since), (found.until, until)):
            assert datetime.fromisoformat(bound).replace(tzinfo=None) == (
                datetime.fromisoformat(given_)
            )


def test_the_period_before_has_figures_of_its_own(tmp_path: Path) -> None:
    records = emulated(3)
    found = figures(export(tmp_path, records), since="2025-03-01", until="2025-06-01", compare=True)
    assert isinstance(found.before, Figures)
    assert found.before.since == "2024-11-29T00:00:00+00:00"
    assert found.before.until == found.since
    assert built(found.before) == expected(records, found.before)


RECORDS = emulated(1, 40)


@pytest.mark.long
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_the_order_of_records_and_parts_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng = random.Random(seed)
    ordered, shuffled = tmp_path_factory.mktemp("ordered"), tmp_path_factory.mktemp("shuffled")
    records = [msgspec.json.decode(msgspec.json.encode(record)) for record in RECORDS]
    rng.shuffle(records)
    for record in records:
        rng.shuffle(record["conversation_parts"]["conversation_parts"])
        # What happens in one second keeps its order.
        taken: dict[int, list[Record]] = {}
        for part in next(each for each in RECORDS if each["id"] == record["id"])[
            "conversation_parts"
        ]["conversation_parts"]:
            taken.setdefault(part["created_at"], []).append(part)
        parts = record["conversation_parts"]["conversation_parts"]
        parts[:] = [taken[part["created_at"]].pop(0) for part in parts]
    first, second = (
        msgspec.json.encode(figures(export(folder, each), zone="Asia/Kathmandu"))
        for folder, each in ((ordered, RECORDS), (shuffled, records))
    )
    assert first == second
