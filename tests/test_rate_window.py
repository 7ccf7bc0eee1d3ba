"""What the rate headers say, the server's clock, and windows that are filled and not burst."""

import heapq
import math
import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_async.core.rate_window import RateHeaders, RateWindow, ServerClock, rate_headers

DATE: Final = "Thu, 09 Oct 2025 08:53:20 GMT"
DATED: Final = 1_760_000_000.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("167", 167, id="number"),
        pytest.param("0", 0, id="zero"),
        pytest.param(" 83 ", 83, id="blanks"),
        pytest.param("83.9", 83, id="float"),
        pytest.param("", None, id="empty"),
        pytest.param("many", None, id="junk"),
        pytest.param("167, 83", None, id="two"),
        pytest.param("-1", None, id="negative"),
        pytest.param("nan", None, id="nan"),
        pytest.param("inf", None, id="inf"),
        pytest.param("-inf", None, id="minus inf"),
        pytest.param("1e400", None, id="beyond float"),
        pytest.param("0x10", None, id="hex"),
    ],
)
def test_counts(text: str, expected: int | None) -> None:
    headers = rate_headers({"X-RateLimit-Limit": text, "X-RateLimit-Remaining": text})
    assert headers == RateHeaders(limit=expected, remaining=expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1760000010", 1_760_000_010.0, id="seconds"),
        pytest.param("1760000010.5", 1_760_000_010.5, id="fraction"),
        pytest.param("-5", -5.0, id="negative"),
        pytest.param("1e18", 1e18, id="huge"),
        pytest.param("soon", None, id="junk"),
        pytest.param("nan", None, id="nan"),
        pytest.param("inf", None, id="inf"),
    ],
)
def test_reset(text: str, expected: float | None) -> None:
    assert rate_headers({"X-RateLimit-Reset": text}).reset == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(DATE, DATED, id="GMT"),
        pytest.param("Thu, 09 Oct 2025 10:53:20 +0200", DATED, id="zone"),
        pytest.param("Thu, 09 Oct 2025 08:53:20", DATED, id="no zone"),
        pytest.param("", None, id="empty"),
        pytest.param("yesterday", None, id="junk"),
        pytest.param("Thu, 99 Oct 2025 08:53:20 GMT", None, id="no such day"),
        pytest.param("Thu, 09 Oct 99999 08:53:20 GMT", None, id="no such year"),
        pytest.param("1760000000", None, id="number"),
    ],
)
def test_date(text: str, expected: float | None) -> None:
    assert rate_headers({"Date": text}).date == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"Retry-After": "7"}, 7.0, id="seconds"),
        pytest.param({"Retry-After": "0.5"}, 0.5, id="fraction"),
        pytest.param({"Retry-After": "0"}, 0.0, id="zero"),
        pytest.param({"Retry-After": "-3"}, 0.0, id="negative"),
        pytest.param({"Retry-After": "86400"}, 86_400.0, id="a day"),
        pytest.param({"Retry-After": "later"}, None, id="junk"),
        pytest.param({"Retry-After": "nan"}, None, id="nan"),
        pytest.param(
            {"Retry-After": "Thu, 09 Oct 2025 08:53:29 GMT", "Date": DATE}, 9.0, id="moment"
        ),
        pytest.param(
            {"Retry-After": "Thu, 09 Oct 2025 08:50:00 GMT", "Date": DATE}, 0.0, id="moment past"
        ),
        pytest.param({"Retry-After": DATE}, None, id="moment without date"),
        pytest.param({"Retry-After": DATE, "Date": "junk"}, None, id="moment and junk date"),
        pytest.param(
            {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"},
            pytest.approx(253_402_300_799 - time.time(), abs=9_999),
            id="far moment without date",
        ),
        pytest.param({"X-RateLimit-Reset": "1760000008", "Date": DATE}, 8.0, id="reset"),
        pytest.param(
            {"X-RateLimit-Reset": "1760000008", "Date": DATE, "X-RateLimit-Remaining": "0"},
            8.0,
            id="reset, none remain",
        ),
        pytest.param(
            {"X-RateLimit-Reset": "1760000008", "Date": DATE, "X-RateLimit-Remaining": "3"},
            None,
            id="some remain",
        ),
        pytest.param({"X-RateLimit-Reset": "1760000008"}, None, id="reset without date"),
        pytest.param({"X-RateLimit-Reset": "1759999990", "Date": DATE}, None, id="reset past"),
        pytest.param(
            {"X-RateLimit-Reset": "1760003600", "Date": DATE}, None, id="reset in an hour"
        ),
        pytest.param(
            {"X-RateLimit-Reset": "1760000008", "Date": DATE, "Retry-After": "2"},
            2.0,
            id="retry-after goes first",
        ),
        pytest.param({}, None, id="nothing said"),
    ],
)
def test_wait(headers: dict[str, str], expected: float | None) -> None:
    assert rate_headers(headers).wait == expected


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_no_header_is_too_odd(
    limit: str, remaining: str, reset: str, date: str, after: str
) -> None:
    headers = rate_headers(
        {
            "X-RateLimit-Limit": limit,
            "X-RateLimit-Remaining": remaining,
            "X-RateLimit-Reset": reset,
            "Date": date,
            "Retry-After": after,
        }
    )
    assert headers.wait is None or 0 <= headers.wait <= (headers.retry_after or 120)


