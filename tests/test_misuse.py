"""What is used as something else says what to write instead."""

import asyncio
import gc
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.metadata import metadata
from typing import Any

import msgspec
import pytest
from fastapi import FastAPI

from intercom_async import AsyncIntercom, Conversation, F, QueryError, SessionPool
from intercom_async.emulator import Emulator

NOW = datetime.now(UTC)


def walked_by_for(stream: Any) -> object:
    return list(stream)


def indexed(stream: Any) -> object:
    return stream[0]


def opened_by_with(stream: Any) -> None:
    with stream:
        pass


async def awaited(stream: Any) -> object:
    return await stream


async def walked(stream: Any) -> object:
    return [record async for record in stream]


async def opened(stream: Any) -> None:
    async with stream:
        pass


async def used(how: Callable[[Any], Any], what: Any) -> None:
    answer = how(what)
    if asyncio.iscoroutine(answer):
        await answer


FILE = "https://downloads.intercomcdn.com/a"
RECORDS = r"'async for record in …list\(\):', without await"
STREAMS: list[tuple[Callable[[AsyncIntercom], Any], str, list[Callable[[Any], Any]]]] = [
    (lambda i: i.tags.list(), RECORDS, [opened]),
    (lambda i: i.tags.list().pages(), r"'async for page in …list\(\).pages\(\):'", [awaited]),
    (lambda i: i.conversations.scan(), r"'async with …scan\(\) as stream:'", [awaited]),
    (lambda i: i.tags.retrieve_many(["1"]), r"'async with …retrieve_many\(ids\)", [awaited]),
    (lambda i: i.changes(), r"'async with intercom.changes\(\) as changes:'", [awaited]),
    (lambda i: i.download(FILE), r"'await ….save\(path\)', or read with", [awaited, walked]),
    (lambda i: i, r"'async with AsyncIntercom\(…\) as intercom:'", [awaited]),
    (lambda _: SessionPool(), r"'async with SessionPool\(…\) as pool:'", [awaited]),
]


@pytest.mark.parametrize(("make", "says", "misuses"), STREAMS)
async def test_a_stream_says_how_it_is_used(
    make: Callable[[AsyncIntercom], Any], says: str, misuses: list[Callable[[Any], Any]]
) -> None:
    async with AsyncIntercom(token="t") as intercom:
        for misuse in (walked_by_for, indexed, opened_by_with, *misuses):
            with pytest.raises(TypeError, match=says):
                await used(misuse, make(intercom))


async def test_a_stream_has_not_what_its_pages_have_and_says_how_they_are_had() -> None:
    async with AsyncIntercom(token="t") as intercom:
        for name in ("items", "next", "total_count", "invalid"):
            with pytest.raises(AttributeError, match=f"{name} is an attribute of a page.*await"):
                getattr(intercom.tags.list(), name)
        assert not hasattr(intercom.tags.list(), "pags")


async def test_an_opened_stream_says_how_it_is_used(intercom: AsyncIntercom) -> None:
    async with intercom.conversations.scan() as stream:
        with pytest.raises(TypeError, match="'async for record in stream:'"):
            walked_by_for(stream)
        assert await walked(aiter(stream))


async def test_a_page_is_not_used_as_a_list(intercom: AsyncIntercom) -> None:
    page = await intercom.tags.list()
    for misuse in (walked_by_for, indexed, len, bool, walked):
        with pytest.raises(TypeError, match=rf"its records are in page.items; .*{RECORDS}"):
            await used(misuse, page)


@pytest.mark.parametrize(
    "make",
    [
        lambda i: i.conversations.scan(),
        lambda i: i.tags.retrieve_many(["1"]),
        lambda i: i.changes(),
    ],
)
async def test_what_is_not_opened_says_so(make: Callable[[AsyncIntercom], Any]) -> None:
    async with AsyncIntercom(token="t") as intercom:
        with pytest.raises(RuntimeError, match="inside 'async with … as "):
            await walked(make(intercom))


@pytest.mark.parametrize(
    "query",
    [
        lambda f: f.state == "open" & f.open == True,  # noqa: E712  # as the README has it
        lambda f: f.open == True | f.state == "open",
        lambda f: f.created_at > NOW & f.updated_at > NOW,
        lambda f: (f.state == "open") & f.open == True,  # noqa: E712
        lambda f: f.open & f.read,
        lambda f: True & (f.state == "open"),
        lambda f: True | (f.state == "open"),
    ],
)
def test_comparisons_without_parentheses(query: Callable[[Any], object]) -> None:
    with pytest.raises(QueryError, match="each comparison in parentheses"):
        query(F)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (lambda f: ~(f.state == "open"), "the API has no NOT: write the opposite"),
        (lambda f: ~((f.state == "open") | (f.open == True)), "has no NOT"),  # noqa: E712
        (lambda f: ~f.open, "the API has no NOT"),
        (lambda f: not f.open, "neither true nor false: compare it, as in F.open == True"),
        (lambda f: f.open and (f.state == "open"), "compare it, as in F.open == True"),
        (
            lambda f: not (f.state == "open"),  # noqa: SIM201
            "neither true nor false: combine filters with & and |",
        ),
        (lambda f: ((f.state == "open") & (f.id == "1")) or (f.id == "2"), "not with and, or, not"),
        (lambda f: NOW < f.created_at < NOW, "or a chained comparison"),
        (lambda f: (f.state == "open") and (f.read == True), "not with and, or, not"),  # noqa: E712
        (lambda f: f.state in ["open", "closed"], "combine filters with & and |"),
        (
            lambda f: "x" in f.source.body,
            r"write source.body.is_in\(\['x'\]\), or .contains\(text\)",
        ),
        (lambda f: setattr(f, "state", "open"), "compared, not set: write state == 'open'"),
        (lambda f: f.custom_attributes.plan == "x", r'in brackets, \["custom_attributes\.…"\]'),
        (lambda f: f[5] == "open", "a field's name is a str, not 5"),
    ],
)
def test_queries_that_python_would_take_otherwise(
    query: Callable[[Any], object], says: str
) -> None:
    with pytest.raises(QueryError, match=says):
        query(F)


