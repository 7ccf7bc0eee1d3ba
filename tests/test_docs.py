"""The programs of README and docs run as they stand, and what is made from the code is whole."""

import asyncio
import hmac
import inspect
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import time
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import duckdb
import pytest
import yaml
from aiohttp.test_utils import TestClient, TestServer
from anyio.from_thread import start_blocking_portal
from jinja2 import Template

from intercom_async import AsyncIntercom
from intercom_async.cli.app import cli
from intercom_async.cli.exits import Exit
from intercom_async.emulator import Emulator
from intercom_async.export import Export
from intercom_async.export.store import read_lines
from intercom_async.export.tables import TABLES, convert
from tools import docs

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = {
    f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}": (found[1], found[2])
    for page in PAGES
    for text in [page.read_text(encoding="utf-8")]
    for found in BLOCK.finditer(text)
}
SHELL = [text for kind, text in BLOCKS.values() if kind in {"console", "sh"}]
PYTHON = {place: text for place, (kind, text) in BLOCKS.items() if kind == "python"}


def with_text(*parts: str) -> str:
    (found,) = (text for text in PYTHON.values() if all(part in text for part in parts))
    return found


# What is served, called or collected by another program than Python's own has a test of its own.
FASTAPI = with_text("from fastapi", "WebhookApp")
WEB = with_text("from fastapi", "HTTPException")
DJANGO = with_text("from django")
CELERY = with_text("from celery")
AIOHTTP = with_text("from aiohttp")
ASGI = with_text("app = WebhookApp(")
PYTEST = with_text("import pytest")
PLUGIN = with_text("pytest_plugins =")
AIRFLOW = with_text("from airflow")  # whose install is larger than all else
DASK = with_text("from dask.distributed")
SERVED = {FASTAPI, WEB, DJANGO, CELERY, AIOHTTP, ASGI, PYTEST, PLUGIN, AIRFLOW, DASK}
PROGRAMS = {place: text for place, text in PYTHON.items() if text not in SERVED}

SECRET = "a-client-secret"
NOTIFICATION = (
    b'{"topic":"conversation.user.replied","id":"notif_1",'
    b'"data":{"item":{"type":"conversation","id":"123"}}}'
)
SIGNATURE = "sha1=" + hmac.new(SECRET.encode(), NOTIFICATION, "sha1").hexdigest()


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Emulator(conversations=40)) as emulator,
    ):
        yield emulator


