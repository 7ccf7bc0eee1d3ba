"""What type checkers make of custom objects, data connectors and office hours."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from datetime import UTC, datetime
from typing import assert_type

from intercom_async import (  # structs are names of the package, too
    AsyncIntercom,
    CustomObjectInstance,
    DataConnector,
    DataConnectorExecutionResult,
    OfficeHoursException,
    Pages,
)


async def workspace(intercom: AsyncIntercom) -> None:
    orders = intercom.custom_object_instances
    assert_type(orders.list("Order"), Pages[CustomObjectInstance])
    assert_type(orders.list("Order", raw=True, references_contact_id=5), Pages[bytes])
    created = await orders.create_or_update("Order", external_id=5, external_created_at=None)
    assert_type(created, CustomObjectInstance)
    connectors = intercom.data_connectors
    assert_type(await connectors.retrieve(1, state_version="draft"), DataConnector)
    assert_type(await connectors.retrieve(1, raw=True), bytes)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    found = connectors.execution_results.list(1, success=False, start_ts=since)
    assert_type(found, Pages[DataConnectorExecutionResult])
    assert_type(await intercom.office_hours.exceptions.retrieve(1, 2), OfficeHoursException)
    await intercom.audiences.create(name="N", predicates=[{"attribute": "company.name"}])
    await intercom.identity_verification_secrets.create(name="N", supports_web=True)

    await intercom.audiences.create(name="N", predicates=[{"atribute": "x"}])  # type: ignore[typeddict-unknown-key]
    await orders.create_or_update("Order", custom_atributes={})  # type: ignore[call-arg]
    await connectors.retrieve(1, state_version="old")  # type: ignore[call-overload]
    await connectors.update(1, state="dead")  # type: ignore[arg-type]
    await intercom.office_hours.create(name="N")  # type: ignore[call-arg]
    await intercom.external_pages.update(1, title="T")  # type: ignore[call-arg]
