"""An export killed at random moments, its folder deleted, and gone on with from its bucket.

``python -m tests.chaos.mirror --seed 7`` kills thirty. The bucket is moto's S3 over loopback,
which fails a fifth of its puts.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import boto3  # type: ignore[import-untyped]
from moto.server import ThreadedMotoServer

from intercom_async.emulator import Emulator
from intercom_async.export.files import find_export
from intercom_async.export.store import check_files, read_lines

BUCKET: Final = "lake"
URL: Final = f"s3://{BUCKET}/exports"
SECRET: Final = "a-secret-nobody-may-see"  # of the emulated bucket
# Rounds that follow one another closely, so that a kill meets each step of one; and a lease that
# a test need not wait for.
_HASTY: Final = """
from intercom_async.export.mirror import lease, mirror
mirror._PAUSE, mirror._SHARE, lease._SECONDS, lease.RENEWAL = .05, 0, 1, .2
mirror.RENEWAL = .2
from intercom_async.cli import main
main()
"""


class Kill(NamedTuple):
    """When a process is killed: so many seconds after so many requests."""

    requests: int
    seconds: float


class Bucket:
    """A bucket of an S3 server on loopback.

    Attributes:
        fails: The share of puts that are answered with 503.
        environment: What a process needs to reach it.
        failed: How many puts were.
    """

    def __init__(self, server: ThreadedMotoServer) -> None:
        host, port = server.get_host_and_port()
        self.fails: float = 0.0
        self.failed: int = 0
        self.environment: dict[str, str] = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }
        self._random = random.Random(7)  # for faults
        self._server = server
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=f"http://{host}:{port}",
            aws_access_key_id="x",
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )
        self._client.create_bucket(Bucket=BUCKET)
        app = server._server.app  # type: ignore[union-attr]  # has no other way in
        server._server.app = self._faulty(app)  # type: ignore[union-attr]

    def _faulty(self, app: Any) -> Any:
        def faulty(environ: dict[str, Any], start_response: Any) -> Any:
            if environ["REQUEST_METHOD"] == "PUT" and self._random.random() < self.fails:
                self.failed += 1
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                start_response("503 Slow Down", [("Content-Length", "0")])
                return []
            return app(environ, start_response)

        return faulty

    def objects(self) -> dict[str, bytes]:
        """Return all objects, by what follows the prefix."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return {
            key.removeprefix("exports/"): self._client.get_object(Bucket=BUCKET, Key=key)[
                "Body"
            ].read()
            for key in keys
        }

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


@contextmanager
def bucket() -> Iterator[Bucket]:
    """Serve an empty bucket."""
    for name in ("werkzeug", "botocore"):
        logging.getLogger(name).setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        import requests  # noqa: PLC0415  # moto's own

        host, port = server.get_host_and_port()
        requests.post(f"http://{host}:{port}/moto-api/reset", timeout=10)
        made = Bucket(server)
        yield made
        made.close()
    finally:
        server.stop()


async def export(
    out: Path, emulator: Emulator, environment: dict[str, str], kill: Kill | None = None
) -> tuple[int, str, str]:
    """Run the command in a process of its own, with a mirror; kill it at a moment."""
    environ = os.environ | environment
    environ |= {"INTERCOM_BASE_URL": emulator.url, "INTERCOM_ACCESS_TOKEN": emulator.token}
    arguments = ["export", "--json", "--out", str(out), "--mirror", URL]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _HASTY,
        *arguments,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    ended = asyncio.ensure_future(process.communicate())
    if kill is not None:
        # Requests come from a process of its own, which sets no event.
        while len(emulator.requests) < kill.requests and not ended.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.wait([ended], timeout=kill.seconds)
        if process.returncode is None:
            process.kill()
    stdout, stderr = await ended
    return process.returncode or 0, stdout.decode(), stderr.decode()


def held(out: Path) -> Counter[str]:
    """Return the ids of the conversations that an export holds, each as often as it does."""
    lines = read_lines(find_export(out))
    return Counter(json.loads(line)["id"] for line in lines)


async def kill_and_go_on(out: Path, served: Bucket, kill: Kill, conversations: int) -> str:
    """Kill an export at a moment, delete its folder, go on from the bucket, and compare.

    Raises:
        AssertionError: Something is lost, doubled, damaged, or left over in the bucket.
    """
    async with Emulator(conversations=conversations, rate_limit=2000) as emulator:
        killed, _, _ = await export(out, emulator, served.environment, kill)
        there = len(served.objects())
        shutil.rmtree(out, ignore_errors=True)
        await asyncio.sleep(2)  # in which the lease of the dead one ends
        before = len(emulator.requests)
        code, told, error = await export(out, emulator, served.environment)
        assert code == 0, (code, told, error)
        truth = emulator.workspace.ids()
        assert await asyncio.to_thread(held, out) == Counter(truth)
        folder = await asyncio.to_thread(find_export, out)
        assert not check_files(folder)
        files = {
            f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.name not in {"state.lock", "mirror.json"}
        }
        objects = served.objects()
        index = objects.pop(f"{folder.name}/mirror.json")
        assert index
        states = {name for name in files if "state.sqlite" in name}
        assert objects.keys() == files.keys() - {s for s in states if not s.endswith(".sqlite")}
        for name in objects.keys() - states:
            assert objects[name] == files[name], name
        return (
            f"killed {kill.seconds:.2f} s after {kill.requests} requests (code {killed}, "
            f"{there} objects in the bucket): "
            f"{before} requests before, {len(emulator.requests) - before} after, "
            f"{served.failed} puts failed"
        )


async def main() -> None:
    """Kill as many as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--times", type=int, default=30)
    asked = parser.parse_args()
    chosen = random.Random(asked.seed)  # to be repeated
    sys.stdout.write(f"seed {asked.seed}\n")
    for _ in range(asked.times):
        with tempfile.TemporaryDirectory() as scratch, bucket() as served:
            served.fails = 0.2
            kill = Kill(chosen.randrange(5, 430), chosen.uniform(0, 2))
            told = await kill_and_go_on(Path(scratch) / "out", served, kill, 400)
            sys.stdout.write(f"{told}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
