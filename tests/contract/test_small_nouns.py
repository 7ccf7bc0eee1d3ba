"""The operations of the nouns that a workspace has few of."""

from typing import Final

from intercom_async.models.fin_agent import FinMessage
from tests.contract.judge import Calls, Contract, Since

_SAID: Final[FinMessage] = {
    "author": "user",
    "body": "Hi",
    "timestamp": "2025-01-24T10:01:20.000Z",
}
CALLS: Final[Calls] = {
    "listAdmins": lambda i: i.admins.list(),
    "listAdmins: avatars": lambda i: i.admins.list(display_avatar=True),
    "retrieveAdmin": lambda i: i.admins.retrieve("1"),
    "setAwayAdmin": lambda i: i.admins.set_away(
        "1", away_mode_enabled=True, away_mode_reassign=False
    ),
    "setAwayAdmin: reason": Since(
        "2.14",
        lambda i: i.admins.set_away(
            "1", away_mode_enabled=True, away_mode_reassign=False, away_status_reason_id=3
        ),
        refused=True,
    ),
    "listTeams": lambda i: i.teams.list(),
    "retrieveTeam": lambda i: i.teams.retrieve("1"),
    "getTeamMetrics": lambda i: i.teams.metrics.list("1"),
    "getTeamMetrics: threshold": lambda i: i.teams.metrics.list("1", idle_threshold=600),
    "listTags": lambda i: i.tags.list(),
    "createTag": lambda i: i.tags.create(name="x"),
    "createTag: another name": lambda i: i.tags.create(name="x", id="1"),
    "createTag: companies": lambda i: i.tags.tag_companies(
        name="x", companies=[{"id": "1"}, {"company_id": "a"}]
    ),
    "createTag: untag companies": lambda i: i.tags.untag_companies(
        name="x", companies=[{"id": "1"}, {"company_id": "a"}]
    ),
    "createTag: users": lambda i: i.tags.tag_users(name="x", users=[{"id": "1"}]),
    "findTag": lambda i: i.tags.retrieve("1"),
    "deleteTag": lambda i: i.tags.delete("1"),
    "listSegments": lambda i: i.segments.list(),
    "listSegments: counted": lambda i: i.segments.list(include_count=True),
    "retrieveSegment": lambda i: i.segments.retrieve("1"),
    "lisDataAttributes": lambda i: i.data_attributes.list(),
    "lisDataAttributes: archived": lambda i: i.data_attributes.list(
        model="contact", include_archived=True
    ),
    "createDataAttribute": lambda i: i.data_attributes.create(
        name="x", model="contact", data_type="string"
    ),
    "createDataAttribute: described": lambda i: i.data_attributes.create(
        name="x", model="company", data_type="date", description="d", messenger_writable=True
    ),
    "createDataAttribute: options": Since(
        "2.11",
        lambda i: i.data_attributes.create(
            name="x", model="contact", data_type="options", options=[{"value": "a"}]
        ),
    ),
    "updateDataAttribute": lambda i: i.data_attributes.update(
        "1", archived=True, description="d", messenger_writable=False
    ),
    "updateDataAttribute: options": lambda i: i.data_attributes.update(
        "1", options=[{"value": "a"}]
    ),
    "lisDataEvents": lambda i: i.data_events.list(user_id="u"),
    "lisDataEvents: lead": lambda i: i.data_events.list(intercom_user_id=5),
    "lisDataEvents: email": lambda i: i.data_events.list(email="a@example.com"),
    "lisDataEvents: counted": lambda i: i.data_events.summaries.list(email="a@example.com"),
    "createDataEvent": lambda i: i.data_events.create(
        event_name="x", created_at=7, user_id=5, metadata={"code": "c"}
    ),
    "createDataEvent: lead": lambda i: i.data_events.create(event_name="x", created_at=7, id="1"),
    "createDataEvent: email": lambda i: i.data_events.create(
        event_name="x", created_at=7, email="a@example.com"
    ),
    "dataEventSummaries": lambda i: i.data_events.summaries.create(
        user_id=5, event_name="x", count=1, first=7, last=8
    ),
    "retrieveVisitorWithUserId": lambda i: i.visitors.retrieve(user_id="u"),
    "updateVisitor": lambda i: i.visitors.update(
        user_id="u", name="n", custom_attributes={"a": "b"}
    ),
    "updateVisitor: id": lambda i: i.visitors.update(id="v", name="n"),
    "convertVisitor": lambda i: i.visitors.convert(
        visitor={"user_id": "v"}, user={"id": "1", "email": "a@example.com"}, type="user"
    ),
    "convertVisitor: lead": lambda i: i.visitors.convert(
        visitor={"email": "a@example.com"}, user={"user_id": "u"}, type="lead"
    ),
    "listConversationAttributes": lambda i: i.conversation_attributes.list(include_archived=True),
    "getConversationAttribute": lambda i: i.conversation_attributes.retrieve(3),
    "createConversationAttribute": lambda i: i.conversation_attributes.create(
        name="n",
        data_type="string",
        description="d",
        required=True,
        visible_to_team_ids=["1"],
        multiline=False,
    ),
    "createConversationAttribute: list": lambda i: i.conversation_attributes.create(
        name="n", data_type="list", options=[{"label": "a"}, {"label": "b"}]
    ),
    "createConversationAttribute: relationship": lambda i: i.conversation_attributes.create(
        name="n", data_type="relationship", reference={"type": "many", "object_type_id": "Order"}
    ),
    "updateConversationAttribute": lambda i: i.conversation_attributes.update(
        8,
        name="n",
        description="d",
        required=False,
        visible_to_team_ids=[],
        multiline=True,
        reference={"type": "one"},
    ),
    "deleteConversationAttribute": lambda i: i.conversation_attributes.delete("8"),
    "createConversationAttributeOption": lambda i: i.conversation_attributes.options.create(
        2, label="a"
    ),
    "updateConversationAttributeOption": lambda i: i.conversation_attributes.options.update(
        "2", "o", label="a"
    ),
    "deleteConversationAttributeOption": lambda i: i.conversation_attributes.options.delete(2, "o"),
    "startFinConversation": lambda i: i.fin_agent.start(
        conversation_id="e-1",
        message=_SAID,
        user={"id": "u", "name": "n", "email": "a@example.com", "attributes": {"plan": 1}},
        attachments=[{"type": "url", "url": "https://example.com/a.pdf"}],
        conversation_metadata={"history": [_SAID], "attributes": {"a": True}},
    ),
    "replyToFin": lambda i: i.fin_agent.reply(
        conversation_id=1,
        message=_SAID,
        user={"id": "u"},
        attachments=[{"type": "file", "name": "a", "content_type": "text/plain", "data": "YQ=="}],
    ),
    "submitFinCsat": lambda i: i.fin_agent.submit_csat(
        conversation_id="e-1", rating="amazing", remark="x"
    ),
    "registerFinVoiceCall": lambda i: i.fin_voice_calls.register(
        phone_number="+1", call_id=5, source="five9", data={"a": [1]}
    ),
    "collectFinVoiceCallById": lambda i: i.fin_voice_calls.retrieve(12345),
    "collectFinVoiceCallsByConversationId": lambda i: i.fin_voice_calls.list("1"),
    "collectFinVoiceCallByExternalId": lambda i: i.fin_voice_calls.find_by_external_id("call-1"),
    "collectFinVoiceCallByPhoneNumber": lambda i: i.fin_voice_calls.find_by_phone_number("+1"),
}


class TestSmallNouns(Contract):
    calls = CALLS