class TestServerClock:
    @given(
        offset=st.floats(-1e9, 2e9),
        answers=st.lists(
            st.tuples(st.floats(0, 30), st.floats(0, 6), st.floats(0, 6)), min_size=1, max_size=40
        ),
    )
    def test_a_moment_is_never_thought_past_before_it_is(
        self, offset: float, answers: list[tuple[float, float, float]]
    ) -> None:
        clock, now = ServerClock(), 1000.0
        for pause, there, back in answers:
            now += pause
            restarted = clock.observe(math.floor(now + there + offset), now, now + there + back)
            assert not restarted
            # 6 s to and fro, and up to a second that Date does not tell.
            until = clock.seconds_until(now + offset, now)
            assert -1e-6 <= until <= 6 + 1 + 0.2

    def test_many_answers_tell_it_to_a_fraction_of_a_second(self) -> None:
        clock, dice = ServerClock(), random.Random(1)
        for second in range(100):
            sent = second + dice.random()
            clock.observe(math.floor(sent + 0.01 + 5000.3), sent, sent + 0.02)
        assert 0 <= clock.seconds_until(5100.3, 100.0) < 0.1

    @pytest.mark.parametrize("step", [3600.0, -3600.0, 30.0, -30.0])
    def test_it_recovers_when_a_clock_is_set(self, step: float) -> None:
        clock = ServerClock()
        for second in range(10):
            clock.observe(1e6 + second, second, second + 0.01)
        assert clock.observe(math.floor(1e6 + 10 + step), 10.0, 10.01)
        assert 0 <= clock.seconds_until(1e6 + 20 + step, 20.0) < 1.1

    def test_it_follows_clocks_that_drift_apart(self) -> None:
        # 50 ppm is what unregulated quartz does.
        clock, dice = ServerClock(), random.Random(2)
        for second in range(20_000):
            sent = second + dice.random()
            assert not clock.observe(math.floor((sent + 0.01) * (1 - 5e-5)), sent, sent + 0.02)
        assert clock.seconds_until(20_000 * (1 - 5e-5), 20_000.0) >= -0.001