@pytest.mark.filterwarnings("default")
async def test_a_client_that_is_not_closed_is_named_as_ours(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    intercom = AsyncIntercom(base_url=emulator.url, token=emulator.token)
    await intercom.me()
    with pytest.warns(ResourceWarning) as warned:
        del intercom
    gc.collect()
    (warning,) = warned
    said = str(warning.message)
    assert said.startswith("unclosed <SessionPool open")
    assert "'async with AsyncIntercom(…) as intercom:'" in said
    assert not caplog.records  # aiohttp has nothing to add


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda i: i.contacts.retrieve("1"), "Retrievable.retrieve"),
        (lambda i: i.tags.create(name="x"), "Tags.create"),
        (lambda i: i.me(), "AsyncIntercom.me"),
    ],
)
async def test_a_call_that_is_not_awaited_is_named(
    call: Callable[[AsyncIntercom], Awaitable[object]], named: str
) -> None:
    async with AsyncIntercom(token="t") as intercom:
        with pytest.warns(RuntimeWarning, match=f"coroutine '{named}' was never awaited"):
            call(intercom)


FRAMES = "import asyncio; from intercom_async import frames; asyncio.run(frames.{}([]))"
POSTGRESQL = "from intercom_async.export.tables.postgresql.connection import connect"
WITHOUT = [
    ("backports", "import intercom_async.export", "export"),
    ("duckdb", "from intercom_async.extras import extra; extra('duckdb')", "export"),
    ("duckdb", "from intercom_async.report import read_report; read_report('x')", "report"),
    ("vl_convert", "from intercom_async.report import charts; charts._svg('', [], {})", "report"),
    ("click", "from intercom_async.cli import main; main()", "cli"),
    (
        "obstore",
        "from intercom_async.export.mirror import Mirror; Mirror('s3://b', '', 'x')",
        "cloud",
    ),
    ("redis", "from intercom_async.limiters import RedisLimiters; RedisLimiters('')", "redis"),
    ("adbc_driver_postgresql", f"{POSTGRESQL}; connect('').__enter__()", "postgres"),
    ("opentelemetry", "import intercom_async.otel", "otel"),
    ("pyarrow", FRAMES.format("to_arrow"), "arrow"),
    ("polars", FRAMES.format("to_polars"), "polars"),
    ("pyarrow", FRAMES.format("to_polars"), "polars"),
    ("pandas", FRAMES.format("to_pandas"), "pandas"),
    ("pyarrow", FRAMES.format("to_pandas"), "pandas"),
]


@pytest.mark.long
@pytest.mark.parametrize(("module", "statement", "extra"), WITHOUT)
def test_a_missing_extra_is_named(module: str, statement: str, extra: str) -> None:
    if module == "backports" and sys.version_info >= (3, 14):
        pytest.skip("Python 3.14 has zstd itself")
    code = f"import sys; sys.modules[{module!r}] = None\n{statement}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    told = done.stderr.splitlines()[-1]
    assert f"needs {module}" in told
    assert told.endswith(f"install it with: pip install 'intercom-async[{extra}]'")


def test_there_is_no_other_extra() -> None:
    extras = set(metadata("intercom-async").get_all("Provides-Extra", []))
    assert {extra for _, _, extra in WITHOUT} == extras - {"speed"}  # which nothing needs


CONVERSATION = msgspec.convert(
    {"id": 12, "created_at": 1_700_000_000, "tags": {"tags": [{"id": "1", "name": "x"}]}},
    Conversation,
    strict=False,
)


async def _get(app: FastAPI, path: str) -> tuple[int, Any]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    http = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http"}
    await app({**http, "path": path, "query_string": b"", "headers": []}, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


async def test_fastapi_serves_structs_that_are_an_endpoint_s_return_type() -> None:
    app = FastAPI()

    @app.get("/one")
    async def one() -> Conversation:
        return CONVERSATION

    @app.get("/several")
    async def several() -> list[Conversation]:
        return [CONVERSATION]

    @app.get("/untold", response_model=None)
    async def untold():  # type: ignore[no-untyped-def]  # noqa: ANN202  # what goes wrong
        return CONVERSATION

    status, served = await _get(app, "/one")
    assert status == 200
    assert served["id"] == "12"
    assert served["created_at"] == "2023-11-14T22:13:20Z"
    assert served["tags"][0]["name"] == "x"
    assert await _get(app, "/several") == (200, [served])
    assert msgspec.to_builtins(CONVERSATION) == served
    _, openapi = await _get(app, "/openapi.json")
    answer = openapi["paths"]["/one"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"]["type"] == "object"
    with pytest.raises(ValueError, match=r"def endpoint\(\) -> Conversation:"):
        await _get(app, "/untold")