@pytest.fixture(scope="module")
def exported(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what recipes read: an export, and its tables."""

    async def export() -> Path:
        async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
            job = Export(intercom, str(folder / "exported"))
            await job.run()
            return job.folder

    folder = tmp_path_factory.mktemp("docs")
    convert(str(asyncio.run(export())), str(folder / "tables"), "parquet")
    return folder


@pytest.fixture
def an_id(emulator: Emulator) -> str:
    """Return the id of a conversation."""

    async def first() -> str:
        async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
            return (await intercom.conversations.list(per_page=1)).items[0].id

    return asyncio.run(first())


@pytest.fixture
def here(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", emulator.token)
    monkeypatch.setenv("INTERCOM_BASE_URL", emulator.url)
    monkeypatch.setenv("INTERCOM_CLIENT_SECRET", SECRET)
    return tmp_path


def run(program: str, name: str = "__main__") -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": name}
    code = compile(program, "program", "exec", flags=PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if code.co_flags & inspect.CO_COROUTINE:  # a notebook's

        async def cell() -> None:
            await eval(code, names)  # noqa: S307  # the pages are ours

        asyncio.run(cell())
    else:
        exec(code, names)  # noqa: S102  # the pages are ours
    return names


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:The inplace keyword")  # Dask's, of what pandas will change
@pytest.mark.parametrize("place", PROGRAMS)
def test_a_program_runs_as_it_stands(
    place: str,
    here: Path,
    emulator: Emulator,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    program = PROGRAMS[place].replace("1001", str(emulator.workspace.admins[0]["id"]))
    if "iterdir()" in program or '"tables/' in program:
        shutil.copytree(request.getfixturevalue("exported"), here, dirs_exist_ok=True)
    run(program)
    printed = capsys.readouterr().out
    assert printed.strip()
    assert "failed:" not in printed
    assert not re.search(r"\b404\b", printed) or "NotFound" in program


async def asgi(
    app: Any, method: str, path: str, *headers: tuple[bytes, bytes]
) -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": list(headers),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": NOTIFICATION, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


@pytest.mark.parametrize(
    ("signature", "status"), [(SIGNATURE, 200), ("sha1=0", 401)], ids=["signed", "forged"]
)
@pytest.mark.usefixtures("here")
async def test_the_asgi_webhook_takes_what_intercom_signed(
    signature: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = (b"x-hub-signature", signature.encode())
    assert (await asgi(run(ASGI, "example")["app"], "POST", "/intercom", signed))[0] == status
    assert ("notif_1" in capsys.readouterr().out) is (status == 200)


@pytest.mark.usefixtures("here")
async def test_the_aiohttp_webhook_takes_what_intercom_signed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with TestClient(TestServer(run(AIOHTTP, "example")["app"])) as client:
        statuses = []
        for signature in (SIGNATURE, SIGNATURE, "sha1=0"):
            headers = {"X-Hub-Signature": signature}
            response = await client.post("/intercom", data=NOTIFICATION, headers=headers)
            statuses.append(response.status)
    assert statuses == [200, 200, 401]
    assert capsys.readouterr().out == "a reply in 123\n", "the second is known already"


@pytest.mark.usefixtures("here")
async def test_the_fastapi_application_serves_structs_and_takes_webhooks(
    an_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = run(FASTAPI, "example")["app"]
    async with app.router.lifespan_context(app):
        status, body = await asgi(app, "GET", f"/conversations/{an_id}")
        assert (status, json.loads(body)["id"]) == (200, an_id)
        signed = (b"x-hub-signature", SIGNATURE.encode())
        assert (await asgi(app, "POST", "/intercom/", signed))[0] == 200
    assert capsys.readouterr().out == "a reply in 123\n"


@pytest.mark.usefixtures("here")
async def test_the_endpoints_of_the_guide_serve_structs_and_errors(
    emulator: Emulator, an_id: str
) -> None:
    app = run(WEB, "example")["app"]
    async with app.router.lifespan_context(app):
        status, body = await asgi(app, "GET", f"/conversations/{an_id}")
        assert (status, json.loads(body)["id"]) == (200, an_id)
        status, body = await asgi(app, "GET", "/open")
        assert (status, {each["state"] for each in json.loads(body)}) == (200, {"open"})
        assert (await asgi(app, "GET", "/conversations/1"))[0] == 404
    emulator.token, token = "another", emulator.token
    async with app.router.lifespan_context(app):
        assert (await asgi(app, "GET", f"/conversations/{an_id}"))[0] == 502
    emulator.token = token


@pytest.mark.usefixtures("here")
async def test_the_django_view_answers() -> None:
    from django.conf import settings  # type: ignore[import-untyped]  # noqa: PLC0415
    from django.test import RequestFactory  # type: ignore[import-untyped]  # noqa: PLC0415

    settings.configure()
    view = run(DJANGO, "example")["waiting"]
    answer = json.loads((await view(RequestFactory().get("/waiting"))).content)
    assert len(answer["newest"]) == min(5, answer["total"])


@pytest.mark.usefixtures("here")
def test_the_celery_task_returns_what_it_fetched(an_id: str) -> None:
    task = run(CELERY, "example")["conversation_state"]
    assert task(an_id) in {"open", "closed", "snoozed"}


@pytest.mark.long
def test_the_tests_with_fixtures_pass(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(PLUGIN)
    (tmp_path / "test_mine.py").write_text(PYTEST)
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", str(tmp_path)]
    done = subprocess.run(  # noqa: S603  # our own tests
        pytest_, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.usefixtures("here")
def test_the_backend_answers_for_a_workspace_and_for_none_else(
    emulator: Emulator, an_id: str
) -> None:
    make_app = runpy.run_path(str(ROOT / "examples/backend.py"))["make_app"]

    async def ask() -> None:
        app = make_app({"acme": emulator.token, "gone": "a-token-of-nobody"})
        async with TestClient(TestServer(app)) as client:
            answer = await client.get("/acme/waiting")
            found = await answer.json()
            assert found["total"] >= len(found["conversations"]) > 0
            answer = await client.post(f"/acme/conversations/{an_id}/close")
            assert await answer.json() == {"id": an_id, "state": "closed"}
            statuses = [
                (await client.post("/acme/conversations/1/close")).status,
                (await client.get("/gone/waiting")).status,
                (await client.get("/nobody/waiting")).status,
            ]
            assert statuses == [404, 502, 404]

    asyncio.run(ask())


def test_the_nightly_export_makes_tables_and_does_so_again(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "examples/nightly_export.py"))["main"]
    assert [main(here / "out"), main(here / "out")] == [0, 0]
    assert (here / "out/tables/contacts.parquet").is_file()
    assert "tables in" in capsys.readouterr().out


def test_the_live_feed_goes_on_after_what_it_told(
    here: Path, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "examples/live_feed.py"))["main"]
    kept = here / "feed.cursor"

    async def change(name: str) -> None:
        async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
            await intercom.contacts.create(email=f"{name}@example.com")

    asyncio.run(change("first"))
    main(kept, 1)
    (before,) = capsys.readouterr().out.splitlines()
    asyncio.run(change("second"))
    main(kept, 1)
    (after,) = capsys.readouterr().out.splitlines()
    assert kept.is_file()
    assert before.split()[1:3] != after.split()[1:3], "what was told is not told again"


@pytest.mark.long
def test_the_report_is_a_page(
    here: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "examples/report.py"))["main"]
    (folder,) = (exported / "exported").iterdir()
    main(str(folder), "report.html")
    assert "first response:" in capsys.readouterr().out
    assert (here / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def dbt_file(name: str) -> str:
    (found,) = (
        text for _, text in BLOCKS.values() if text.startswith((f"# {name}", f"{{# {name}"))
    )
    return found


def test_the_dbt_project_finds_the_tables_and_its_macro(here: Path, exported: Path) -> None:
    project = yaml.safe_load(dbt_file("dbt_project.yml"))
    output = yaml.safe_load(dbt_file("profiles.yml"))[project["profile"]]["outputs"]["dev"]
    assert project["dispatch"][0]["search_order"][0] == project["name"]
    macro = Template(dbt_file("macros/percentile.sql")).make_module()
    median = getattr(macro, f"{output['type']}__percentile")("n", "author_type", "0.5")

    (folder,) = (exported / "exported").iterdir()
    convert(str(folder), str(here / "tables"), "duckdb", schema="fivetran")
    (attached,) = output["attach"]
    names = project["vars"]["intercom"]
    source = f"{names['intercom_database']}.{names['intercom_schema']}.conversation_part_history"
    with duckdb.connect(output["path"]) as database:
        database.execute(f"ATTACH '{attached['path']}' (READ_ONLY {attached['read_only']})")
        rows = database.execute(f"""
            SELECT DISTINCT author_type, {median}
            FROM (SELECT *, row_number() OVER (PARTITION BY author_type) n FROM {source})
        """).fetchall()  # noqa: S608  # the page's
        counts = database.execute(f"SELECT author_type, count(*) FROM {source} GROUP BY ALL")  # noqa: S608
        assert dict(rows) == {author: (1 + count) / 2 for author, count in counts.fetchall()}


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return what puts commands on the PATH that end with these codes, and note their pauses."""

    def make(*codes: int) -> Path:
        scripts = tmp_path / "bin"
        scripts.mkdir()
        (tmp_path / "codes").write_text("".join(f"{code}\n" for code in codes))
        taken = f'cd {tmp_path}; code=$(head -n 1 codes); sed -i 1d codes; exit "$code"'
        for name, does in (("intercom-async", taken), ("sleep", f"echo $1 >>{tmp_path}/slept")):
            (scripts / name).write_text(f"#!/bin/sh\n{does}\n")
            (scripts / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{scripts}{os.pathsep}{os.environ['PATH']}")
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("codes", "code", "pauses"),
    [
        ([0], 0, "0"),
        ([8], 0, "0"),
        ([3, 0], 0, "0 600"),
        ([5, 3, 5], 5, "0 600 3600"),
        ([5, 4], 4, "0 600"),
        ([6], 6, "0"),
    ],
)
def test_the_script_of_cron_tries_again_what_may_end_otherwise(
    command: Callable[..., Path], codes: list[int], code: int, pauses: str
) -> None:
    folder = command(*codes)
    script = next(text for text in SHELL if text.startswith("#!/bin/sh"))
    assert subprocess.run(["/bin/sh", "-c", script], check=False).returncode == code  # noqa: S603
    assert (folder / "slept").read_text().split() == pauses.split()
    assert (folder / "codes").read_text() == ""


class Failed(Exception):
    """Stands for what Airflow does not try again."""


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        *((code, None) for code in (0, 8)),
        *((code, RuntimeError) for code in (3, 5, 130, 143)),
        *((code, Failed) for code in (1, 2, 4, 6, 7)),
    ],
)
def test_the_task_of_airflow_ends_as_its_exit_code_says(
    command: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    raised: type[Exception] | None,
) -> None:
    def decorator(**_: object) -> Callable[[Any], Any]:
        return lambda function: function

    for name, holds in (
        ("airflow", {}),
        ("airflow.sdk", {"dag": decorator, "task": decorator}),
        ("airflow.sdk.exceptions", {"AirflowFailException": Failed}),
    ):
        module = ModuleType(name)
        vars(module).update(holds)
        monkeypatch.setitem(sys.modules, name, module)
    command(code)
    with nullcontext() if raised is None else pytest.raises(raised, match=f"exit code {code}:"):
        run(AIRFLOW, "dag")


