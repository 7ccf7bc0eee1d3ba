"""``export --workspaces``: many workspaces in several processes, of which none costs another."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest

from intercom_async.emulator import Emulator
from intercom_async.export.store import check_files, read_lines
from tests.cli.conftest import Run
from tests.waiting import until

CONVERSATIONS: Final = 15
STREAMS: Final = ("--streams", "conversations,tags")
# Kills the process in which the token of a workspace of that name is read.
KILLING: Final = """
import os, pathlib
read_text = pathlib.Path.read_text
def read_or_die(path, *arguments, **options):
    if path.name == "deadly":
        os.kill(os.getpid(), 9)
    return read_text(path, *arguments, **options)
pathlib.Path.read_text = read_or_die
"""


class Agency:
    """Emulated workspaces, the file that names them, and the command that exports them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.emulators: dict[str, Emulator] = {}
        self.tokens: dict[str, str] = {}
        self.tables: dict[str, str] = {}
        self.path: str | None = None

    def write(self) -> None:
        tables = (f"[{name}]\n{lines}\n" for name, lines in self.tables.items())
        (self.folder / "workspaces.toml").write_text("\n".join(tables))

    async def start(self, *options: str) -> asyncio.subprocess.Process:
        kept = {name: value for name, value in os.environ.items() if "INTERCOM" not in name}
        extra = {} if self.path is None else {"PYTHONPATH": self.path}
        command = ("-m", "intercom_async", "export", "--workspaces", "workspaces.toml")
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            *("--out", "out", *STREAMS, *options),
            cwd=self.folder,
            env=kept | self.tokens | extra,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def finish(self, process: asyncio.subprocess.Process) -> tuple[int, str, str]:
        async with asyncio.timeout(60):
            out, err = await process.communicate()
        told = out.decode() + err.decode()
        assert not [token for token in self.tokens.values() if token in told]
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    async def run(self, *options: str) -> tuple[int, str, str]:
        return await self.finish(await self.start(*options))

    def asked(self) -> int:
        return sum(len(each.requests) for each in self.emulators.values())

    def check(self, *names: str) -> None:
        """See that all that these workspaces have is exported, once."""
        for name in names:
            emulator = self.emulators[name]
            folder = self.folder / "out" / emulator.workspace.app["id_code"]
            assert check_files(folder) == []
            ids = [json.loads(line)["id"] for line in read_lines(folder)]
            assert sorted(ids) == sorted(emulator.workspace.ids())


@pytest.fixture
async def agency(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Agency]:
    agency = Agency(tmp_path)
    async with AsyncExitStack() as stack:
        for number in range(getattr(request, "param", 3)):
            name, token = f"w{number}", f"a-token-nobody-may-see-{number}"
            made = Emulator(conversations=CONVERSATIONS, seed=number, token=token)
            emulator = agency.emulators[name] = await stack.enter_async_context(made)
            agency.tokens[f"TOKEN_{number}"] = token
            agency.tables[name] = f'base_url = "{emulator.url}"\ntoken_env = "TOKEN_{number}"\n'
        agency.write()
        yield agency


def children(process: asyncio.subprocess.Process) -> list[int]:
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in told.split()]


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="finds the processes to kill in /proc")
@pytest.mark.parametrize("agency", [12], indirect=True)
async def test_some_fail_a_process_is_killed_and_the_others_are_whole(agency: Agency) -> None:
    right = agency.tokens.pop("TOKEN_0")  # which one reads it
    agency.tokens["TOKEN_1"] = "a-token-that-was-revoked"
    blocked = agency.folder / "out" / agency.emulators["w2"].workspace.app["id_code"]
    blocked.parent.mkdir()
    blocked.write_text("in the way")
    agency.emulators["w3"].plan_restricted = True
    for emulator in agency.emulators.values():
        emulator.latency = 0.03

    process = await agency.start("--processes", "2", "--at-once", "10")
    await until(lambda: agency.asked() > 60)
    victim, _ = children(process)
    os.kill(victim, signal.SIGKILL)
    code, out, err = await agency.finish(process)

    assert code == 6, err
    assert "a process ended by SIGKILL" in err
    outcomes = {row.split()[0]: row.split("  ")[-1] for row in out.splitlines() if row[0] == "w"}
    assert outcomes.pop("workspace") == "outcome"
    assert [outcomes.pop(f"w{number}") for number in range(3)] == [
        "wrong settings",
        "not authorised",
        "local disk",
    ]
    assert outcomes.pop("w3").startswith("not complete")
    assert all(outcome.startswith("complete, in ") for outcome in outcomes.values())
    assert "w0: no access token: the environment variable TOKEN_0 is not set." in err
    assert "4 of 12 workspaces are not complete." in err
    agency.check(*outcomes)

    agency.tokens |= {"TOKEN_0": right, "TOKEN_1": agency.emulators["w1"].token}
    agency.emulators["w3"].plan_restricted = False
    blocked.unlink()
    assert (await agency.run("--processes", "2"))[0] == 0
    agency.check(*agency.emulators)


