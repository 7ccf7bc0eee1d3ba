"""What the tests of figures share."""

from pathlib import Path
from typing import Any

import pytest

from intercom_async.report import Figures, figures
from tests.report.making import Make, Record, export


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return the figures of records, by default of March 2025 in Berlin."""

    def make(*records: Record, **options: Any) -> Figures:
        options = {"since": "2025-03-01", "until": "2025-04-01", "zone": "Europe/Berlin"} | options
        return figures(export(tmp_path, records), **options)

    return make