class Server:
    """Fixed windows on a clock of its own, which other apps may draw on too."""

    def __init__(
        self,
        dice: random.Random,
        *,
        limit: int,
        window: int,
        skew: float,
        others: float,
        shift: float,
    ) -> None:
        self.limit = limit
        self.window = window
        self.skew = skew
        self.shift = shift
        # A step of the server's clock must not part or merge what is counted here.
        self._numbered_from = shift - skew
        self.accepted: Counter[int] = Counter()
        self.refused: Counter[int] = Counter()
        self._dice = dice
        self._external_rate = others
        self._others_next = dice.expovariate(others) if others else math.inf
        self._number = 0.0
        self._taken = 0

    def take(self, now: float) -> tuple[int, RateHeaders]:
        while self._others_next <= now:
            self._turn(self._others_next)
            self._taken = min(self._taken + 1, self.limit)
            self._others_next += self._dice.expovariate(self._external_rate)
        self._turn(now)
        number = self.number_of(now)
        refused = self._taken >= self.limit
        self._taken += not refused
        (self.refused if refused else self.accepted)[number] += 1
        end = (self._number + 1) * self.window + self.shift
        return 429 if refused else 200, RateHeaders(
            limit=self.limit,
            remaining=self.limit - self._taken,
            reset=float(math.floor(end)),
            date=float(math.floor(now + self.skew)),
        )

    def leave_alone(self, _now: float) -> None:
        self._others_next = math.inf

    def number_of(self, now: float) -> int:
        return int((now - self._numbered_from) // self.window)

    def _turn(self, now: float) -> None:
        number = (now + self.skew - self.shift) // self.window
        if number != self._number:
            self._number, self._taken = number, 0


Latency = Callable[[random.Random], float]
Mangle = Callable[[float, RateHeaders], RateHeaders]


def between(shortest: float, longest: float) -> Latency:
    low, high = math.log(shortest), math.log(longest)
    return lambda dice: math.exp(dice.uniform(low, high))


LIVELY: Final = between(0.01, 1)
SLOW: Final = between(0.01, 6)
STARTS_AT: Final = 1000.0


class Simulation:
    """Callers that always want more, in virtual time: no clock is read, nothing is awaited.

    Given another one as ``beside``, they are of a second process that asks the same server.
    """

    def __init__(
        self,
        *,
        limit: int = 167,
        window: int = 10,
        callers: int = 50,
        windows: int = 30,
        latency: Latency = LIVELY,
        queued: float = 0.1,
        budget: float = 1.0,
        others: float = 0.0,
        loss: float = 0.0,
        skew: float = 0.0,
        shift: float = 0.0,
        step: float = 0.0,
        mangle: Mangle | None = None,
        seed: int = 1,
        beside: "Simulation | None" = None,
    ) -> None:
        self.dice = random.Random(seed)
        self.window = RateWindow()
        self.budget = budget
        self.callers = callers
        self.latency = latency
        self.queued = queued
        self.loss = loss
        self.step = step
        self.mangle = mangle
        self.answers: Counter[int] = Counter()
        self._wakes = 0
        if beside is None:
            self.server = Server(
                self.dice, limit=limit, window=window, skew=skew, others=others, shift=shift
            )
            self.begins = STARTS_AT + window * self.dice.random()
            self.ends = self.begins + windows * window
            self._events: list[tuple[float, int, Callable[[float], None]]] = []
            self._numbers = count()
        else:
            self.server = beside.server
            self.begins = beside.begins + self.dice.random()
            self.ends = beside.ends
            self._events, self._numbers = beside._events, beside._numbers
        self._at(self.begins, self._send)
        if step:
            self._at((self.begins + self.ends) / 2, self._set_clock)

    def run(self) -> "Simulation":
        while self._events:
            now, _, event = heapq.heappop(self._events)
            if now > self.ends:
                return self
            event(now)
        raise AssertionError("everyone waits and nothing is under way: a deadlock")

    def _at(self, moment: float, event: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), event))

    def _set_clock(self, _now: float) -> None:
        self.server.skew += self.step

    def _send(self, now: float) -> None:
        self._wakes += 1
        while self.window.in_flight < self.callers:
            delay = self.window.delay(now, self.budget)
            assert delay >= 0  # which nan is not, either
            assert delay < math.inf or self.window.in_flight, "this would wait for ever"
            if delay:
                if delay < math.inf:
                    self._at(now + delay, partial(self._wake, self._wakes))
                return
            self.window.sent(now)
            self._travel(now)
            now += 1e-6

    def _wake(self, number: int, now: float) -> None:
        if number == self._wakes:
            self._send(now)

    def _travel(self, sent: float) -> None:
        total = self.latency(self.dice)
        there = min(total / 2, self.dice.uniform(0, self.queued))
        self._at(sent + there, lambda now: self._arrive(now, sent, sent + total))

    def _arrive(self, now: float, sent: float, received: float) -> None:
        status, headers = self.server.take(now)
        if self.mangle is not None:
            headers = self.mangle(now, headers)
        if self.dice.random() < self.loss:
            self._at(received, self._lose)
        else:
            self._at(received, lambda at: self._answer(at, sent, status, headers))

    def _lose(self, now: float) -> None:
        self.window.release()
        self._send(now)

    def _answer(self, now: float, sent: float, status: int, headers: RateHeaders) -> None:
        self.answers[status] += 1
        self.window.record_response(status, headers, sent, now, now + 5e8)
        self._send(now)

    @property
    def whole(self) -> range:
        """The windows but the first two, in which the limit is learnt, and the cut-off last."""
        return range(self.server.number_of(self.begins) + 2, self.server.number_of(self.ends))

    @property
    def share(self) -> float:
        """How much of the whole windows was used."""
        used = sum(self.server.accepted[number] for number in self.whole)
        return used / len(self.whole) / self.server.limit

    @property
    def most(self) -> int:
        return max(self.server.accepted[number] for number in self.whole)

    @property
    def refused(self) -> int:
        """How many requests were refused but in the first window."""
        first = self.server.number_of(self.begins)
        return self.server.refused.total() - self.server.refused[first]

    @property
    def refused_share(self) -> float:
        return self.refused / self.answers.total()


