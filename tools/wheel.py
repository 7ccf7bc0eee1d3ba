"""Build the distributions, and run tests on the wheel without the source tree.

``python -m tools.wheel ARGUMENT …`` needs the group ``test``. The arguments are pytest's. The tests
are those of the sdist, from which the package is taken out.
"""

import shutil
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.environments import ALL, ROOT, environment, pip, run

OF_THE_TREE: Final = {"tests/test_distributions.py", "tests/test_docs.py"}  # they read the source


def main() -> None:
    """Build, install and test."""
    with TemporaryDirectory(prefix="wheel-") as folder:
        built = Path(folder, "dist")
        run(sys.executable, "-m", "hatchling", "build", "--directory", built)
        (sdist,), (wheel,) = built.glob("*.tar.gz"), built.glob("*.whl")
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        tests = Path(folder, sdist.name.removesuffix(".tar.gz"))
        shutil.rmtree(tests / "intercom_async")
        with environment(Path(sys.executable)) as python:
            pip(python, wheel, "--group", f"{ROOT / 'pyproject.toml'}:test")
            arguments = [each for each in sys.argv[1:] if each not in OF_THE_TREE]
            run(python, "-m", "pytest", *ALL, *arguments, at=tests)


if __name__ == "__main__":
    main()