@pytest.mark.long
async def test_what_kills_its_process_each_time_is_given_up(agency: Agency) -> None:
    (agency.folder / "sitecustomize.py").write_text(KILLING)
    agency.path = str(agency.folder)
    agency.tables["w1"] = 'token_file = "deadly"\n'
    agency.write()
    code, out, err = await agency.run("--json")
    assert code == 5
    assert "w1: 3 processes ended while they exported it, the last by SIGKILL." in err
    last = json.loads(out.splitlines()[-1])
    assert (last["event"], last["others"], last["complete"]) == ("workspaces", ["w1"], 2)
    agency.check("w0", "w2")


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
async def test_it_ends_with_all_its_processes_and_goes_on(
    agency: Agency, number: signal.Signals, code: int
) -> None:
    for emulator in agency.emulators.values():
        emulator.latency = 0.05
    process = await agency.start("--processes", "2")
    await until(lambda: agency.asked() > 30)
    started = children(process)
    process.send_signal(number)
    left, _, err = await agency.finish(process)
    assert left == code
    if number == signal.SIGINT:
        assert "interrupted" in err
        assert "0 of 3 workspaces are complete" in err
        assert "Traceback" not in err
    assert len(started) == 2
    await until(lambda: not any(_runs(pid) for pid in started))
    if number == signal.SIGKILL:
        assert await agency.run("--quiet") == (0, "", "")
        agency.check(*agency.emulators)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.long
async def test_limits_end_what_is_begun_and_what_is_not(agency: Agency) -> None:
    agency.emulators["w0"].latency = 0.5
    limits = ("--max-requests", "12", "--max-duration", "1s")
    code, out, err = await agency.run("--at-once", "1", *limits)
    assert code == 8
    assert out.count("limit reached") == 3
    assert "w0: own limit of " in err
    assert "w2: --max-duration was reached before it was begun." in err
    assert not agency.emulators["w2"].requests


TOKEN: Final = "dG9rOjEyMzQ1Njc4X2FiY2RfZWZnaF9pamts"


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'[a]\ntoken = "{TOKEN}"', "looks like an access token"),
        ('[a]\ntoken = "s3cret-word"', "[a] holds a token: name an environment variable"),
        (f'[a]\ntoken_env = "{TOKEN}"', "looks like an access token"),
        (f'# {TOKEN}\n[a]\ntoken_env = "A"', "take the token out"),
        ('[a]\ntoken_env = "s3cret-word"', "must be the name of an environment variable"),
        ('[a]\ntoken_env = "A"\ntoken_file = "a"', "one of them"),
        ('[a]\nregion = "eu"', "needs token_env or token_file"),
        ('[a]\nregion = "mars"\ntoken_env = "A"', "[a]: region must be one of us, eu, au"),
        ('[a]\nregion = "s3cret"\ntoken_env = "A"', "[a]: region must be one of us, eu, au"),
        ('[a]\nregion = ["s3cret"]\ntoken_env = "A"', "[a]: region must be one of us, eu, au"),
        ('[a]\nregion = "eu"\nbase_url = "https://h"\ntoken_env = "A"', "give one"),
        ('[a]\nregoin = "eu"\ntoken_env = "A"', "has a field 'regoin'"),
        ('[a]\nbase_url = 3\ntoken_env = "A"', "Expected `str | null`"),
        ('name = "a"', "[name] must be a table"),
        ("[a", "is no TOML"),
        (f"[{TOKEN}]\n[{TOKEN}]", "looks like an access token"),
        (f'[a]\ntoken_env = "\\u0064{TOKEN[1:]}"', "looks like an access token"),
        (f'[a]\ntoken_env = """{TOKEN[:9]}\\\n{TOKEN[9:]}"""', "looks like an access token"),
        ('[a]\nAccess-Token = "s3cret-word"', "[a] holds a token"),
        ('[a.auth]\nbearer = "s3cret-word"', "has a field 'auth'"),
        ('[[a]]\ntoken = "s3cret-word"', "[a] must be a table"),
        ('[a]\ntoken_env = {is = "s3cret-word"}', "Expected `str | null`"),
        ('[a]\ntoken_file = ""', "needs token_env or token_file"),
        ('["\\u001b[2Ja"]\ntoken_env = "A"', "cannot be a workspace's name"),
        ('[" "]\ntoken_env = "A"', "cannot be a workspace's name"),
        (f"a = {'[' * 9_000}{']' * 9_000}", "nests too deep"),
        (f"[a]\ntoken_env = {'1' * 9_000}", "a number that is too long"),
        ("", "names no workspace"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_will_not_do_is_refused_and_its_values_not_shown(
    run: Run, tmp_path: Path, text: str | None, told: str
) -> None:
    if text is not None:
        (tmp_path / "workspaces.toml").write_text(text)
    code, out, err = run("export", "--workspaces", "workspaces.toml", "--out", "out")
    assert code == 2
    assert told in err.replace("\n", " ")
    assert "s3cret" not in out + err
    assert TOKEN not in out + err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--at-once", "3"], "are for --workspaces"),
        (["--workspaces", "w", "--token-file", "t", "--region", "eu"], "--token-file, --region: "),
        (["--workspaces", "w", "--log-file", "l"], "is for one workspace"),
        (["--workspaces", "w", "--quiet", "--json"], "not both"),
        (["--workspaces", "w", "--limiter", "http://h"], "must be such as redis://"),
        (["--workspaces", "w", "--since", "2d", "--until", "3d"], "--since must be before"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(run: Run, options: list[str], told: str) -> None:
    code, _, err = run("export", "--out", "out", *options)
    assert code == 2
    assert told in err


@pytest.mark.long
async def test_a_path_that_no_file_has_costs_no_other_workspace(agency: Agency) -> None:
    agency.tables["w1"] = 'token_file = "a\\u0000b"\n'
    agency.write()
    code, _, err = await agency.run()
    assert code == 2
    assert "w1: the file of the token cannot be read: " in err
    assert "bug" not in err
    agency.check("w0", "w2")
