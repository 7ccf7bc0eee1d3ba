"""What is published: an sdist that a wheel can be built from, and a wheel of the package alone."""

import subprocess
import sys
import tarfile
import tomllib
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest

import intercom_async

ROOT = Path(__file__).resolve().parents[1]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _build(kind: str, source: Path, out: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        kind,
        "--directory",
        str(out),
    ]
    subprocess.run(command, check=True, cwd=source, capture_output=True)  # noqa: S603
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel, built as a packager builds it: from the sdist."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return ZipFile(_build("wheel", source, tmp_path_factory.mktemp("wheel")))


def _metadata(wheel: ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(wheel.read(name))


@pytest.mark.long
def test_the_sdist_holds_what_tests_and_packagers_need(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml"}
    assert wanted | {"tests/conftest.py", "intercom_async/py.typed"} <= names
    assert not [name for name in names if name.endswith(".pyc") or ".venv" in name]


@pytest.mark.long
def test_the_wheel_holds_the_package_alone(wheel: ZipFile) -> None:
    version = intercom_async.__version__
    package = Path(intercom_async.__file__).parent
    files = (path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")
    ours = {str(Path("intercom_async", path.relative_to(package))) for path in files}
    info = f"intercom_async-{version}.dist-info"
    about = {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    assert "intercom_async/py.typed" in ours
    assert set(wheel.namelist()) == ours | about | {f"{info}/licenses/LICENSE"}


def test_the_metadata_name_what_users_install_and_nothing_of_developers(wheel: ZipFile) -> None:
    metadata = _metadata(wheel)
    extras = set(metadata.get_all("Provides-Extra", []))
    assert extras == set(DECLARED["project"]["optional-dependencies"])
    assert not extras & set(DECLARED["dependency-groups"])
    needed = metadata.get_all("Requires-Dist", [])
    core = {line.split(">")[0] for line in needed if "extra ==" not in line}
    assert core == {"aiohttp", "anyio", "msgspec"}
    assert not [line for line in needed if line.startswith(("pytest", "mypy", "hypothesis"))]
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_version_has_its_place_in_the_changelog(wheel: ZipFile) -> None:
    version = _metadata(wheel)["Version"]
    assert version == intercom_async.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## [{version}] - 2" in changelog
