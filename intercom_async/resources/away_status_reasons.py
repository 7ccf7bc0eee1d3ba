"""Away status reasons: ``intercom.away_status_reasons``.

Source: API reference 2.14, "Away status reasons".
"""

from intercom_async.core.resource import ListableWhole
from intercom_async.models.away_status_reason import AwayStatusReason


class AwayStatusReasons(ListableWhole[AwayStatusReason]):
    """The reasons for which admins may be away (from version 2.14)."""

    _model = AwayStatusReason
    _all = "/away_status_reasons"
    _since = "2.14"
