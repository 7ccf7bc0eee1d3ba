"""Run every fuzz test under atheris, which looks for inputs that reach new code.

``python tests/fuzz/run.py [SECONDS]`` gives each test so many seconds (30 by default), stops by
itself, and leaves with 1 if one of them failed. What was found is shown with its input.
"""

import re
import subprocess
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Final

HERE: Final = Path(__file__).resolve().parent
GIVEN: Final = re.compile(r"^@given\((?:.*\n)*?def (test_\w+)", re.MULTILINE)


def fuzz(file: str, test: str, seconds: str) -> None:
    """Fuzz one test in this process, which atheris ends."""
    atheris = import_module("atheris")  # of the group "fuzz" alone

    with atheris.instrument_imports(include=["intercom_async"]):
        spec = spec_from_file_location("fuzzed", HERE / file)
        assert spec is not None  # there is a file
        assert spec.loader is not None  # as above
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    one = getattr(module, test).hypothesis.fuzz_one_input
    corpus = Path(mkdtemp(prefix="fuzz-"))
    for number in range(1, 33):  # from an empty one it finds its way in too slowly
        (corpus / str(number)).write_bytes(Random(number).randbytes(64 * number))
    options = [f"-max_total_time={seconds}", "-len_control=0", "-rss_limit_mb=2048"]
    atheris.Setup([file, *options, f"-artifact_prefix={corpus}/", str(corpus)], one)
    atheris.Fuzz()


def main(seconds: str = "30") -> int:
    """Fuzz all tests, each in a process of its own, and return the exit code."""
    failed = 0
    for path in sorted(HERE.glob("test_*.py")):
        for test in GIVEN.findall(path.read_text(encoding="utf-8")):
            print(f"{path.name}::{test}: {seconds} s", flush=True)  # noqa: T201  # a command's output
            arguments = [sys.executable, __file__, path.name, test, seconds]
            failed += subprocess.run(arguments, check=False).returncode != 0  # noqa: S603  # itself
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) > 2:  # a file, a test and seconds
        fuzz(*sys.argv[1:4])
    sys.exit(main(*sys.argv[1:2]))
