"""Jobs: ``intercom.jobs``.

Source: API reference 2.14, "Jobs".
"""

from intercom_async.core.resource import Retrievable
from intercom_async.models.job import Job


class Jobs(Retrievable[Job]):
    """What the API does after it has answered (from version 2.14)."""

    _model = Job
    _one = "/jobs/status/{id}"
    _since = "2.14"
