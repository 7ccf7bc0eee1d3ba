"""The operations of a workspace's own types and settings: custom objects, office hours, access."""

from typing import Final

from tests.contract.judge import Calls, Contract, Since

CALLS: Final[Calls] = {
    "listCustomObjectInstances": Since(
        "2.16", lambda i: i.custom_object_instances.list("Order"), refused=True
    ),
    "listCustomObjectInstances: of a contact": Since(
        "2.16",
        lambda i: i.custom_object_instances.list("Order", references_contact_id=5),
        refused=True,
    ),
    "listCustomObjectInstances: of a conversation": Since(
        "2.16",
        lambda i: i.custom_object_instances.list(
            "Order", references_conversation_id="5", per_page=20, resume="?page=2"
        ),
        refused=True,
    ),
    "getCustomObjectInstancesById": lambda i: i.custom_object_instances.retrieve("Order", 5),
    "createCustomObjectInstances": lambda i: i.custom_object_instances.create_or_update(
        "Order",
        external_id=5,
        external_created_at=1,
        external_updated_at=None,
        custom_attributes={"order_number": "ORDER-1"},
    ),
    "createCustomObjectInstances: cleared": lambda i: i.custom_object_instances.create_or_update(
        "Order", external_id="5", custom_attributes=None
    ),
    # The documents have the names of these two the wrong way round.
    "deleteCustomObjectInstancesByExternalId": lambda i: i.custom_object_instances.delete(
        "Order", "26"
    ),
    "deleteCustomObjectInstancesById": lambda i: i.custom_object_instances.delete_by_external_id(
        "Order", 5
    ),
    "listOfficeHoursSchedules": lambda i: i.office_hours.list(),
    "getOfficeHoursSchedule": lambda i: i.office_hours.retrieve("1"),
    "createOfficeHoursSchedule": lambda i: i.office_hours.create(
        name="N",
        time_zone_name="Europe/Berlin",
        time_intervals=[{"start_minute": 540, "end_minute": 1020}],
    ),
    "updateOfficeHoursSchedule": lambda i: i.office_hours.update(
        1, name="N", time_zone_name="Europe/Berlin", time_intervals=[]
    ),
    "deleteOfficeHoursSchedule": lambda i: i.office_hours.delete("1"),
    "listOfficeHoursExceptions": lambda i: i.office_hours.exceptions.list(1),
    "getOfficeHoursException": lambda i: i.office_hours.exceptions.retrieve(1, "2"),
    "createOfficeHoursException": lambda i: i.office_hours.exceptions.create(
        "1",
        exception_date="2026-12-24",
        exception_type="custom_hours",
        name="Christmas Eve",
        time_intervals=[{"start_minute": 540, "end_minute": 780}],
        recurring_annually=True,
    ),
    "updateOfficeHoursException": lambda i: i.office_hours.exceptions.update(
        "1",
        2,
        exception_date="2026-12-24",
        exception_type="closed",
        name="Christmas Eve",
        time_intervals=None,
        recurring_annually=False,
    ),
    "deleteOfficeHoursException": lambda i: i.office_hours.exceptions.delete(1, "2"),
    "getIpAllowlist": lambda i: i.ip_allowlist.retrieve(),
    "updateIpAllowlist": lambda i: i.ip_allowlist.update(
        enabled=True, ip_allowlist=["192.168.1.0/24", "10.0.0.1"]
    ),
}


class TestWorkspace(Contract):
    """Custom object instances, office hours and the IP allowlist."""

    calls = CALLS
