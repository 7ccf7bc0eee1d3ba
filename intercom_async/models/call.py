"""Calls, by phone or in the Messenger."""

from typing import ClassVar

from intercom_async.models.base import JSON, Id, ListOf, Record, Timestamp


class Call(Record, frozen=True):
    """A call.

    Attributes:
        id: The call's id.
        type: Always ``call``.
        conversation_id: The conversation it belongs to.
        admin_id: The admin who had it.
        contact_id: The contact who had it.
        state: How far it is, such as ``completed``.
        initiated_at: When it began to ring.
        answered_at: When it was answered.
        ended_at: When it ended.
        created_at: When it was created.
        updated_at: When it was last changed.
        recording_url: Where the recording is; ``calls.download_recording`` fetches it.
        transcription_url: Where the transcript is; ``calls.retrieve_transcript`` fetches it.
        call_type: What it was, such as ``phone``.
        direction: ``inbound`` or ``outbound``.
        ended_reason: Why it ended.
        phone: The phone number, in E.164 format.
        fin_recording_url: Where the recording of Fin's part is.
        fin_transcription_url: Where the transcript of Fin's part is.
        transcript: What was said, as ``calls.search`` answers it.
        transcript_status: How far that is, such as ``completed``.

    Source: API reference 2.14, "Calls"; 2.16.
    """

    noun: ClassVar[str | None] = "call"

    id: Id
    type: str | None = None
    conversation_id: Id | None = None
    admin_id: Id | None = None
    contact_id: Id | None = None
    state: str | None = None
    initiated_at: Timestamp | None = None
    answered_at: Timestamp | None = None
    ended_at: Timestamp | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    recording_url: str | None = None
    transcription_url: str | None = None
    call_type: str | None = None
    direction: str | None = None
    ended_reason: str | None = None
    phone: str | None = None
    fin_recording_url: str | None = None
    fin_transcription_url: str | None = None
    transcript: ListOf[dict[str, JSON]] = []
    transcript_status: str | None = None
