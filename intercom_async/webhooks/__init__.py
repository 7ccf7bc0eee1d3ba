"""Webhooks: check that Intercom sent a notification, read it, and hand it to what deals with it.

``WebhookApp`` does all of it as an ASGI application; ``verify_signature`` and
``parse_notification`` are its parts, for any other framework.

Intercom waits 5 seconds for an answer and sends a notification once more after a minute, so one
may come twice: keep the ids of those you have dealt with. One that failed twice is not sent again;
what must not be missed is found by a search for what was updated since.

Source: "Webhooks" of Intercom's developer documentation; "Canvas Kit" for ``X-Body-Signature``;
"Fin Agent API, Setup" for ``X-Fin-Agent-API-Webhook-Signature``.
"""

from intercom_async.webhooks.app import Handler, WebhookApp
from intercom_async.webhooks.items import (
    ApiRequest,
    AttachedContact,
    AudienceMembership,
    ContactTag,
    ContentStat,
    DataConnectorExecution,
    FinEvent,
    FinEventMessage,
    Ping,
    ProcedureHitlNotification,
    StatEvent,
    Subscription,
    SurvivingContact,
    TicketChange,
)
from intercom_async.webhooks.notifications import Notification, parse_notification
from intercom_async.webhooks.signatures import (
    BODY_SIGNATURE_HEADER,
    FIN_AGENT_SIGNATURE_HEADER,
    SIGNATURE_HEADER,
    SignatureHeader,
    sign,
    verify_signature,
)
from intercom_async.webhooks.topics import TOPICS, AsSent, Item

__all__ = [
    "BODY_SIGNATURE_HEADER",
    "FIN_AGENT_SIGNATURE_HEADER",
    "SIGNATURE_HEADER",
    "TOPICS",
    "ApiRequest",
    "AsSent",
    "AttachedContact",
    "AudienceMembership",
    "ContactTag",
    "ContentStat",
    "DataConnectorExecution",
    "FinEvent",
    "FinEventMessage",
    "Handler",
    "Item",
    "Notification",
    "Ping",
    "ProcedureHitlNotification",
    "SignatureHeader",
    "StatEvent",
    "Subscription",
    "SurvivingContact",
    "TicketChange",
    "WebhookApp",
    "parse_notification",
    "sign",
    "verify_signature",
]
