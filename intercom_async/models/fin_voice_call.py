"""Calls that Fin took."""

from collections.abc import Mapping
from typing import Literal, Required, TypedDict

from intercom_async.models.base import JSON, Id, ListOf, Record


class FinVoiceCall(Record, frozen=True):
    """A call that Fin took.

    Attributes:
        id: The id by which the API tells calls of Fin apart.
        app_id: The workspace's id.
        user_phone_number: The caller's number, such as ``+1234567890``.
        status: ``registered``, ``in-progress``, or how it was resolved.
        intercom_call_id: The call's id in ``calls``; ``None`` if it is none of them yet.
        external_call_id: The id that the telephone's provider gave it.
        intercom_conversation_id: Its conversation's id; ``None`` if it has none yet.
        call_transcript: What was said, as sent.
        call_summary: That in 256 characters at most.
        intent: What the caller wanted, as sent.

    Source: API reference 2.16, "Calls".
    """

    id: Id
    app_id: Id | None = None
    user_phone_number: str | None = None
    status: str | None = None
    intercom_call_id: Id | None = None
    external_call_id: Id | None = None
    intercom_conversation_id: Id | None = None
    call_transcript: ListOf[JSON] = []
    call_summary: str | None = None
    intent: ListOf[JSON] = []


class NewFinVoiceCall(TypedDict, total=False):
    """A call to register.

    Attributes:
        phone_number: The caller's number, such as ``+1234567890``.
        call_id: The id that the telephone's provider gave the call.
        source: That provider, ``aws_connect`` by default.
        data: What is to be told besides.
    """

    phone_number: Required[str]
    call_id: Required[str | int]
    source: Literal["five9", "zoom_phone", "aws_connect"]
    data: Mapping[str, JSON]
