"""What is remembered of versions: each is handed out once, none is missed, and little is kept."""

from collections import defaultdict
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async import QueryError
from intercom_async.changes.known import OVERLAP, Known, Version, load, save

BEGIN: Final = 1_000_000


class World:
    """Records that change, a search whose index is behind, and who follows both."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.known = Known(BEGIN)
        self.records: dict[str, tuple[int, int, int]] = {"old": (BEGIN - 9999, BEGIN - 9999, 0)}
        self.indexed_at: dict[str, int] = {}
        self.handed: dict[str, list[tuple[str, int]]] = defaultdict(list)

    def change(self, id: str, lag: int) -> None:
        created_at, _, number = self.records.get(id, (self.now, 0, -1))
        self.records[id] = (created_at, self.now, number + 1)
        self.indexed_at[id] = self.now + lag

    def version(self, id: str, *, listed: bool) -> Version:
        created_at, updated_at, number = self.records[id]
        digest = f"{'listed' if listed else 'alone'} {number}"
        return Version(id, created_at, updated_at, listed, digest, settled=updated_at < self.now)

    def meet(self, version: Version) -> None:
        kind = self.known.judge(version)
        if kind == "unsure":
            return self.meet(self.version(version.id, listed=False))
        if kind is not None:
            self.handed[version.id].append((kind, self.records[version.id][2]))
        if kind is not None or self.known.settles(version):
            self.known.note(version)
        return None

    def poll(self) -> None:
        for id in self.records:
            if self.indexed_at.get(id, 0) <= self.now:
                self.meet(self.version(id, listed=True))
        self.known.advance(self.now)

    def hint(self, id: str) -> None:
        if id in self.records:
            self.meet(self.version(id, listed=False))

    def resume(self) -> None:
        self.known = load(save({"x": self.known}))["x"]


ids = st.sampled_from(["old", "new", "other"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("change"), ids, st.integers(0, OVERLAP)),
        st.tuples(st.just("hint"), ids),
        st.tuples(st.just("poll")),
        st.tuples(st.just("resume")),
        st.tuples(st.just("wait"), st.sampled_from([1, 2, 60, OVERLAP, 4000])),
    ),
    max_size=40,
)


@given(steps=steps)
def test_the_last_version_of_a_record_comes_and_none_comes_twice(
    steps: list[tuple[Any, ...]],
) -> None:
    world = World()
    for what, *of in steps:
        if what == "wait":
            world.now += of[0]
        else:
            getattr(world, what)(*of)
    world.now += OVERLAP + 1
    world.poll()
    for id, (created_at, updated_at, number) in world.records.items():
        handed = world.handed[id]
        numbers = [each for _, each in handed]
        assert numbers == sorted(set(numbers))
        assert numbers[-1:] == ([number] if updated_at >= BEGIN else [])
        created = [number for kind, number in handed if kind == "created"]
        assert created in ([], numbers[:1] if created_at >= BEGIN else [])
        assert created == [0] or numbers[:1] != [0]
    world.now += OVERLAP + 1
    world.poll()
    assert (world.known.versions, world.known.deleted) == ({}, {})


def test_what_was_deleted_is_not_updated_by_an_index_that_is_behind() -> None:
    known = Known(BEGIN)
    end = Version("1", None, BEGIN + 5, deleted=True)
    assert known.judge(end) == "deleted"
    known.note(end)
    assert known.judge(end) is None
    assert known.judge(Version("1", BEGIN, BEGIN + 4)) is None


@pytest.mark.parametrize("text", ["", "[]", '{"conversations": 5}', "\ud800"])
def test_only_a_cursor_is_resumed(text: str) -> None:
    with pytest.raises(QueryError):
        load(text)
