"""Windows that are walked side by side leave lists their requests in each rate window."""

from pathlib import Path

import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Limits, Options
from intercom_async.export.api import Asker
from intercom_async.export.progress import Progress
from intercom_async.export.streams import STREAMS
from intercom_async.net.events import RequestEvent


@pytest.mark.parametrize(
    ("seconds", "limit", "share"),
    [
        (1.0, 160, 30),  # 10 pages in 10 seconds are two of 32 parts of 160
        (0.1, 160, 12),
        (0.1, 1_666, 30),
        (0.0, 160, 8),  # lists leave a quarter, however quick they are
        (1.0, None, 32),
    ],
)
async def test_windows_leave_room_to_lists_while_they_are_walked(
    seconds: float, limit: int | None, share: int
) -> None:
    async with AsyncIntercom(token="t") as intercom:
        progress = Progress()
        asker = Asker(intercom, progress, Limits(), Options())
        answered = RequestEvent("GET", "/articles", 1, seconds, 200, limit=limit)
        with asker.walking(STREAMS["conversations"]), asker.walking(STREAMS["articles"]):
            assert asker.share_for_windows() == 32  # nothing is known of a page yet
            asker._note(progress.own, "articles", answered)
            asker._note(progress.own, "conversations", answered)
            assert asker.share_for_windows() == share
        assert asker.share_for_windows() == 32


async def test_a_share_is_one_of_the_budget() -> None:
    async with AsyncIntercom(token="t", budget=0.5) as intercom:
        asker = Asker(intercom, Progress(), Limits(), Options())
        assert asker.client(Progress().own)._settings.budget == 0.5
        assert asker.client(Progress().own, "conversations", 8)._settings.budget == 0.125


@pytest.mark.long
async def test_an_export_of_lists_and_windows_in_a_narrow_rate_window_is_whole(
    tmp_path: Path,
) -> None:
    async with Emulator(conversations=60, rate_limit=60, window_seconds=1) as emulator:
        articles = emulator.workspace.collections["articles"]
        articles[:] = [{**articles[0], "id": str(1_000 + number)} for number in range(600)]
        async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
            options = Options(streams=("conversations", "articles"))
            summary = await Export(intercom, tmp_path, options).run()
    assert summary.complete
    held = {name: stream.counts.records for name, stream in summary.streams.items()}
    assert held == {"conversations": 60, "articles": 600}
