"""Streams beside conversations: walked by their lists, told changed by their content."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from intercom_async import AsyncIntercom, ConfigurationError, Forbidden, Unauthorized
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.export import (
    DEFAULT,
    STREAMS,
    Export,
    Options,
    StreamSummary,
    Summary,
    TooManyDeletions,
)
from intercom_async.export.store import check_files, read_lines
from intercom_async.export.streams import choose

Run: TypeAlias = Callable[..., Awaitable[Summary]]
SMALL = ("admins", "teams", "tags", "segments", "data_attributes")


@pytest.fixture
def export(intercom: AsyncIntercom, tmp_path: Path) -> Run:
    async def run(*streams: str, client: AsyncIntercom = intercom, **options: Any) -> Summary:
        job = Export(client, tmp_path, Options(streams=streams or DEFAULT, **options))
        summary = await job.run()
        assert check_files(job.folder) == []
        return summary

    return run


def held(out: Path, stream: str) -> dict[str, dict[str, Any]]:
    (folder,) = out.iterdir()
    records = [json.loads(line) for line in read_lines(folder, stream)]
    by_id = {str(each.get("id") or each["full_name"]): each for each in records}
    assert len(by_id) == len(records), "a record stands twice"
    return by_id


def sound(out: Path) -> None:
    (folder,) = out.iterdir()
    assert check_files(folder) == []


def there(emulator: Emulator, stream: str) -> list[dict[str, Any]]:
    return emulator.workspace.collections[stream]


async def test_by_default_small_lists_come_along(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    summary = await export(parts=False)
    assert tuple(summary.streams) == DEFAULT
    assert summary.complete
    for stream in ("admins", "teams", "tags", "segments"):
        assert set(held(tmp_path, stream)) == {each["id"] for each in there(emulator, stream)}
        told = summary.streams[stream]
        assert (told.how, told.requests, told.counts.records) == ("list", 1, told.fetched)
    attributes = held(tmp_path, "data_attributes").values()
    assert {each["model"] for each in attributes} == {"contact", "company", "conversation"}


async def test_a_second_run_keeps_what_is_the_same_and_fetches_what_changed(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    await export(*SMALL)
    again = await export(*SMALL)
    assert [stream.fetched for stream in again.streams.values()] == [0] * len(SMALL)
    there(emulator, "tags")[0]["name"] = "another name"
    added = {**there(emulator, "tags")[1], "id": "99", "name": "new"}
    there(emulator, "tags").append(added)
    summary = await export(*SMALL)
    assert {name: stream.fetched for name, stream in summary.streams.items() if stream.fetched} == {
        "tags": 2
    }
    tags = held(tmp_path, "tags")
    assert tags[there(emulator, "tags")[0]["id"]]["name"] == "another name"
    assert tags["99"]["name"] == "new"


async def test_what_is_not_listed_any_more_is_taken_out(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    await export("tags")
    gone = there(emulator, "tags").pop(3)["id"]
    summary = (await export("tags")).streams["tags"]
    assert gone not in held(tmp_path, "tags")
    assert (summary.deleted, summary.complete) == ([gone], True)
    there(emulator, "tags").append({"type": "tag", "id": gone, "name": "back"})
    summary = (await export("tags")).streams["tags"]
    assert (summary.deleted, held(tmp_path, "tags")[gone]["name"]) == ([], "back")


@pytest.mark.parametrize("keep", [True, False])
async def test_deleted_conversations_are_found_by_the_sweep(
    emulator: Emulator, export: Run, tmp_path: Path, keep: bool
) -> None:
    await export("conversations", parts=False)
    gone = emulator.workspace.ids()[5:9]
    for id in gone:
        emulator.workspace.delete(id)
    summary = await export("conversations", parts=False, sweep="always", keep_deleted=keep)
    conversations = summary.streams["conversations"]
    assert (conversations.deleted, conversations.complete) == (sorted(gone), True)
    assert (set(gone) <= set(held(tmp_path, "conversations"))) is keep


async def test_a_workspace_that_lost_much_is_not_believed_without_being_told(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    await export("conversations", parts=False)
    for id in emulator.workspace.ids()[:60]:
        emulator.workspace.delete(id)
    with pytest.raises(TooManyDeletions, match="60 of the 160 conversations kept are not in the"):
        await export("conversations", parts=False, sweep="always")
    assert len(held(tmp_path, "conversations")) == 160
    summary = await export("conversations", parts=False, sweep="always", allow_deletions=True)
    assert (len(held(tmp_path, "conversations")), summary.complete) == (100, True)


async def test_what_the_api_tells_was_deleted_is_taken_out_without_a_sweep(
    emulator: Emulator, tmp_path: Path
) -> None:
    async with AsyncIntercom(
        base_url=emulator.url, token=emulator.token, version="2.16"
    ) as intercom:

        async def run() -> StreamSummary:
            options = Options(streams=("conversations",), sweep="never")
            return (await Export(intercom, tmp_path, options).run()).streams["conversations"]

        await run()
        gone = emulator.workspace.ids()[5:9]
        for id in gone:
            await intercom.conversations.delete(id)
        summary = await run()
    assert set(gone) <= set(summary.deleted)
    assert (summary.swept, summary.complete) == (False, True)
    assert set(held(tmp_path, "conversations")) == set(emulator.workspace.ids())


@pytest.mark.long
async def test_deletions_that_the_api_tells_of_late_are_found_on_any_page(
    emulator: Emulator, tmp_path: Path
) -> None:
    async with AsyncIntercom(
        base_url=emulator.url, token=emulator.token, version="2.16"
    ) as intercom:

        async def run() -> StreamSummary:
            options = Options(streams=("conversations",), sweep="never", allow_deletions=True)
            return (await Export(intercom, tmp_path, options).run()).streams["conversations"]

        await run()
        gone = emulator.workspace.ids()[:130]  # more than two pages
        for id in gone:
            emulator.workspace.delete(id)
        for number, each in enumerate(there(emulator, "deleted")[:130]):
            each["deleted_at"] -= 20 + 2 * number  # before the first run ended
        summary = await run()
    assert (set(summary.deleted) >= set(gone), summary.swept) == (True, False)
    assert set(held(tmp_path, "conversations")) == set(emulator.workspace.ids())


@pytest.mark.long
async def test_every_tenth_run_sweeps_where_counts_agree(export: Run) -> None:
    swept = []
    for _ in range(11):
        summary = await export("conversations", parts=False)
        swept.append(summary.streams["conversations"].swept)
    assert swept == [*[False] * 9, True, False]


async def test_never_sweeping_asks_no_list(emulator: Emulator, export: Run) -> None:
    await export("conversations", sweep="never")
    listed = [each for each in emulator.requests if each.path.partition("?")[0] == "/conversations"]
    assert len(listed) == 1  # for the total


@pytest.mark.parametrize("sweep", ["auto", "never"])
async def test_one_lost_and_one_deleted_do_not_cancel_out(
    emulator: Emulator, export: Run, tmp_path: Path, sweep: str
) -> None:
    await export("conversations")
    gone = emulator.workspace.ids()[21]
    times = {name: emulator.workspace.record(gone)[name] for name in ("created_at", "updated_at")}
    emulator.workspace.delete(gone)
    lost = emulator.workspace.add()  # in its place, so that no count and no change tells
    emulator.workspace.update(lost, **times)
    summary = (await export("conversations", sweep=sweep)).streams["conversations"]
    if sweep == "never":
        assert (lost in held(tmp_path, "conversations"), summary.complete) == (False, True)
        return
    assert set(held(tmp_path, "conversations")) == set(emulator.workspace.ids())
    assert (summary.swept, summary.found, summary.deleted) == (True, 1, [gone])
    assert summary.complete


def refuse(emulator: Emulator, status: int) -> None:
    if status == 401:
        emulator.denied = {"tags"}
    else:
        kind = {403: FaultKind.FORBIDDEN, 400: FaultKind.OTHER_VERSION}[status]
        emulator.faults = Faults(script=[Fault(kind=kind, path="/tags", times=None)])


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_stream_that_is_refused_costs_no_other(
    emulator: Emulator, export: Run, tmp_path: Path, status: int
) -> None:
    refuse(emulator, status)
    summary = await export(parts=False)
    assert not summary.complete
    assert {name for name, stream in summary.streams.items() if stream.skipped} == {"tags"}
    assert summary.streams["conversations"].complete
    assert len(held(tmp_path, "admins")) == len(there(emulator, "admins"))
    emulator.denied, emulator.faults = set(), None
    summary = await export(parts=False)
    assert summary.complete
    assert len(held(tmp_path, "tags")) == len(there(emulator, "tags"))


async def test_nothing_that_may_be_read_is_an_error(emulator: Emulator, export: Run) -> None:
    refuse(emulator, 403)
    with pytest.raises(Forbidden):
        await export("tags")


async def test_a_token_that_is_none_any_more_ends_all(emulator: Emulator, export: Run) -> None:
    refused = [Fault(kind=FaultKind.UNAUTHORIZED, path="/tags", times=None)]
    refused.append(Fault(kind=FaultKind.UNAUTHORIZED, path="/me", nth=2, times=None))
    emulator.faults = Faults(script=refused)
    with pytest.raises(Unauthorized):
        await export("tags", "teams")


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (["all"], tuple(STREAMS)),
        (["tags", "admins"], ("admins", "tags")),
        (["-tags"], tuple(name for name in STREAMS if name in set(DEFAULT) - {"tags"})),
        (["all", "-conversations"], tuple(STREAMS)[1:]),
    ],
)
def test_streams_are_chosen_by_name(given: list[str], chosen: tuple[str, ...]) -> None:
    assert choose(given) == chosen


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["tag"], "there is no stream 'tag'; there are tags"),
        (["-contact"], "there is no stream 'contact'; there are contacts"),
        (["tags", "-tags"], "leaves none to export"),
        ([], "leaves none to export"),
    ],
)
def test_what_is_no_stream_is_refused_with_those_there_are(given: list[str], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Options(streams=tuple(given))


async def test_a_record_that_cannot_be_read_keeps_the_list_from_telling_deletions(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    await export("tags")
    first = there(emulator, "tags")[0]
    kept, first["id"] = first["id"], []
    summary = (await export("tags")).streams["tags"]
    assert kept in held(tmp_path, "tags")
    assert (summary.deleted, summary.counts.quarantined, summary.complete) == ([], 1, False)
    first["id"] = kept
    summary = (await export("tags")).streams["tags"]
    assert (summary.counts.quarantined, summary.complete) == (0, True)


async def test_without_parts_a_deletion_is_noticed_by_the_list_s_total(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    await export("conversations", parts=False)
    gone = emulator.workspace.ids()[11]
    emulator.workspace.delete(gone)
    summary = (await export("conversations", parts=False)).streams["conversations"]
    assert (summary.swept, summary.deleted, summary.complete) == (True, [gone], True)
    assert gone not in held(tmp_path, "conversations")
    assert not (await export("conversations", parts=False)).streams["conversations"].swept


def contact(emulator: Emulator, id: str) -> dict[str, Any]:
    return next(each for each in there(emulator, "contacts") if each["id"] == id)


@pytest.mark.parametrize("version", ["2.10", "2.16"])
async def test_of_contacts_only_what_changed_is_fetched_by_a_later_run(
    emulator: Emulator, tmp_path: Path, version: str
) -> None:
    async with AsyncIntercom(
        base_url=emulator.url, token=emulator.token, version=version
    ) as intercom:

        async def run(**options: Any) -> StreamSummary:
            job = Export(intercom, tmp_path, Options(streams=("contacts",), **options))
            return (await job.run()).streams["contacts"]

        first = await run()
        assert (first.complete, first.counts.records) == (True, len(there(emulator, "contacts")))
        asked = len(emulator.requests)
        assert ((await run()).fetched, len(emulator.requests) - asked < 6) == (0, True)
        contacts = emulator.workspace.collections["contacts"]
        changed, gone = contacts[3]["id"], contacts[7]["id"]
        await intercom.contacts.update(changed, name="another name")
        second = await run()
        assert (second.fetched, second.swept, second.complete) == (1, False, True)
        assert held(tmp_path, "contacts")[changed]["name"] == "another name"
        await intercom.contacts.delete(gone)
        third = await run()
        assert (third.swept, third.deleted, third.complete) == (True, [gone], True)
        assert gone not in held(tmp_path, "contacts")


async def test_of_contacts_one_lost_and_one_deleted_do_not_cancel_out(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    contacts = there(emulator, "contacts")
    await export("contacts")
    gone = contacts.pop(5)["id"]
    contacts.append(contacts[0] | {"id": "lost", "updated_at": None})  # which no search finds
    summary = (await export("contacts")).streams["contacts"]
    assert set(held(tmp_path, "contacts")) == {each["id"] for each in contacts}
    assert (summary.deleted, summary.complete) == ([gone], True)


@pytest.fixture
async def with_many_companies(emulator: Emulator, intercom: AsyncIntercom) -> dict[str, Any]:
    contact, companies = there(emulator, "contacts")[2], there(emulator, "companies")
    companies += [companies[0] | {"id": f"company{each}"} for each in range(60)]
    for company in companies[-60:]:
        await intercom.contacts.companies.attach(contact["id"], company_id=company["id"])
    return contact


@pytest.mark.parametrize("kind", [FaultKind.HTML_404, FaultKind.CURSOR_GONE, FaultKind.FORBIDDEN])
async def test_a_contact_of_which_a_list_is_refused_is_kept_as_listed_and_named(
    emulator: Emulator,
    export: Run,
    tmp_path: Path,
    with_many_companies: dict[str, Any],
    kind: FaultKind,
) -> None:
    id = with_many_companies["id"]
    refused = Fault(kind=kind, path=f"/contacts/{id}/companies", times=None)
    emulator.faults = Faults(script=[refused])
    summary = (await export("contacts")).streams["contacts"]
    assert (list(summary.failed), summary.deleted, summary.complete) == ([id], [], False)
    assert len(held(tmp_path, "contacts")[id]["companies"]["data"]) == 10
    emulator.faults = None
    summary = (await export("contacts")).streams["contacts"]
    assert (summary.failed, summary.complete) == ({}, True)
    assert len(held(tmp_path, "contacts")[id]["companies"]["data"]) >= 60


async def test_a_contact_with_many_companies_has_them_all(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    one = there(emulator, "contacts")[2]["id"]
    for company in there(emulator, "companies")[:12]:
        await intercom.contacts.companies.attach(one, company_id=company["id"])
    for number in range(12):
        await intercom.contacts.notes.create(one, body=f"note {number}")
    await export("contacts")
    record = held(tmp_path, "contacts")[one]
    assert len(record["companies"]["data"]) >= 12
    assert record["companies"]["has_more"] is False
    assert len({note["id"] for note in record["notes"]["data"]}) == 12


async def test_a_contact_with_many_subscriptions_has_them_all(
    emulator: Emulator, tmp_path: Path, export: Run
) -> None:
    types = there(emulator, "subscription_types")
    for consent in ("opt_in", "opt_out"):
        for number in range(12):
            id = f"{consent}-{number}"
            types.append({**types[0], "id": id, "consent_type": consent})
    one = there(emulator, "contacts")[2]
    one["subscriptions"] = {each["id"]: each["consent_type"] for each in types[-24:]}
    one["subscriptions"].popitem()
    await export("contacts")
    record = held(tmp_path, "contacts")[one["id"]]
    for list_, consent, count in (("in", "opt_in", 12), ("out", "opt_out", 11)):
        chosen = record[f"opted_{list_}_subscription_types"]
        assert (len({each["id"] for each in chosen["data"]}), chosen["has_more"]) == (count, False)
        assert {each["consent_type"] for each in chosen["data"]} == {consent}


@pytest.mark.parametrize("version", ["2.10", "2.16"])
async def test_all_streams_of_a_version_come_whole_and_once(
    emulator: Emulator, tmp_path: Path, version: str
) -> None:
    async with AsyncIntercom(
        base_url=emulator.url, token=emulator.token, version=version
    ) as intercom:
        options = Options(streams=("all",))
        first = await Export(intercom, tmp_path, options).run()
        again = await Export(intercom, tmp_path, options).run()
    assert first.complete
    assert again.complete
    expected = {name for name, stream in STREAMS.items() if stream.is_in(intercom)}
    assert set(first.streams) == expected
    assert len(expected) > (30 if version == "2.16" else 15)
    assert all(stream.counts.records for stream in first.streams.values())
    assert [name for name, stream in again.streams.items() if stream.fetched] == []
    sound(tmp_path)


async def test_fields_are_left_out_of_every_stream(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    summary = await export("contacts", "companies", "admins", redact=("email", "monthly_spend"))
    for stream in ("contacts", "companies", "admins"):
        records = held(tmp_path, stream).values()
        assert len(records) == len(there(emulator, stream))
        assert not any({"email", "monthly_spend"} & each.keys() for each in records)
    assert summary.streams["contacts"].left_out["email"] > 0
    again = await export("contacts", "companies", "admins", redact=("email", "monthly_spend"))
    assert [stream.fetched for stream in again.streams.values()] == [0, 0, 0]
