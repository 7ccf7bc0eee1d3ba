"""Tokens, regions, URLs, versions and budgets: what is accepted, and what never shows."""

import copy
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from intercom_async import AsyncIntercom, ConfigurationError
from intercom_async.net.settings import (
    TOKEN_VARIABLE,
    Secret,
    Settings,
    check_budget,
    check_version,
    find_base_url,
    find_token,
)

TOKEN = "dG9rOmhpZGRlbg_made-up=="


@pytest.fixture(autouse=True)
def _no_token_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(ConfigurationError) as raised:
        ask()
    return str(raised.value)


# --- Tokens ----------------------------------------------------------------------------------


async def test_token_given() -> None:
    assert await find_token(Secret(TOKEN)).resolve() == TOKEN


async def test_token_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    assert await find_token(None).resolve() == TOKEN
    assert await find_token(Secret("mine")).resolve() == "mine"


def test_no_token() -> None:
    message = refused(lambda: find_token(None))
    assert "token=" in message
    assert "INTERCOM_ACCESS_TOKEN" in message
    assert refused(AsyncIntercom) == message


BAD_TOKENS = {
    "": "empty",
    f"{TOKEN}\n": "strip()",
    f" {TOKEN}": "strip()",
    f"{TOKEN} {TOKEN}": "strip()",
    f"{TOKEN}\r\nX-Evil: 1": "strip()",
    f"{TOKEN}\x00": "strip()",
    f"{TOKEN}é": "strip()",
    f"{TOKEN}\u200b": "strip()",
}