SETTINGS: Final = [
    pytest.param(5, 10, 1, LIVELY, id="5 a window, 1 caller"),
    pytest.param(5, 10, 10, SLOW, id="5 a window, 10 callers, slow"),
    pytest.param(5, 10, 500, SLOW, id="5 a window, 500 callers, slow"),
    pytest.param(83, 10, 10, between(0.01, 0.8), id="83 a window, 10 callers"),
    pytest.param(83, 10, 50, SLOW, id="83 a window, 50 callers, slow"),
    pytest.param(83, 10, 500, SLOW, id="83 a window, 500 callers, slow"),
    pytest.param(166, 10, 50, LIVELY, id="166 a window, 50 callers"),
    pytest.param(166, 10, 500, SLOW, id="166 a window, 500 callers, slow"),
    pytest.param(167, 10, 1, between(0.01, 0.05), id="167 a window, 1 caller, fast"),
    pytest.param(167, 10, 50, SLOW, id="167 a window, 50 callers, slow"),
    pytest.param(167, 10, 500, SLOW, id="167 a window, 500 callers, slow"),
    pytest.param(5, 1, 10, between(0.01, 0.3), id="5 a second, 10 callers"),
    pytest.param(83, 1, 50, between(0.01, 0.3), id="83 a second, 50 callers"),
    pytest.param(167, 1, 500, between(0.01, 0.3), id="167 a second, 500 callers"),
]


