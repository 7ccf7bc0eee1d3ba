"""Where the token goes, over what, and how much an answer may cost."""

import base64
import gzip
import ssl
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from intercom_async import (
    AsyncIntercom,
    ConnectionFailed,
    DecodeError,
    QueryError,
    RetryPolicy,
    SessionPool,
    StatusError,
)
from tests.transport.scripted import Server, response, sends, status

pytestmark = pytest.mark.usefixtures("way")

TOKEN = "dG9rOm5ldHdvcmstdG9rZW4"
ONCE = RetryPolicy(max_attempts=1)
MAX_BODY = 64 * 2**20

# A certificate for "localhost" that nobody trusts, and its key. Made for these tests.
KEY = """
MHcCAQEEIERbk9rjujJg0NhOa3FnWBd37uwv4v/Q9WxsN7iAmQwooAoGCCqGSM49AwEHoUQDQgAE
L9cnLzl1zhRkSV4dJVnoV4wFcBmPPNGqBpRGZbx9hBC/z/OdNlNoAWH4vYEphRpss9DEkNYV5fMp
3C/8tj11iA==
"""
CERTIFICATE = """
MIIBlTCCATugAwIBAgIUJ6E68PuNAHQyjH/HX80R7eGy7+owCgYIKoZIzj0EAwIwFDESMBAGA1UE
AwwJbG9jYWxob3N0MCAXDTI2MTEyMzIzNTE1M1oYDzIxMjYxMDMwMjM1MTUzWjAUMRIwEAYDVQQD
DAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQv1ycvOXXOFGRJXh0lWehXjAVw
GY880aoGlEZlvH2EEL/P8502U2gBYfi9gSmFGmyz0MSQ1hXl8yncL/y2PXWIo2kwZzAdBgNVHQ4E
FgQU0YqeLNHnhXh/z2u/czg3g8mzb8cwHwYDVR0jBBgwFoAU0YqeLNHnhXh/z2u/czg3g8mzb8cw
DwYDVR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAwRQIh
AOtrc0rrfISjj/eOzUFZ2Gao21n21IICiMW7jnOjA9evAiB/miyeqakrmE2kUllbESf+BSMn1st/
FylJXThupykjbA==
"""


def pem(kind: str, body: str) -> str:
    return f"-----BEGIN {kind}-----{body}-----END {kind}-----\n"


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    chain = tmp_path / "chain.pem"
    chain.write_text(pem("EC PRIVATE KEY", KEY) + pem("CERTIFICATE", CERTIFICATE))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cadata=base64.b64decode(CERTIFICATE))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_certificate_nobody_vouches_for_gets_no_token(
    start_peer: Callable[..., Awaitable[Server]], tls: ssl.SSLContext, host: str
) -> None:
    peer = await start_peer(tls)
    url = f"https://{host}:{peer.port}"
    async with AsyncIntercom(base_url=url, token=TOKEN, retry=ONCE) as intercom:
        with pytest.raises(ConnectionFailed) as caught:
            await intercom.me()
    assert not caught.value.sent
    assert peer.heads == []


async def test_a_certificate_of_another_host_gets_no_token(
    start_peer: Callable[..., Awaitable[Server]], tls: ssl.SSLContext
) -> None:
    peer = await start_peer(tls)
    async with SessionPool(ssl_context=trusting()) as pool:
        good = f"https://localhost:{peer.port}"
        await AsyncIntercom(base_url=good, token=TOKEN, retry=ONCE, pool=pool).me()
        assert len(peer.heads) == 1
        other = f"https://127.0.0.1:{peer.port}"
        with pytest.raises(ConnectionFailed):
            await AsyncIntercom(base_url=other, token=TOKEN, retry=ONCE, pool=pool).me()
    assert len(peer.heads) == 1


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
async def test_no_variable_leads_requests_through_a_proxy(
    start_peer: Callable[..., Awaitable[Server]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, proxy = await start_peer(), await start_peer()
    for quiet in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(quiet, raising=False)
    monkeypatch.setenv(name, proxy.url)
    async with AsyncIntercom(base_url=peer.url, token=TOKEN) as intercom:
        await intercom.me()
    assert (len(peer.heads), proxy.heads) == (1, [])


async def test_no_netrc_replaces_the_token(
    peer: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with AsyncIntercom(base_url=peer.url, token=TOKEN) as intercom:
        await intercom.me()
    assert f"Authorization: Bearer {TOKEN}\r\n".encode() in peer.heads[0]


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """Make an eighth of a megabyte, which unpacks to twice what is allowed."""
    return gzip.compress(bytes(2 * MAX_BODY))


async def test_a_bomb_costs_64_mib_at_most(peer: Server, bomb: bytes) -> None:
    async with AsyncIntercom(base_url=peer.url, token=TOKEN, retry=ONCE) as intercom:
        await intercom.me()
        peer.usual = sends(response(bomb, "Content-Encoding: gzip"))
        tracemalloc.start()
        try:
            with pytest.raises(DecodeError, match=f"{MAX_BODY} bytes") as caught:
                await intercom.me()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < MAX_BODY + 2**22  # and what a connection holds
    assert caught.value.body == b""
    assert len(peer.heads) == 2  # and it is not asked for again


async def redirecting(start_peer: Callable[..., Awaitable[Server]], to: str) -> Server:
    peer = await start_peer()
    peer.usual = status("302 Found", f"Location: {to}")
    return peer


async def test_a_redirect_to_a_file_gets_no_token(
    start_peer: Callable[..., Awaitable[Server]],
) -> None:
    other = await start_peer()
    peer = await redirecting(start_peer, f"{other.url}/signed")
    async with (
        AsyncIntercom(base_url=peer.url, token=TOKEN, retry=ONCE) as intercom,
        intercom.download(f"{peer.url}/calls/1/recording") as chunks,
    ):
        assert [chunk async for chunk in chunks]
    assert TOKEN.encode() in peer.heads[0]
    assert len(other.heads) == 1
    assert TOKEN.encode() not in other.heads[0]
    assert b"Intercom-Version" not in other.heads[0]


async def test_a_redirect_to_a_file_leads_over_tls(
    start_peer: Callable[..., Awaitable[Server]],
) -> None:
    peer = await redirecting(start_peer, "http://example.invalid/signed")
    async with AsyncIntercom(base_url=peer.url, token=TOKEN, retry=ONCE) as intercom:
        with pytest.raises(StatusError):
            async with intercom.download(f"{peer.url}/calls/1/recording"):
                pass


async def test_a_file_of_another_host_gets_no_token(
    start_peer: Callable[..., Awaitable[Server]],
) -> None:
    peer, other = await start_peer(), await start_peer()
    async with (
        AsyncIntercom(base_url=peer.url, token=TOKEN, retry=ONCE) as intercom,
        intercom.download(f"{other.url}/attachment.png") as chunks,
    ):
        assert [chunk async for chunk in chunks]
    assert peer.heads == []
    assert TOKEN.encode() not in other.heads[0]


@pytest.mark.parametrize(
    "path", ["{other}/a", "@{host}/a", "//{host}/a", ".{host}/a", "a", "", "/a#b", "/\\{host}"]
)
async def test_no_path_leads_the_token_to_another_host(
    start_peer: Callable[..., Awaitable[Server]], path: str
) -> None:
    peer, other = await start_peer(), await start_peer()
    given = path.format(other=other.url, host=other.url.removeprefix("http://"))
    async with AsyncIntercom(base_url=peer.url, token=TOKEN, retry=ONCE) as intercom:
        with pytest.raises(QueryError, match="to which the token goes"):
            await intercom.request("GET", given)
    assert peer.heads == other.heads == []