@pytest.mark.parametrize(("token", "reason"), BAD_TOKENS.items(), ids=map(ascii, BAD_TOKENS))
async def test_bad_token(token: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [refused(lambda: find_token(Secret(token)))]
    with pytest.raises(ConfigurationError) as raised:
        await find_token(Secret(lambda: token)).resolve()
    messages.append(str(raised.value))
    if "\x00" not in token:  # no environment can hold it
        monkeypatch.setenv(TOKEN_VARIABLE, token)
        messages.append(refused(lambda: find_token(None)))
    assert len(set(messages)) == 1
    assert reason in messages[0]
    assert TOKEN not in messages[0]


@pytest.mark.parametrize("token", [TOKEN.encode(), 5, [TOKEN], {"token": TOKEN}], ids=type)
def test_a_token_of_another_type(token: Any) -> None:
    message = refused(lambda: find_token(Secret(token)))
    assert f"not {type(token).__name__}" in message
    assert TOKEN not in message


async def later() -> str:
    return TOKEN


class Vault:
    """A callable whose answer changes."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self) -> str:
        self.asked += 1
        return f"token-{self.asked}"


@pytest.mark.parametrize("ask", [lambda: TOKEN, later], ids=["sync", "async"])
async def test_token_callable(ask: Any) -> None:
    assert await find_token(Secret(ask)).resolve() == TOKEN


async def test_a_callable_is_asked_each_time_and_not_before() -> None:
    vault = Vault()
    secret = find_token(Secret(vault))
    assert vault.asked == 0
    assert [await secret.resolve(), await secret.resolve()] == ["token-1", "token-2"]


async def nothing() -> None:
    """Give no token."""


@pytest.mark.parametrize(
    ("ask", "given"),
    [(lambda: None, "NoneType"), (nothing, "NoneType"), (TOKEN.encode, "bytes")],
    ids=["sync None", "async None", "bytes"],
)
async def test_a_callable_that_gives_no_token(ask: Any, given: str) -> None:
    with pytest.raises(ConfigurationError, match=f"not {given}"):
        await find_token(Secret(ask)).resolve()


# --- What never shows ------------------------------------------------------------------------


def made(_: object = None) -> Settings:
    return Settings(secret=Secret(TOKEN), base_url="https://api.intercom.io")


@pytest.mark.parametrize("holder", [Secret(TOKEN), made(), [made()]], ids=["one", "held", "listed"])
@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        ascii,
        "{}".format,
        "{!r}".format,
        "%s".__mod__,
        lambda held: f"{held}",
        lambda held: f"{held=!r:>99}",
        lambda held: logging.makeLogRecord({"msg": "%s %r", "args": (held, held)}).getMessage(),
    ],
    ids=["repr", "str", "ascii", "format", "format r", "percent", "f", "f=", "log"],
)
def test_a_secret_never_shows(show: Callable[[object], str], holder: object) -> None:
    shown = show(holder)
    assert "<token hidden>" in shown
    assert TOKEN not in shown


@pytest.mark.parametrize("holder", [Secret(TOKEN), made()], ids=["one", "held"])
@pytest.mark.parametrize(
    "leave",
    [pickle.dumps, copy.deepcopy, msgspec.json.encode, msgspec.msgpack.encode],
    ids=["pickle", "deepcopy", "json", "msgpack"],
)
def test_a_secret_does_not_leave(leave: Callable[[object], object], holder: object) -> None:
    with pytest.raises(TypeError) as raised:
        leave(holder)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))


def test_a_client_does_not_show_its_token() -> None:
    assert repr(AsyncIntercom(token=TOKEN, region="eu")) == (
        "<AsyncIntercom https://api.eu.intercom.io version=2.10>"
    )


def test_locals_of_a_traceback_do_not_show_a_secret() -> None:
    secret = Secret(TOKEN)
    with pytest.raises(TypeError) as raised:
        pickle.dumps(secret)
    told = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    shown = "".join(told.format())
    assert "secret = <token hidden>" in shown
    assert TOKEN not in shown


def test_secrets_of_one_token_are_one() -> None:
    assert {Secret("a"), Secret("a"), Secret(later), Secret(later)} == {Secret("a"), Secret(later)}
    assert Secret("a") != Secret("b")
    assert Secret("a") != Secret("\ud800")
    assert Secret("a") != "a"


# --- Where to --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "url"),
    [
        (None, "https://api.intercom.io"),
        ("us", "https://api.intercom.io"),
        ("eu", "https://api.eu.intercom.io"),
        ("au", "https://api.au.intercom.io"),
        ("EU", "https://api.eu.intercom.io"),
    ],
)
def test_region(region: str | None, url: str) -> None:
    assert find_base_url(region, None) == url


@pytest.mark.parametrize("region", ["", "mars", "api.eu.intercom.io"])
def test_unknown_region(region: str) -> None:
    assert refused(lambda: find_base_url(region, None)) == (
        f"unknown region {region!r}; there are us, eu, au"
    )


def test_region_and_url_contradict() -> None:
    assert "not both" in refused(lambda: find_base_url("us", "https://api.intercom.io"))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.intercom.io", "https://api.intercom.io"),
        ("https://api.intercom.io/", "https://api.intercom.io"),
        ("https://gateway.example:8443/intercom//", "https://gateway.example:8443/intercom"),
        ("HTTPS://gateway.example", "HTTPS://gateway.example"),
        ("http://localhost", "http://localhost"),
        ("http://LOCALHOST:8080/", "http://LOCALHOST:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[0:0:0:0:0:0:0:1]"),
    ],
)
def test_base_url(url: str, kept: str) -> None:
    assert find_base_url(None, url) == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://api.intercom.io",
        "HTTP://api.intercom.io",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://example#localhost",
        "http://example?localhost",
        "http://example\\localhost",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://2130706433",
    ],
)
def test_plain_http_is_for_loopback_only(url: str) -> None:
    message = refused(lambda: find_base_url(None, url))
    assert "unencrypted" in message or "no more" in message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.intercom.io",
        "//api.intercom.io",
        "https://",
        "https:///conversations",
        "ftp://api.intercom.io",
        "file:///etc/passwd",
        "https://[::1",
        "https://api.intercom.io:port",
        "https://api.intercom.io:65536",
        "https://api.intercom.io?",
        "https://api.intercom.io/?a=b",
        "https://api.intercom.io#",
        "https://api.intercom.io\n",
        " https://api.intercom.io",
        "https://api.inter com.io",
    ],
    ids=ascii,
)
def test_what_is_no_base_url(url: str) -> None:
    assert "base_url" in refused(lambda: find_base_url(None, url))


@pytest.mark.parametrize(
    "url",
    [
        "https://user:PASSWORD@api.intercom.io",
        "https://PASSWORD@api.intercom.io",
        "https://:PASSWORD@api.intercom.io",
        "http://user:PASSWORD@localhost",
        "ftp://user:PASSWORD@api.intercom.io",
        "//user:PASSWORD@api.intercom.io",
        "user:PASSWORD@api.intercom.io",
        "https:/user:PASSWORD@api.intercom.io",
        "https://user:PASSWORD@[api.intercom.io",
        "https://user:PASSWORD\u2100@api.intercom.io",
    ],
    ids=ascii,
)
def test_a_password_in_a_url_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        find_base_url(None, url)
    assert "PASSWORD" not in "".join(traceback.format_exception(raised.value))


# --- How -------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2.10", "2.0", "2.16", "Unstable"])
def test_version(version: str) -> None:
    assert check_version(version) == version


@pytest.mark.parametrize(
    "version",
    ["", ".", "2.", "2..1", " 2.10", "2.10\n", "2.10\r\nX: y", "2,10", "\uff12.10", 2.1, 2, None],
    ids=ascii,
)
def test_what_is_no_version(version: object) -> None:
    assert "such as '2.10'" in refused(lambda: check_version(version))


@pytest.mark.parametrize("budget", [1, 1.0, 0.8, 0.001])
def test_budget(budget: float) -> None:
    assert check_budget(budget) == budget


@pytest.mark.parametrize("budget", [0, -0.1, 1.01, 80, float("nan"), float("inf")])
def test_what_is_no_budget(budget: float) -> None:
    assert "above 0 and at most 1" in refused(lambda: check_budget(budget))


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": ""},
        {"region": "mars"},
        {"base_url": "http://api.intercom.io"},
        {"version": 2.1},
        {"budget": 0},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_client_checks_its_arguments_when_it_is_made(wrong: dict[str, Any]) -> None:
    refused(lambda: AsyncIntercom(**{"token": TOKEN, **wrong}))


OWN_OR_LOOPBACK = [
    "https://api.intercom.io",
    "https://api.eu.intercom.io",
    "https://API.AU.intercom.io",
    "http://127.0.0.1:1",
    "http://localhost:8080",
    "https://[::1]:8443",
]


@pytest.mark.parametrize("url", OWN_OR_LOOPBACK)
def test_the_base_url_may_come_from_the_environment(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERCOM_BASE_URL", f"{url}/")
    assert find_base_url(None, None) == url
    assert find_base_url("eu", None) == "https://api.eu.intercom.io"
    assert find_base_url(None, "http://127.0.0.1:2") == "http://127.0.0.1:2"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://intercom.io",
        "https://api.intercom.io.example.com",
        "https://api.intercom.io:443@example.com",
        "https://evil-api.intercom.io.example",
        "https://localhost.example.com",
        "https://10.0.0.1",
        "http://example.com",
        "http://api.intercom.io",
    ],
)
def test_the_environment_cannot_send_the_token_elsewhere(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERCOM_BASE_URL", url)
    assert "INTERCOM_BASE_URL" in refused(lambda: AsyncIntercom(token=TOKEN))
    # What the code itself names goes before the variable.
    assert "api.eu.intercom.io" in repr(AsyncIntercom(token=TOKEN, region="eu"))
    assert "gateway.example" in repr(AsyncIntercom(token=TOKEN, base_url="https://gateway.example"))