class TestRateWindow:
    @pytest.mark.long
    @pytest.mark.parametrize("skew", [0.0, 0.37, 3600.5, -3599.6])
    @pytest.mark.parametrize(("limit", "window", "callers", "latency"), SETTINGS)
    def test_windows_are_filled_without_a_429(
        self, limit: int, window: int, callers: int, latency: Latency, skew: float
    ) -> None:
        run = Simulation(
            limit=limit, window=window, callers=callers, latency=latency, skew=skew
        ).run()
        assert run.share >= 0.98
        assert run.refused == 0

    @pytest.mark.parametrize("seed", range(5))
    def test_requests_that_queue_for_seconds_before_they_are_counted(self, seed: int) -> None:
        run = Simulation(callers=500, latency=SLOW, queued=3.0, seed=seed).run()
        assert run.share >= 0.98
        assert run.refused == 0

    @pytest.mark.parametrize("latency", [between(0.001, 0.003), between(0.05, 0.3), LIVELY])
    @pytest.mark.parametrize(("processes", "budget"), [(2, 0.5), (4, 0.25), (2, 0.4)])
    def test_processes_fill_a_window_that_they_share_by_budgets(
        self, processes: int, budget: float, latency: Latency
    ) -> None:
        first = Simulation(limit=300, callers=16, budget=budget, latency=latency)
        for seed in range(2, 1 + processes):
            Simulation(callers=16, budget=budget, latency=latency, seed=seed, beside=first)
        first.run()
        assert first.share >= 0.98 * processes * budget
        assert first.most <= 300 * processes * budget
        assert first.refused == 0

    @pytest.mark.parametrize(("limit", "window", "callers", "latency"), SETTINGS)
    def test_a_budget_is_kept_in_every_window(
        self, limit: int, window: int, callers: int, latency: Latency
    ) -> None:
        run = Simulation(
            limit=limit, window=window, callers=callers, latency=latency, budget=0.8, skew=0.4
        ).run()
        assert run.most <= limit * 0.8
        assert run.share >= 0.98 * int(limit * 0.8) / limit
        assert run.refused == 0

    @pytest.mark.long
    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize(
        ("limit", "callers", "latency", "others"),
        [
            pytest.param(83, 10, LIVELY, 2, id="83, 10 callers"),
            pytest.param(83, 50, LIVELY, 2, id="83, 50 callers"),
            pytest.param(166, 500, SLOW, 4, id="166, 500 callers, slow"),
            pytest.param(167, 50, SLOW, 1, id="167, 50 callers, slow, few others"),
            pytest.param(167, 50, SLOW, 5, id="167, 50 callers, slow"),
            pytest.param(167, 500, SLOW, 5, id="167, 500 callers, slow"),
        ],
    )
    def test_others_who_draw_on_the_window_are_made_room_for(
        self, limit: int, callers: int, latency: Latency, others: float, seed: int
    ) -> None:
        run = Simulation(
            limit=limit, callers=callers, latency=latency, others=others, seed=seed, windows=60
        ).run()
        assert run.refused_share < 0.01
        # What others leave, at the least.
        assert run.share * limit > 0.9 * (limit - 10 * others)

    @pytest.mark.parametrize("limit", [1, 5, 83])
    def test_others_who_take_nearly_all_do_not_stop_it(self, limit: int) -> None:
        run = Simulation(limit=limit, callers=50, others=limit * 2, windows=60).run()
        asked = [run.server.accepted[n] + run.server.refused[n] for n in run.whole]
        assert min(asked) >= 1

    def test_it_recovers_when_others_have_gone(self) -> None:
        run = Simulation(others=100, windows=60)
        run._at(run.begins + 300, run.server.leave_alone)
        run.run()
        assert run.server.accepted[run.whole[-1]] >= 0.98 * 167

    @pytest.mark.parametrize("loss", [0.05, 0.5])
    def test_lost_requests_cost_nothing_but_themselves(self, loss: float) -> None:
        run = Simulation(loss=loss, callers=50).run()
        assert run.share >= 0.98
        assert run.refused == 0

    @pytest.mark.parametrize("callers", [10, 50, 500])
    @pytest.mark.parametrize("step", [3600.0, -3600.0, 33.0, -33.0])
    def test_a_clock_that_is_set(self, step: float, callers: int) -> None:
        run = Simulation(step=step, callers=callers, latency=between(0.01, 0.5)).run()
        # The step itself makes a window longer or shorter.
        assert run.share >= 0.93
        assert run.refused_share <= 0.001

    @pytest.mark.parametrize("callers", [50, 500])
    def test_a_reset_that_is_rounded_down(self, callers: int) -> None:
        run = Simulation(shift=0.7, callers=callers, skew=0.2, windows=60).run()
        assert run.share >= 0.95
        assert run.refused_share < 0.05  # it takes a burst of them to find out

    @pytest.mark.long
    @pytest.mark.parametrize("callers", [1, 10, 50, 500])
    @pytest.mark.parametrize(
        ("mangle", "refused"),
        [
            pytest.param(lambda _, h: RateHeaders(date=h.date), 0.15, id="no rate headers"),
            pytest.param(lambda _now, _h: RateHeaders(), 0.15, id="no headers"),
            pytest.param(
                lambda now, h: RateHeaders(date=h.date) if 1050 < now < 1150 else h,
                0.001,
                id="headers vanish for a while",
            ),
            pytest.param(
                lambda now, h: RateHeaders(date=h.date) if int(now * 10) % 7 == 0 else h,
                0.001,
                id="every seventh without",
            ),
            pytest.param(
                lambda _, h: RateHeaders(h.limit, h.remaining, h.reset), 0.15, id="no date"
            ),
            pytest.param(
                lambda _, h: RateHeaders(h.limit, h.remaining, h.reset - 3600, h.date),
                0.02,
                id="reset an hour ago",
            ),
            pytest.param(
                lambda _, h: RateHeaders(h.limit, h.remaining, h.reset - 20, h.date),
                0.02,
                id="reset 20 s ago",
            ),
            pytest.param(
                lambda _, h: RateHeaders(h.limit, h.remaining, h.reset + 3600, h.date),
                0.02,
                id="reset in an hour",
            ),
            pytest.param(
                lambda _, h: RateHeaders(h.limit, h.remaining, 1e18, h.date),
                0.02,
                id="reset absurd",
            ),
            pytest.param(
                lambda _, h: RateHeaders(h.limit, h.remaining, None, h.date),
                0.02,
                id="no reset",
            ),
        ],
    )
    def test_headers_that_are_missing_or_wrong(
        self, mangle: Mangle, refused: float, callers: int
    ) -> None:
        run = Simulation(mangle=mangle, callers=callers, latency=between(0.01, 0.3)).run()
        assert run.refused_share < refused
        assert run.share > (0.3 if callers == 1 else 0.8)

    def test_a_workspace_that_is_given_a_larger_window(self) -> None:
        run = Simulation(limit=83)
        run._at(run.begins + 150, lambda _: setattr(run.server, "limit", 167))
        run.run()
        last = run.whole[-1]
        assert run.server.accepted[last] == 167
        assert run.refused == 0

    def test_a_workspace_that_is_given_a_smaller_window(self) -> None:
        run = Simulation(limit=167)
        run._at(run.begins + 150, lambda _: setattr(run.server, "limit", 83))
        run.run()
        assert run.server.accepted[run.whole[-1]] == 83
        assert run.server.refused[run.whole[-1]] == 0

    @settings(max_examples=150)
    @given(
        st.lists(
            st.one_of(
                st.just(None),
                st.floats(0, 30),
                st.tuples(
                    st.sampled_from([200, 401, 429, 502]),
                    st.builds(
                        RateHeaders,
                        limit=st.none() | st.integers(0, 200),
                        remaining=st.none() | st.integers(0, 200),
                        reset=st.none() | st.floats(-1e18, 1e18) | st.integers(990, 1400),
                        date=st.none() | st.integers(990, 1400) | st.floats(0, 4e9),
                        retry_after=st.none() | st.floats(-1e9, 1e9),
                    ),
                ),
            ),
            max_size=60,
        ),
        st.floats(0.01, 1),
    )
    def test_no_answer_brings_it_to_a_stop(
        self, events: list[float | tuple[int, RateHeaders] | None], budget: float
    ) -> None:
        window, now = RateWindow(), 1000.0
        under_way: list[float] = []
        for event in events:
            if window.delay(now, budget) == 0:
                window.sent(now)
                under_way.append(now)
            if isinstance(event, float):
                now += event
            elif under_way and event is None:
                under_way.pop()
                window.release()
            elif under_way and isinstance(event, tuple):
                window.record_response(*event, under_way.pop(0), now, now)
            delay = window.delay(now, budget)
            assert delay >= 0
            assert delay < math.inf or under_way
        for _ in under_way:
            window.release()
        assert window.in_flight == 0
        # However odd the past, two minutes from now the next request goes out.
        for _ in range(10):
            now += min(window.delay(now, budget), 121)
        assert window.delay(now, budget) == 0

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            pytest.param(RateHeaders(), 0.5, id="nothing said"),
            pytest.param(RateHeaders(retry_after=7), 7, id="retry-after"),
            pytest.param(RateHeaders(retry_after=1e9), 120, id="retry-after absurd"),
            pytest.param(RateHeaders(retry_after=-5), 0.5, id="retry-after past"),
            pytest.param(RateHeaders(limit=5, remaining=0, reset=2008, date=2000), 8, id="reset"),
            pytest.param(
                RateHeaders(limit=5, remaining=0, reset=1999, date=2000), 0.5, id="reset past"
            ),
        ],
    )
    def test_the_pause_after_a_429(self, headers: RateHeaders, expected: float) -> None:
        window = RateWindow()
        window.sent(1000.0)
        window.record_response(429, headers, 1000.0, 1000.0, 2000.0)
        assert window.delay(1000.0) == pytest.approx(expected)

    def test_pauses_double_while_nothing_else_is_said(self) -> None:
        window, now, pauses = RateWindow(), 1000.0, []
        for _ in range(8):
            window.sent(now)
            window.record_response(429, RateHeaders(), now, now, now)
            pauses.append(window.delay(now))
            now += pauses[-1]
        assert pauses == [0.5, 1, 2, 4, 8, 16, 16, 16]
        window.sent(now)
        window.record_response(200, RateHeaders(), now, now, now)
        assert window.delay(now) == 0

    def test_repr_tells_what_is_known(self) -> None:
        window = RateWindow()
        assert repr(window) == "<RateWindow limit=None remaining=0 own=0 in_flight=0>"
        window.sent(1.0)
        window.record_response(200, RateHeaders(167, 160, 2010, 2000), 1.0, 1.1, 2000.0)
        assert window.limit == 167
        assert repr(window) == "<RateWindow limit=167 remaining=160 own=1 in_flight=0>"
