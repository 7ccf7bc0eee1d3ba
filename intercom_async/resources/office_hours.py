"""Office hours: ``intercom.office_hours``.

Source: API reference 2.16, "Office Hours".
"""

from typing import Unpack

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import ListableWhole, ListedUnder, Retrievable
from intercom_async.models.deleted import Deleted
from intercom_async.models.office_hours import (
    NewOfficeHoursException,
    NewOfficeHoursSchedule,
    OfficeHoursException,
    OfficeHoursExceptionChanges,
    OfficeHoursSchedule,
    OfficeHoursScheduleChanges,
)


class OfficeHoursExceptions(ListedUnder[OfficeHoursException]):
    """The days on which a schedule does not hold: ``intercom.office_hours.exceptions``."""

    _model = OfficeHoursException
    _all = "/office_hours_schedules/{office_hours_schedule_id}/office_hours_exceptions"
    _since = "2.16"

    async def create(
        self, schedule_id: Id, **new: Unpack[NewOfficeHoursException]
    ) -> OfficeHoursException:
        """Make a day an exception; see ``NewOfficeHoursException``."""
        body = checked("create", NewOfficeHoursException, new)
        return await self._send(f"POST {self._all}", OfficeHoursException, schedule_id, body=body)

    async def retrieve(self, schedule_id: Id, id: Id) -> OfficeHoursException:
        """Fetch one exception."""
        return await self._send(f"GET {self._all}/{{id}}", OfficeHoursException, schedule_id, id)

    async def update(
        self, schedule_id: Id, id: Id, **changes: Unpack[OfficeHoursExceptionChanges]
    ) -> OfficeHoursException:
        """Change what is given of an exception; see ``OfficeHoursExceptionChanges``."""
        body = checked("update", OfficeHoursExceptionChanges, changes)
        path, model = f"PUT {self._all}/{{id}}", OfficeHoursException
        return await self._send(path, model, schedule_id, id, body=body, nulls=True)

    async def delete(self, schedule_id: Id, id: Id) -> Deleted:
        """Delete an exception, so that the schedule holds that day."""
        return await self._send(f"DELETE {self._all}/{{id}}", Deleted, schedule_id, id)


class OfficeHours(ListableWhole[OfficeHoursSchedule], Retrievable[OfficeHoursSchedule]):
    """The schedules of when a workspace is open (from version 2.16)."""

    _model = OfficeHoursSchedule
    _all = "/office_hours_schedules"
    _one = "/office_hours_schedules/{id}"
    _since = "2.16"

    exceptions: sub[OfficeHoursExceptions] = sub(OfficeHoursExceptions)

    async def create(self, **new: Unpack[NewOfficeHoursSchedule]) -> OfficeHoursSchedule:
        """Create a schedule; see ``NewOfficeHoursSchedule``."""
        body = checked("create", NewOfficeHoursSchedule, new)
        return await self._send("POST /office_hours_schedules", OfficeHoursSchedule, body=body)

    async def update(
        self, id: Id, **changes: Unpack[OfficeHoursScheduleChanges]
    ) -> OfficeHoursSchedule:
        """Change what is given of a schedule; see ``OfficeHoursScheduleChanges``."""
        body = checked("update", OfficeHoursScheduleChanges, changes)
        path = "PUT /office_hours_schedules/{id}"
        return await self._send(path, OfficeHoursSchedule, id, body=body)

    async def delete(self, id: Id) -> Deleted:
        """Delete a schedule."""
        return await self._send("DELETE /office_hours_schedules/{id}", Deleted, id)
