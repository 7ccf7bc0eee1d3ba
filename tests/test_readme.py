"""The README's examples run as they stand, and its claims about the command hold."""

import re
from pathlib import Path
from types import MappingProxyType

import pytest

from intercom_async import settings
from intercom_async.cli.exits import Exit
from intercom_async.emulator import Emulator, fixtures

intercom_emulator = fixtures.intercom_emulator  # where pytest finds it

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_runs_as_it_stands(
    example: str,
    intercom_emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", intercom_emulator.token)
    monkeypatch.setattr(settings, "REGIONS", MappingProxyType({"us": intercom_emulator.url}))
    exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})  # noqa: S102  # ours
    printed = capsys.readouterr().out
    assert printed.strip()
    assert "failed:" not in printed


def test_the_readme_has_its_examples_and_names_every_exit_code() -> None:
    assert len(EXAMPLES) >= 4
    table = README[README.index("| exit code") : README.index("The file gets its name")]
    named = {int(code) for code in re.findall(r"\b\d+\b", table.replace("143", " 143"))}
    assert named == {meaning.value for meaning in Exit}
