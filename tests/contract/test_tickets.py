"""The operations of tickets and what belongs to them, and of settings that are listed whole."""

from typing import Final

from intercom_async import AttachmentFile
from intercom_async.models.ticket_inputs import TicketFields as T
from tests.contract.judge import Calls, Contract, Since

_URLS: Final = ["https://example.com/a.png"]
CALLS: Final[Calls] = {
    "searchTickets": lambda i: i.tickets.search((T.created_at > 1) & (T.open == True)),  # noqa: E712
    "searchTickets: resumed": lambda i: i.tickets.search(T.state == "x", per_page=1, resume="x"),
    "searchTickets: attribute": lambda i: i.tickets.search(T["ticket_attribute.5"] == "x"),
    "getTicket": lambda i: i.tickets.retrieve("1"),
    "createTicket": lambda i: i.tickets.create(
        ticket_type_id=1,
        contacts=[{"id": "c"}, {"external_id": "e"}, {"email": "a@example.com"}],
        ticket_attributes={"_default_title_": "T", "n": 5},
        company_id="5f",
    ),
    "createTicket: later": Since(
        "2.16",
        lambda i: i.tickets.create(
            ticket_type_id=1,
            contacts=[{"id": "c"}],
            conversation_to_link_id=5,
            created_at=7,
            assignment={"admin_assignee_id": "1", "team_assignee_id": "2"},
            skip_notifications=True,
        ),
    ),
    "enqueueCreateTicket": lambda i: i.tickets.enqueue(
        ticket_type_id=1,
        contacts=[{"id": "c"}],
        ticket_attributes={"a": "b"},
        company_id="5f",
        conversation_to_link_id=5,
        created_at=7,
        assignment={"admin_assignee_id": "1"},
        skip_notifications=False,
    ),
    "updateTicket": lambda i: i.tickets.update(
        "1", ticket_attributes={"a": 1}, open=True, is_shared=False, snoozed_until=7
    ),
    "updateTicket: later": Since(
        "2.16",
        lambda i: i.tickets.update(
            "1",
            ticket_state_id="2",
            company_id="5f",
            admin_id=3,
            assignee_id="4",
            skip_notifications=True,
        ),
    ),
    "changeTicketType": lambda i: i.tickets.change_type(
        "1", ticket_type_id=2, ticket_state_id="3", ticket_attributes={"a": "b"}
    ),
    "replyTicket: admin": lambda i: i.tickets.reply(
        "1", admin_id=9, body="Hi", attachment_urls=_URLS, cross_post=True
    ),
    "replyTicket: note": lambda i: i.tickets.reply("1", admin_id=9, body="Hi", message_type="note"),
    "replyTicket: contact": lambda i: i.tickets.reply(
        "1", intercom_user_id="c", body="Hi", attachment_urls=_URLS
    ),
    "replyTicket: user_id": lambda i: i.tickets.reply("1", user_id="u", body="Hi"),
    "replyTicket: email": lambda i: i.tickets.reply("1", email="a@example.com", body="Hi"),
    "replyTicket: later": Since(
        "2.16",
        lambda i: i.tickets.reply(
            "1",
            admin_id=9,
            body="?",
            message_type="quick_reply",
            reply_options=[{"text": "Yes", "uuid": "u"}],
            created_at=1,
            skip_notifications=True,
            attachment_files=[AttachmentFile("a.txt", b"x")],
        ),
    ),
    "attachTagToTicket": lambda i: i.tickets.add_tag("1", tag_id="2", admin_id=3),
    "detachTagFromTicket": lambda i: i.tickets.remove_tag("1", tag_id=2, admin_id="3"),
    "linkConversationToTicket": lambda i: i.tickets.link_conversation("1", conversation_id=2),
    "unlinkConversationFromTicket": lambda i: i.tickets.unlink_conversation(
        "1", conversation_id="2"
    ),
    "deleteTicket": lambda i: i.tickets.delete("1"),
    "jobsStatus": lambda i: i.jobs.retrieve("1"),
    "listTicketTypes": lambda i: i.ticket_types.list(),
    "getTicketType": lambda i: i.ticket_types.retrieve("1"),
    "createTicketType": lambda i: i.ticket_types.create(
        name="n", description="d", category="Customer", icon="i", is_internal=False
    ),
    "updateTicketType": lambda i: i.ticket_types.update(
        "1",
        name="n",
        description="d",
        category="Tracker",
        icon="i",
        is_internal=True,
        archived=True,
    ),
    "createTicketTypeAttribute": lambda i: i.ticket_types.attributes.create(
        "1",
        name="n",
        description="d",
        data_type="list",
        list_items="a,b",
        required_to_create=True,
        required_to_create_for_contacts=False,
        visible_on_create=True,
        visible_to_contacts=False,
        multiline=False,
        allow_multiple_values=False,
    ),
    "updateTicketTypeAttribute": lambda i: i.ticket_types.attributes.update(
        1,
        "2",
        name="n",
        description="d",
        list_items="a,b",
        required_to_create=True,
        required_to_create_for_contacts=False,
        visible_on_create=True,
        visible_to_contacts=False,
        multiline=True,
        allow_multiple_values=True,
        archived=True,
    ),
    "listTicketStates": lambda i: i.ticket_states.list(),
    "listAwayStatusReasons": lambda i: i.away_status_reasons.list(),
    "listMacros": lambda i: i.macros.list(updated_since=7),
    "listMacros: resumed": lambda i: i.macros.list(per_page=1, resume="x"),
    "getMacro": lambda i: i.macros.retrieve("1"),
    "listBrands": lambda i: i.brands.list(),
    "retrieveBrand": lambda i: i.brands.retrieve("1"),
    "listEmails": lambda i: i.emails.list(),
    "retrieveEmail": lambda i: i.emails.retrieve("1"),
}


class TestTickets(Contract):
    """Tickets, their types and states, jobs, macros, brands, emails and away reasons."""

    calls = CALLS
