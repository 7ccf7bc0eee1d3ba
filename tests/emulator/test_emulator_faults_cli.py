"""The flags of ``intercom-async emulate`` that make the emulator less perfect."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from intercom_async.cli.emulate import emulate
from intercom_async.emulator import FaultKind

COMMAND = [sys.executable, "-m", "intercom_async", "emulate", "--conversations", "3"]
ASK = """
import os, urllib.error, urllib.request
url, token = os.environ["INTERCOM_BASE_URL"], os.environ["INTERCOM_ACCESS_TOKEN"]
for _ in range(12):
    asked = urllib.request.Request(url + "/me", headers={"Authorization": "Bearer " + token})
    try:
        answer = urllib.request.urlopen(asked)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        print(answer.status, answer.headers["Intercom-Version"])
"""


@pytest.mark.long
def test_faults_are_chosen_by_kind_rate_and_seed() -> None:
    options = ["--fault-rate", "1", "--fault", "status_500", "--fault", "html_503"]
    options += ["--fault-seed", "3", "--version", "2.14", "--webhook-url", "http://127.0.0.1:9/"]
    done = subprocess.run(  # noqa: S603  # our own command
        [*COMMAND, *options, "--", sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    answers = [line.split() for line in done.stdout.splitlines()]
    assert [int(status) for status, _ in answers][2::3] == [200] * 4
    assert {status for status, _ in answers} == {"200", "500", "503"}
    assert {version for _, version in answers} == {"2.14"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--fault-rate", "1.5"), "1.5 is not in the range"),
        (("--fault", "status_500"), "--fault-rate"),
        (("--version", "9.9"), "'9.9' is no version"),
        (("--webhook-url", "http://example.com/"), "loopback"),
    ],
    ids=["no probability", "no rate", "no version", "off this machine"],
)
def test_what_cannot_be_emulated_is_refused(options: tuple[str, ...], message: str) -> None:
    refused = CliRunner().invoke(emulate, options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert message in refused.stderr


def test_an_unknown_kind_is_told_all_kinds() -> None:
    refused = CliRunner().invoke(emulate, ["--fault-rate", "0.5", "--fault", "nothing"])
    assert refused.exit_code == 2
    assert all(f"'{kind.value}'" in refused.stderr for kind in FaultKind)
