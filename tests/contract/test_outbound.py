"""The operations of messages, calls, phone switches, workflows, activity logs and data exports."""

from typing import Any, Final

from tests.contract.judge import Calls, Contract, Since, whole

_TO: Final[Any] = {"type": "user", "id": "c"}
CALLS: Final[Calls] = {
    "listActivityLogs": lambda i: i.activity_logs.list(created_at_after=1, created_at_before=2),
    "listActivityLogs: resumed": lambda i: i.activity_logs.list(
        created_at_after=1, resume="?page=2"
    ),
    "searchActivityLogs": lambda i: i.activity_logs.search(
        created_at_after=1, created_at_before=2, event_types=["app_name_change"]
    ),
    "searchActivityLogs: resumed": lambda i: i.activity_logs.search(
        created_at_after=1, per_page=5, resume="?page=2"
    ),
    "listActivityLogEventTypes": lambda i: i.activity_logs.list_event_types(),
    "listCalls": lambda i: i.calls.list(),
    "listCalls: resumed": lambda i: i.calls.list(per_page=1, resume="?page=2"),
    "listCallsWithTranscripts": lambda i: i.calls.search(conversation_ids=[1, "2"]),
    "showCall": lambda i: i.calls.retrieve("123"),
    "showCallTranscript": lambda i: i.calls.retrieve_transcript("1"),
    "showCallRecording": lambda i: whole(i.calls.download_recording("1")),
    "createMessage: in_app": lambda i: i.messages.create(
        message_type="in_app",
        admin_id="9",
        to=_TO,
        body="Hi",
        create_conversation_without_contact_reply=True,
    ),
    "createMessage: email": lambda i: i.messages.create(
        message_type="email", admin_id=9, to=_TO, subject="S", body="Hi", template="plain"
    ),
    "createMessage: later": Since(
        "2.16",
        lambda i: i.messages.create(
            message_type="email",
            admin_id=9,
            to=[_TO],
            cc=_TO,
            bcc=[_TO],
            subject="S",
            body="Hi",
            template="personal",
            created_at=7,
        ),
    ),
    "createMessage: whatsapp": Since(
        "2.16",
        lambda i: i.messages.create(
            message_type="whatsapp", admin_id=9, to=_TO, template="t", components=[{"type": "BODY"}]
        ),
        refused=True,
    ),
    "getWhatsAppMessageStatus": lambda i: i.messages.whatsapp_statuses.list(ruleset_id=5),
    "getWhatsAppMessageStatus: resumed": lambda i: i.messages.whatsapp_statuses.list(
        ruleset_id="5", per_page=1, resume="x"
    ),
    "RetrieveWhatsAppMessageStatus": lambda i: i.messages.whatsapp_statuses.retrieve("wamid_1"),
    "createPhoneSwitch": lambda i: i.phone_switch.create(
        phone="+1234567890", custom_attributes={"issue": "x"}
    ),
    "exportWorkflow": lambda i: i.workflows.export("67890"),
    "createDataExport": lambda i: i.data_export.create(created_at_after=1, created_at_before=2),
    "getDataExport": lambda i: i.data_export.retrieve("1"),
    "cancelDataExport": lambda i: i.data_export.cancel("1"),
    "downloadDataExport": lambda i: whole(i.data_export.download("1")),
    "GET /export/reporting_data/get_datasets": lambda i: i.reporting_data_export.datasets.list(),
    "POST /export/reporting_data/enqueue": lambda i: i.reporting_data_export.enqueue(
        dataset_id="conversation",
        attribute_ids=["conversation.conversation_id"],
        start_time=1,
        end_time=2,
    ),
    "GET /export/reporting_data/{job_identifier}": lambda i: i.reporting_data_export.retrieve(
        "1", app_id="a", client_id="c"
    ),
    "GET /download/reporting_data/{job_identifier}": lambda i: whole(
        i.reporting_data_export.download("1", app_id="a")
    ),
}


class TestOutbound(Contract):
    """Messages, calls, phone switches, workflows, activity logs and data exports."""

    calls = CALLS
