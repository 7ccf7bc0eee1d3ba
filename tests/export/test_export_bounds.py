"""An export goes no further than it was told, and keeps nothing it was told to leave out."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias
from unittest import mock

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async import AsyncIntercom, ConfigurationError, IntercomError
from intercom_async.emulator import Emulator
from intercom_async.export import Export, LimitReached, Limits, Options, StreamSummary, estimate
from intercom_async.export.records import redacted
from intercom_async.export.store import ExportMismatch
from intercom_async.scan.plan import Uncountable
from tests.export.beginning import begin
from tests.export.one_stream import only

Run: TypeAlias = Callable[..., Awaitable[tuple[StreamSummary, dict[str, bytes]]]]


# Limits


@pytest.mark.parametrize("most", [1, 7, 60, 130])
async def test_no_more_requests_are_sent_than_allowed_and_the_next_run_goes_on(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, export: Run, most: int
) -> None:
    job = Export(intercom, tmp_path, only(), Limits(requests=most))
    with pytest.raises(LimitReached, match=f"own limit of {most} requests reached") as caught:
        await job.run()
    assert isinstance(caught.value, IntercomError)
    assert len(emulator.requests) == job.progress.requests == most
    assert job.progress.written >= most - 5
    emulator.requests.clear()
    summary, records = await export()
    assert summary.complete
    assert sorted(records) == sorted(emulator.workspace.ids())


async def test_many_short_runs_make_a_whole_export(
    intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    kept = [0]
    for _ in range(25):
        job = Export(intercom, tmp_path, only(), Limits(requests=12))
        try:
            await job.run()
        except LimitReached:
            kept.append(job.progress.written)
        else:
            break
    assert kept == sorted(kept)
    assert len(kept) > 15
    summary, records = await export()
    assert (summary.fetched, len(records), summary.complete) == (0, 160, True)


async def test_a_run_ends_when_its_time_is_up(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    emulator.latency = 0.02
    job = Export(intercom, tmp_path, only(), Limits(seconds=0.15))
    with pytest.raises(LimitReached, match="seconds reached"):
        await job.run()
    assert not (job.folder / "manifest.json").exists()
    emulator.latency = 0
    _, records = await export()
    assert len(records) == 160


# Leaving fields out


def named(value: Any, name: str) -> bool:
    if isinstance(value, dict):
        return name in value or any(named(held, name) for held in value.values())
    return isinstance(value, list) and any(named(held, name) for held in value)


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def test_redacted_fields_stand_nowhere_in_the_export(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    poor = emulator.workspace.ids()[3]
    emulator.workspace.update(poor, id=None, source={"body": "SECRET WORDS"})
    summary, records = await export(only(redact=("email", "body")))
    assert len(records) == 159
    kept = [json.loads(record) for record in records.values()]
    assert not any(named(record, "email") or named(record, "body") for record in kept)
    for record in kept[:50]:
        whole = json.loads(await intercom.conversations.retrieve(record["id"], raw=True))
        assert record["statistics"] == whole["statistics"]
        assert record["conversation_parts"].keys() == whole["conversation_parts"].keys()
    assert summary.counts.quarantined == 1
    assert not any(b"SECRET WORDS" in held for held in contents(tmp_path))


async def test_an_export_with_other_fields_left_out_is_another_export(
    intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    await export(only(parts=False, redact=("email", "body")))
    await export(only(parts=False, redact=("body", "email", "email")))
    with pytest.raises(ExportMismatch, match="redact"):
        await Export(intercom, tmp_path, only(parts=False, redact=("email",))).run()


@pytest.mark.parametrize(
    "name", ["id", "created_at", "conversation_parts", "", "Id", "source.id", "*.type", "email."]
)
def test_what_an_export_cannot_do_without_is_not_left_out(name: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(f"the field {name!r} cannot")):
        only(redact=(name,))


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("email", ("email",)),
        (("Email", " EMAIL ", "email"), ("email",)),
        (["Source.Author.Email"], ("source.author.email",)),
        ({"custom_attributes.Phone No."}, ("custom_attributes.phone no.",)),
        (("custom_attributes.id",), ("custom_attributes.id",)),
        (("*.phone",), ("*.phone",)),
    ],
)
def test_names_of_fields_are_understood(given: Any, understood: tuple[str, ...]) -> None:
    assert only(redact=given).redact == understood
    assert msgspec.structs.replace(only(redact=given), parts=False).redact == understood


def test_names_that_come_one_by_one_are_all_understood() -> None:
    options = Options(redact=iter(("email", "name")), streams=iter(("tags",)))  # type: ignore[arg-type]  # who has no types may
    assert (options.redact, options.streams) == (("email", "name"), ("tags",))


@pytest.mark.parametrize(
    ("given", "close"),
    [
        (("emial",), "email"),
        ("bodyy", "body"),
        (("email,body",), "email"),
        (("sorce.author.email",), "source"),
        (("customAttributes",), "custom_attributes"),
        (("Tier",), "custom_attributes.tier"),
        (None, "names of fields"),
        ((1,), "names of fields"),
    ],
)
def test_names_that_no_record_has_are_refused_with_those_meant(given: Any, close: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(close)):
        only(redact=given)


async def test_a_path_leaves_out_what_stands_there_alone_and_is_counted(
    export: Run, tmp_path: Path
) -> None:
    fields = ("Source.Author.Email", "custom_attributes.Plan", "remark", "*.phone")
    summary, records = await export(only(redact=fields))
    kept = [json.loads(record) for record in records.values()]
    assert not any("email" in record["source"]["author"] for record in kept)
    assert any(named(record["conversation_parts"], "email") for record in kept)
    assert not any("plan" in record["custom_attributes"] for record in kept)
    counted = summary.left_out
    assert counted["source.author.email"] == len(records) == 160
    assert 0 < counted["custom_attributes.plan"] <= 160
    assert counted["*.phone"] == 0
    (written,) = await asyncio.to_thread(lambda: [*tmp_path.glob("*/summary.json")])
    text = await asyncio.to_thread(written.read_bytes)
    told = json.loads(text)["streams"]["conversations"]
    assert told["result"]["left_out"] == counted


def test_numbers_keep_their_form_when_fields_are_left_out() -> None:
    raw = b'{"a":1.50,"b":"x","c":12345678901234567890123,"d":[{"b":1,"e":1E5}],"f":-0.0}'
    assert redacted(raw, {"b"}) == (
        b'{"a":1.50,"c":12345678901234567890123,"d":[{"e":1E5}],"f":-0.0}'
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
)


@given(st.dictionaries(st.sampled_from("abc"), JSON))
def test_what_is_left_is_what_was_there(record: dict[str, Any]) -> None:
    kept = json.loads(redacted(json.dumps(record).encode(), {"b"}))
    assert not named(kept, "b")
    assert kept.keys() == record.keys() - {"b"}
    if not named(record, "b"):
        assert kept == record


# Holding little at a time


async def test_conversations_too_large_to_be_held_at_once_are_kept_in_between(
    emulator: Emulator,
    intercom: AsyncIntercom,
    tmp_path: Path,
    export: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intercom_async.export.writer._HELD", 100_000)
    job, running = await begin(emulator, intercom, tmp_path)
    kept = job.progress.written
    assert kept < 150  # before the page they stand on was had
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    emulator.latency = 0
    summary, records = await export()
    assert sorted(records) == sorted(emulator.workspace.ids())
    assert summary.fetched <= 160 - kept


@pytest.mark.parametrize("options", [only(), only(parts=False), only(redact=("body",))], ids=repr)
async def test_an_estimate_is_near_what_an_export_takes(
    intercom: AsyncIntercom, export: Run, options: Options
) -> None:
    told = (await estimate(intercom, options)).streams["conversations"]
    summary, _ = await export(options)
    assert told.records == summary.counts.records
    assert summary.counts.bytes / 1.5 < told.bytes < summary.counts.bytes * 1.5
    assert abs(summary.requests - told.requests) <= 6


@pytest.mark.long
@pytest.mark.parametrize("parts", [True, False])
async def test_an_estimate_of_the_disk_is_near_where_few_conversations_hold_most_parts(
    tmp_path: Path, parts: bool
) -> None:
    async with (
        Emulator(conversations=2_000, rate_limit=10**6) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        told = await estimate(intercom, only(parts=parts))
        assert len(emulator.requests) < 50
        done = await Export(intercom, tmp_path, only(parts=parts)).run()
    summary = done.streams["conversations"]
    assert summary.counts.bytes / 1.3 < told.bytes < summary.counts.bytes * 1.3


async def test_an_estimate_goes_by_the_list_where_the_search_counts_nothing(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    with mock.patch("intercom_async.export.estimate.total_of", side_effect=Uncountable("no total")):
        told = await estimate(intercom, only(parts=False))
        whole = await estimate(intercom, only())
    assert told.streams["conversations"].records == len(emulator.workspace.ids())
    assert told.requests == 2 + 2
    assert whole.requests == 2 + 2 + 160 + 2


@pytest.mark.parametrize("nameless", [True, False])
async def test_workspaces_without_an_id_are_told_apart_by_token(
    tmp_path: Path, nameless: bool
) -> None:
    folders = []
    for seed, token in ((1, "token-one"), (2, "token-two"), (1, "token-one"), (1, "rotated")):
        served = Emulator(conversations=20, seed=seed, token=token, nameless=nameless)
        async with served, AsyncIntercom(base_url=served.url, token=token) as intercom:
            job = Export(intercom, tmp_path, only(parts=False))
            summary = (await job.run()).streams["conversations"]
            assert summary.counts.records == 20
            folders.append(job.folder)
    one, two, again, rotated = folders
    assert one == again != two
    assert (rotated == one) is not nameless
    assert not any(token in str(folders) for token in ("token-one", "token-two", "rotated"))
