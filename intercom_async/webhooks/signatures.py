"""Signatures: what tells that Intercom sent a body, and that it is as it was sent."""

import hmac
from typing import Final, Literal, TypeAlias

from intercom_async.errors import SignatureError

SignatureHeader: TypeAlias = Literal[
    "X-Hub-Signature", "X-Body-Signature", "X-Fin-Agent-API-Webhook-Signature"
]
"""A header that carries a signature."""

SIGNATURE_HEADER: Final = "X-Hub-Signature"
"""The header that carries a notification's signature."""

BODY_SIGNATURE_HEADER: Final = "X-Body-Signature"
"""The header that carries the signature of a Canvas Kit request."""

FIN_AGENT_SIGNATURE_HEADER: Final = "X-Fin-Agent-API-Webhook-Signature"
"""The header that carries the signature of an event of Fin's, made with a secret of its own."""

# SHA-1 is what Intercom signs notifications with; as an HMAC it is not known to be broken.
_SCHEMES: Final = {
    SIGNATURE_HEADER: ("sha1=", "sha1"),
    BODY_SIGNATURE_HEADER: ("", "sha256"),
    FIN_AGENT_SIGNATURE_HEADER: ("sha256=", "sha256"),
}


def sign(body: bytes, secret: str, *, name: SignatureHeader = SIGNATURE_HEADER) -> str:
    """Return the signature that Intercom would send with a body, to test what takes it in.

    Args:
        body: The request's body.
        secret: The client secret of the app, or the signing secret of Fin's settings.
        name: The header that the signature is for. ``X-Hub-Signature`` is ``sha1=`` and an
            HMAC-SHA1 in hexadecimal, ``X-Body-Signature`` an HMAC-SHA256 in hexadecimal, and
            ``X-Fin-Agent-API-Webhook-Signature`` one after ``sha256=``.

    Raises:
        SignatureError: The secret is empty, or an argument is of another type.
    """
    _check(("body", body, bytes), ("secret", secret, str))
    if not secret:
        raise SignatureError("the secret is empty, so no signature can be trusted")
    if name not in _SCHEMES:
        raise SignatureError(f"no signature is sent as {name!r}, only as {', '.join(_SCHEMES)}")
    prefix, algorithm = _SCHEMES[name]
    return prefix + hmac.new(_utf8(secret), body, algorithm).hexdigest()


def verify_signature(
    body: bytes, header: str | None, secret: str, *, name: SignatureHeader = SIGNATURE_HEADER
) -> None:
    """Check that a notification comes from Intercom and is as it was sent.

    Args:
        body: The request's body, byte for byte as it came in.
        header: What the request's header says; ``None`` if there is none.
        secret: The client secret of the app, from Intercom's developer hub; for events of Fin's
            the signing secret beside their callback URL, in the settings of the Fin Agent API.
        name: The header: ``X-Hub-Signature`` of a notification, ``X-Body-Signature`` of a Canvas
            Kit request, or ``X-Fin-Agent-API-Webhook-Signature`` of an event of Fin's.

    Raises:
        SignatureError: The signature is missing or does not fit, the secret is empty, or one of
            them is of another type. Answer with 401 and do nothing else.
    """
    header = "" if header is None else header
    _check(("header", header, str))
    expected = sign(body, secret, name=name)
    if not header:
        raise SignatureError(f"no {name} header")
    if not hmac.compare_digest(_utf8(header), expected.encode()):
        raise SignatureError("the signature does not fit the body")


def _check(*given: tuple[str, object, type]) -> None:
    for name, value, wanted in given:
        if not isinstance(value, wanted):
            kind = type(value).__name__
            raise SignatureError(f"the {name} must be {wanted.__name__}, not {kind}")


def _utf8(text: str) -> bytes:
    return str.encode(text, "utf-8", "surrogatepass")  # whatever a server or environment made of it