def workers_of(pid: int) -> list[int]:
    """Return the workers that a program has started, from whichever of its threads."""
    told = " ".join(each.read_text() for each in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for child in told.split() if b"spawn_main" in arguments_of(child)]


def arguments_of(pid: str) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
def test_dask_goes_on_with_what_a_worker_did_that_was_killed(
    here: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "program.py").write_text(DASK)
    monkeypatch.setattr(emulator, "latency", 0.1)
    before = len(emulator.requests)
    with subprocess.Popen(  # the page's program
        [sys.executable, "program.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        while len(emulator.requests) < before + 20:
            assert program.poll() is None
            time.sleep(0.01)
        workers = workers_of(program.pid)
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        out, err = program.communicate(timeout=120)
    assert len(workers) == 2
    assert out == "INTERCOM_ACCESS_TOKEN complete\n", err
    (folder,) = (here / "exported").iterdir()
    held = [json.loads(line)["id"] for line in read_lines(folder)]
    assert sorted(held) == sorted(emulator.workspace.ids())


def test_commands_and_their_options_are_there() -> None:
    lines = [line for text in SHELL for line in text.splitlines() if "intercom-async " in line]
    assert len(lines) > 10
    for line in lines:
        words = line.split("#")[0].partition("intercom-async ")[2].split(" -- ")[0].split()
        found = cli.get_command(click.Context(cli), words[0])
        assert found is not None, line
        known = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_every_public_name_has_a_place_in_the_reference() -> None:
    exported = {name for name in import_module("intercom_async").__all__ if name != "__version__"}
    named = {name for names in docs.public_names().values() for name in names}
    assert exported <= named
    reference = "\n".join(docs.reference().values())
    for names in docs.public_names().values():
        for home in names.values():
            assert f"::: {home}\n" in reference


def test_every_searchable_field_and_every_column_is_listed() -> None:
    fields = docs.fields()
    for name, searched in docs.SEARCHED.items():
        for key, field in searched.table.items():
            written = (f"| `{name}.{key}` |", f'| `{name}["{field.name}"]` |')
            (line,) = (line for line in fields.splitlines() if line.startswith(written))
            assert all(f"`{operator}`" in line for operator in field.operators)
    tables = docs.tables()
    for table in TABLES.values():
        section = tables.partition(f"### {table.name}\n")[2].partition("\n### ")[0]
        assert all(f"| `{column.name}` |" in section for column in table.columns), table.name


def test_the_readme_is_short_and_every_exit_code_is_explained() -> None:
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("\n") <= 200
    export = (ROOT / "docs/guides/export.md").read_text(encoding="utf-8")
    table = export.partition("| exit code")[2]
    named = {int(code) for code in re.findall(r"\b\d+\b", table)}
    assert named == {meaning.value for meaning in Exit}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    made = {(ROOT / "docs" / each).resolve() for each in docs.reference()}
    made.add(ROOT / "docs/images/cpu.svg")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        target = (page.parent / link).resolve()
        assert target.exists() or target in made, link


def test_what_is_public_is_described_once() -> None:
    homes = [home for names in docs.public_names().values() for home in set(names.values())]
    assert {home for home, times in Counter(homes).items() if times > 1} == set()
