"""The operations of conversations, and whose token it is."""

from typing import Final

import pytest

from intercom_async import AttachmentFile, F
from tests.contract.judge import Calls, Contract, Since

_FILE: Final = AttachmentFile("a.png", b"\x89PNG")
_URLS: Final = ["https://example.com/a.png"]

CALLS: Final[Calls] = {
    "identifyAdmin": lambda i: i.me(),
    "listConversations": lambda i: i.conversations.list(),
    "listConversations: resumed": lambda i: i.conversations.list(per_page=1, resume="x"),
    "searchConversations": lambda i: i.conversations.search(F.state == "open"),
    "searchConversations: resumed": lambda i: i.conversations.search(
        (F.state == "open") & (F.created_at > 1), per_page=1, resume="x"
    ),
    "searchConversations: nested": lambda i: i.conversations.search(
        (F.admin_assignee_id.is_in([1, 2]) | (F.state == "open")) & (F.read == True)  # noqa: E712
    ),
    "searchConversations: quality": Since(
        "2.16",
        lambda i: i.conversations.search(
            F.open == True,  # noqa: E712
            include_monitors=True,
            include_scorecards=False,
        ),
        refused=True,
    ),
    "retrieveConversation": lambda i: i.conversations.retrieve("1"),
    "retrieveConversation: plaintext": lambda i: i.conversations.retrieve(
        1, display_as="plaintext"
    ),
    "retrieveConversation: translations": Since(
        "2.14", lambda i: i.conversations.retrieve("1", include_translations=True)
    ),
    "listDeletedConversationIds": lambda i: i.conversations.deleted.list(order="asc"),
    "listHandlingEvents": lambda i: i.conversations.handling_events.list("1"),
    "listSideConversations": lambda i: i.conversations.side_conversations.list("1", per_page=5),
    "mergeConversation": lambda i: i.conversations.merge("1", into="456"),
    "createConversation: brand": Since(
        "2.16",
        lambda i: i.conversations.create(from_={"type": "user", "id": "c"}, body="x", brand_id=1),
    ),
    "deleteConversation: metrics": Since(
        "2.16", lambda i: i.conversations.delete("1", retain_metrics=False)
    ),
    "replyConversation: quick reply": Since(
        "2.16",
        lambda i: i.conversations.reply(
            "1",
            admin_id=9,
            body="?",
            message_type="quick_reply",
            reply_options=[{"text": "Yes", "uuid": "u"}],
        ),
    ),
    "replyConversation: silent": Since(
        "2.16",
        lambda i: i.conversations.reply("1", admin_id=9, body="x", skip_notifications=True),
    ),
    "createConversation": lambda i: i.conversations.create(
        from_={"type": "user", "id": "c"}, body="Hi"
    ),
    "createConversation: subject": lambda i: i.conversations.create(
        from_={"type": "lead", "id": "c"}, body="Hi", subject="S", attachment_urls=_URLS
    ),
    "createConversation: created_at": Since(
        "2.11",
        lambda i: i.conversations.create(
            from_={"type": "contact", "id": "c"}, body="Hi", created_at=1
        ),
    ),
    "updateConversation": lambda i: i.conversations.update("1", read=True, display_as="plaintext"),
    "updateConversation: attributes": Since(
        "2.14",
        lambda i: i.conversations.update("1", title="T", custom_attributes={"a": 1, "b": "x"}),
    ),
    "updateConversation: company": Since(
        "2.16", lambda i: i.conversations.update("1", company_id="c")
    ),
    "deleteConversation": lambda i: i.conversations.delete("1"),
    "deleteConversation: counted": Since(
        "2.16", lambda i: i.conversations.delete("1", retain_metrics=True), refused=True
    ),
    "replyConversation: admin": lambda i: i.conversations.reply(
        "1",
        admin_id=9,
        body="Hi",
        attachment_urls=_URLS,
        attachment_files=[_FILE],
        created_at=1,
    ),
    "replyConversation: note": lambda i: i.conversations.reply(
        "1", admin_id="9", body="Hi", message_type="note"
    ),
    "replyConversation: contact": lambda i: i.conversations.reply(
        "1", intercom_user_id="c", body="Hi", attachment_urls=_URLS
    ),
    "replyConversation: user_id": lambda i: i.conversations.reply("1", user_id="u", body="Hi"),
    "replyConversation: email": lambda i: i.conversations.reply(
        "last", email="a@example.com", body="Hi"
    ),
    "manageConversation: close": lambda i: i.conversations.close("1", admin_id=9, body="Bye"),
    "manageConversation: open": lambda i: i.conversations.open("1", admin_id=9),
    "manageConversation: snooze": lambda i: i.conversations.snooze("1", admin_id=9, until=1),
    "manageConversation: assign": lambda i: i.conversations.assign(
        "1", admin_id=9, assignee_id=8, body="Yours"
    ),
    "manageConversation: team": lambda i: i.conversations.assign(
        "1", admin_id=9, assignee_id=7, type="team"
    ),
    "manageConversation: unassign": lambda i: i.conversations.unassign("1", admin_id=9),
    "autoAssignConversation": lambda i: i.conversations.run_assignment_rules("1"),
    "attachContactToConversation: contact": lambda i: i.conversations.attach_contact(
        "1", admin_id=9, intercom_user_id="c", customer={"intercom_user_id": "d"}
    ),
    "attachContactToConversation: user_id": lambda i: i.conversations.attach_contact(
        "1", admin_id=9, user_id="u", customer={"user_id": "v"}
    ),
    "attachContactToConversation: email": lambda i: i.conversations.attach_contact(
        "1", admin_id=9, email="a@example.com", customer={"email": "b@example.com"}
    ),
    "detachContactFromConversation": lambda i: i.conversations.detach_contact("1", "c", admin_id=9),
    "detachContactFromConversation: named": lambda i: i.conversations.detach_contact(
        "1", "c", admin_id=9, customer={"intercom_user_id": "c"}
    ),
    "redactConversation: part": lambda i: i.conversations.redact_part("1", 2),
    "redactConversation: source": lambda i: i.conversations.redact_source("1", 2),
    "convertConversationToTicket": lambda i: i.conversations.convert(
        "1", ticket_type_id=2, attributes={"_default_title_": "T"}
    ),
    "convertConversationToTicket: state": Since(
        "2.16", lambda i: i.conversations.convert("1", ticket_type_id=2, ticket_state_id=3)
    ),
    "attachTagToConversation": lambda i: i.conversations.add_tag("1", tag_id=2, admin_id=9),
    "detachTagFromConversation": lambda i: i.conversations.remove_tag("1", tag_id=2, admin_id=9),
}


@pytest.mark.filterwarnings("ignore:run_assignment_rules:DeprecationWarning")
class TestConversations(Contract):
    calls = CALLS
