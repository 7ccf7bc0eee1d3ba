"""``--limiter``: commands that share a workspace's rate window with others."""

import json
from pathlib import Path

import pytest

from intercom_async.emulator import Emulator
from tests.cli.conftest import Run
from tests.services import PrivateRedis


@pytest.mark.long
def test_an_export_shares_the_window_of_others(run: Run, tmp_path: Path) -> None:
    with PrivateRedis(tmp_path, password="s3cret-word") as redis:
        code, out, err = run("export", "--out", "out", "--limiter", redis.url, "--json")
    assert code == 0
    assert json.loads(out.splitlines()[-1])["complete"]
    assert "does not answer" not in err
    assert "s3cret" not in out + err


def test_an_export_goes_on_without_a_redis(run: Run, intercom_emulator: Emulator) -> None:
    url = "redis://:s3cret-word@127.0.0.1:1"
    code, out, err = run("export", "--out", "out", "--limiter", url, "--streams", "tags")
    assert code == 0
    assert "redis://127.0.0.1:1 does not answer (ConnectionError)" in err
    assert "s3cret" not in out + err
    assert intercom_emulator.requests


def test_what_is_no_redis_is_wrong_usage(run: Run, intercom_emulator: Emulator) -> None:
    code, out, err = run("plan", "--limiter", "http://:s3cret-word@127.0.0.1")
    assert code == 2
    assert "must be such as redis://" in err
    assert "s3cret" not in out + err
    assert not intercom_emulator.requests
