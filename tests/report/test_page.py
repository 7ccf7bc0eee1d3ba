"""The page of a report: what it holds, and that nothing in it can run or ask for more."""

import os
import re
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from anyio.from_thread import start_blocking_portal
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intercom_async.cli.app import cli
from intercom_async.emulator import Emulator
from intercom_async.report import (
    Remark,
    Report,
    SlaByName,
    Spread,
    Tag,
    Team,
    figures,
    read_report,
    render_index,
    render_page,
)
from tests.report.browser import axe_core, chromium
from tests.report.making import MARK, T, conversation, export, part, person

HOSTILE = (
    "</svg><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\0\x1b]]>&#0;\ud800"
    + "a" * 10_000
)
VOID = {"meta", "br", "img", "link"}


class Parsed(HTMLParser):
    """A document in which every element must be closed in its place."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of the emulator's conversations."""
    out = tmp_path_factory.mktemp("report") / "exported"
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Emulator(conversations=300)) as emulator,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("INTERCOM_BASE_URL", emulator.url)
        patch.setenv("INTERCOM_ACCESS_TOKEN", emulator.token or "a-token")
        done = CliRunner().invoke(cli, ["export", "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    (workspace,) = folder.iterdir()
    return read_report(workspace, zone="Europe/Dublin", office_hours="Mon-Fri 09:00-17:30")


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Return a folder for what a browser shows, for people to look at."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_harmless(page: str) -> None:
    parsed = Parsed(page)
    assert not parsed.seen & {"script", "img", "iframe", "link", "object", "foreignobject", "base"}
    for name, value in parsed.attributes:
        assert not name.startswith("on")
        assert name != "style"
        if name in {"href", "src", "xlink:href"}:
            assert ":" not in value
    assert "default-src 'none'" in page
    assert not re.search("[\0-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)


def with_text(report: Report, text: str) -> Report:
    figures = report.figures
    assert figures.teammates is not None
    teammates = {
        id: msgspec.structs.replace(each, name=text) for id, each in figures.teammates.items()
    }
    steps = tuple(msgspec.structs.replace(each, by_channel={text: 2}) for each in report.steps[:2])
    assert figures.sla is not None
    figures = msgspec.structs.replace(
        figures,
        workspace=text,
        teammates=teammates,
        teams={text: Team(text, 3, Spread(1, 2, 3)), "": Team(text, 3, Spread(0, None, None))},
        tags={text: Tag(text, 3)},
        sla=msgspec.structs.replace(figures.sla, by_name={text: SlaByName(1, 0, 1.0)}),
        not_included={text: text},
    )
    remarks = (Remark("2026-01-01", 1, text, text),)
    return msgspec.structs.replace(report, figures=figures, steps=steps, remarks=remarks, name=text)


def test_a_page_is_small_and_says_nothing_odd(report: Report) -> None:
    page = render_page(report)
    assert len(page.encode()) < 400_000
    assert page.count("<svg") >= 10
    is_harmless(page)
    for odd in ("None", "NaN", "undefined", ">null<"):
        assert odd not in page


def test_hostile_text_neither_breaks_a_page_nor_runs(report: Report) -> None:
    page = render_page(with_text(report, HOSTILE))
    is_harmless(page)
    assert len(page.encode()) < 400_000
    is_harmless(render_index([(HOSTILE, None, HOSTILE), (HOSTILE, "a.html", None)]))


@pytest.mark.long
@settings(max_examples=15, deadline=None)
@example(text="00000000@\x1b\x1b\U00016800@")
@example(text="\U0001f600" * 30)
@given(text=st.text(st.characters(), min_size=1, max_size=30))
def test_no_text_breaks_a_page(report: Report, text: str) -> None:
    is_harmless(render_page(with_text(report, text)))


@pytest.mark.long
@pytest.mark.parametrize("text", [HOSTILE, "&#0;", "فريق الدعم", "支持团队", "👩‍👩‍👧‍👦" * 40])
def test_hostile_text_in_records_neither_breaks_a_page_nor_runs(tmp_path: Path, text: str) -> None:
    parts = [
        part(T + 60, "comment", person("admin", "7", text), text),
        part(T + 90, "comment", person("team", "70", text), text),
    ]
    records = [
        conversation(
            str(id),
            T,
            person("user", text, text),
            parts,
            source={"type": text, "author": person("user", text, text), "body": text},
            tags={"tags": [{"id": text, "name": text}, {"id": "2", "name": text}]},
            team_assignee_id="70",
            topics={"topics": [{"name": text}]},
            company={"name": text},
            sla_applied={"sla_name": text, "sla_status": "hit"},
            conversation_rating={"created_at": T, "rating": 1, "remark": text, "teammate": MARK},
            ai_agent={"resolution_state": text},
            ai_agent_participated=True,
        )
        for id in range(3)
    ]
    report = read_report(export(tmp_path, records))
    page = render_page(report)
    is_harmless(page)
    assert page.count("<svg") == 8
    assert report.figures.tags is not None
    assert {each.conversations for each in report.figures.tags.values()} == {3}


def luminance(colour: str) -> float:
    """Return how light a colour is, as WCAG 2 defines it."""
    digits = colour.removeprefix("#")
    pairs = [digits[at : at + len(digits) // 3] for at in range(0, len(digits), len(digits) // 3)]
    parts = [int(pair * 2 if len(pair) == 1 else pair, 16) / 255 for pair in pairs]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_charts_stand_out_from_what_is_behind_them(report: Report) -> None:
    page = render_page(report)
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    light, dark = (
        dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", each)) for each in style.split("@media")[:2]
    )
    written = re.findall(r"<text[^>]*>", page)
    of_text = {name for text in written for name in re.findall(r'fill="var\(--(\w+)\)"', text)}
    drawn = {*re.findall(r'(?:fill|stroke)="var\(--(\w+)\)"', page)} - of_text - {"grid"}
    assert of_text == {"ink", "muted"}
    assert all('fill="var(--' in text for text in written)
    assert drawn == {"c1", "c2", "c3", "c4", "c5", "c6"}
    for scheme in (light, dark):
        assert {name for name in of_text if contrast(scheme[name], scheme["card"]) < 4.5} == set()
        assert {name for name in drawn if contrast(scheme[name], scheme["card"]) < 3} == set()
        for name in ("good", "bad", "ink", "muted"):
            assert contrast(scheme[name], scheme["card"]) >= 4.5


@pytest.mark.long
def test_names_are_left_out_if_that_is_asked_for(folder: Path, report: Report) -> None:
    (workspace,) = folder.iterdir()
    redacted = render_page(read_report(workspace, redact=frozenset({"name"})))
    assert report.figures.teammates
    for id, each in report.figures.teammates.items():
        assert each.name not in redacted
        assert id in redacted
    assert report.name is not None
    assert report.name not in redacted
    assert f"Support report: <bdi>{workspace.name}</bdi>" in redacted


def test_a_report_has_the_name_and_the_zone_of_its_workspace(folder: Path, report: Report) -> None:
    (workspace,) = folder.iterdir()
    page = render_page(report)
    assert "<h1>Support report: <bdi>Emulated workspace</bdi></h1>" in page
    assert f"Workspace <bdi>{workspace.name}</bdi>, " in page
    assert figures(workspace) == figures(workspace, zone="Europe/Dublin")
    day = CliRunner().invoke(cli, ["report", str(folder), "--json", "--since", "2026-07-01"])
    assert day.exit_code == 0, day.output
    assert msgspec.json.decode(day.stdout)["since"] == "2026-07-01T00:00:00+01:00"


def test_the_command_makes_a_page_each_and_an_index(folder: Path, tmp_path: Path) -> None:
    one = CliRunner().invoke(cli, ["report", str(folder), "--out", str(tmp_path / "one.html")])
    assert one.exit_code == 0, one.output
    (workspace,) = folder.iterdir()
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "state.sqlite").write_bytes(b"")
    to = tmp_path / "pages"
    both = CliRunner().invoke(cli, ["report", str(broken), str(workspace), "--to", str(to)])
    assert both.exit_code == 3, both.output
    index = (to / "index.html").read_text("utf-8")
    assert f'href="{workspace.name}.html"' in index
    assert (to / f"{workspace.name}.html").exists()
    assert not (to / "broken.html").exists()
    assert "1 of 2 were made" in index
    neither = CliRunner().invoke(cli, ["report", str(folder)])
    assert neither.exit_code == 2


async def look_at(page: Path, shots: Path) -> None:
    """Open a page in a browser, in light and dark, wide and narrow, and keep what it shows."""
    with TemporaryDirectory() as profile:
        async with chromium(Path(profile)) as tab:
            await tab.load(page)
            for width, scheme in product((1280, 390), ("light", "dark")):
                shown = await tab.look(width=width, scheme=scheme)
                (shots / f"{page.stem}-{scheme}-{width}.png").write_bytes(shown)
                assert await tab.evaluate("document.documentElement.scrollWidth") <= width
            assert await tab.evaluate("document.scripts.length") == 0
    kinds = [each["method"] for each in tab.events]
    assert kinds.count("Network.requestWillBeSent") == 1
    assert not {
        *("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"),
        "Page.javascriptDialogOpening",
    } & {*kinds}


@pytest.mark.long
async def test_a_browser_asks_for_the_page_alone(report: Report, shots: Path) -> None:
    page = shots / "report.html"
    page.write_text(render_page(report), "utf-8")
    await look_at(page, shots)


@pytest.mark.long
async def test_axe_finds_nothing_against_a_page(report: Report, shots: Path) -> None:
    axe = axe_core()
    for name, page in (
        ("report", render_page(report)),
        ("index", render_index([("a", None, "It failed."), ("b", "b.html", None)])),
    ):
        file = shots / f"{name}.html"
        file.write_text(page, "utf-8")
        with TemporaryDirectory() as profile:
            async with chromium(Path(profile)) as tab:
                await tab.load(file)
                for width, scheme in product((1280, 390), ("light", "dark")):
                    await tab.look(width=width, scheme=scheme)
                    assert await tab.violations(axe) == []


@pytest.mark.long
async def test_hostile_text_does_nothing_in_a_browser(report: Report, shots: Path) -> None:
    for name, page in (
        ("hostile", render_page(with_text(report, HOSTILE))),
        ("index", render_index([(HOSTILE, None, HOSTILE), ("a", "a.html", None)])),
    ):
        (shots / f"{name}.html").write_text(page, "utf-8")
        await look_at(shots / f"{name}.html", shots)


@pytest.mark.long
def test_pages_are_for_their_owner_alone_and_stay_until_new_ones_are_whole(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "pages"
    done = CliRunner().invoke(cli, ["report", str(folder), "--to", str(to), "--json"])
    assert done.exit_code == 0, done.output
    page = next(to.glob("*[!x].html"))
    figures = msgspec.json.decode((to / "figures.json").read_bytes())
    printed = msgspec.json.decode(done.stdout)
    assert [printed] == [{"event": "report", **each} for each in figures]
    assert {file.stat().st_mode & 0o777 for file in to.iterdir()} == {0o600}
    assert to.stat().st_mode & 0o777 == 0o700
    before = page.read_bytes()

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fails)
    failed = CliRunner().invoke(cli, ["report", str(folder), "--out", str(page)])
    assert failed.exit_code == 6, failed.output
    assert page.read_bytes() == before


@pytest.mark.long
def test_office_hours_are_on_the_page(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    hours = ["--office-hours", "Mon-Fri 09:00-17:30", "--zone", "Europe/Dublin"]
    done = CliRunner().invoke(cli, ["report", str(folder), "--out", str(page), *hours])
    assert done.exit_code == 0, done.output
    shown = page.read_text("utf-8")
    assert "Office hours are Mon-Fri 09:00-17:30." in shown
    assert '<th scope="col">Mon-Fri 09:00-17:30</th>' in shown
    assert "median in office hours" in shown
    without = CliRunner().invoke(cli, ["report", str(folder), "--out", str(page)])
    assert without.exit_code == 0, without.output
    assert "median in office hours" not in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ("2025-03-30", "2025-03-30T00:00:00+00:00"),
        ("2025-03-31", "2025-03-31T00:00:00+01:00"),
        ("1743289200", "2025-03-29T23:00:00+00:00"),
        ("2025-03-30T12:00Z", "2025-03-30T13:00:00+01:00"),
    ],
)
def test_a_period_begins_as_other_commands_take_it(folder: Path, given: str, begins: str) -> None:
    period = ["--since", given, "--zone", "Europe/Dublin", "--json"]
    done = CliRunner().invoke(cli, ["report", str(folder), *period])
    assert done.exit_code == 0, done.output
    assert msgspec.json.decode(done.stdout)["since"] == begins


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "lately"], "'lately' is no date or time"),
        (["--zone", "Europe/Dublni"], "did you mean Europe/Dublin"),
        (["--office-hours", "at noon"], "noon"),
        (["--since", "2025-02-01", "--until", "2025-01-01"], "since must come before until"),
    ],
)
def test_what_makes_no_page_is_told(
    folder: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    page = tmp_path / "page.html"
    done = CliRunner().invoke(cli, ["report", str(folder), "--out", str(page), *options])
    assert done.exit_code == 2
    assert said in done.output
    assert not page.exists()


@pytest.mark.long
def test_a_period_without_conversations_has_a_page(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    for period in (["--since", "2999-01-01"], ["--until", "1990-01-01"]):
        done = CliRunner().invoke(cli, ["report", str(folder), "--out", str(page), *period])
        assert done.exit_code == 0, done.output
        shown = page.read_text("utf-8")
        is_harmless(shown)
        assert "Nothing in this period." in shown
        for odd in ("None", "NaN", "undefined", ">null<"):
            assert odd not in shown
