"""Teams: ``intercom.teams``.

Source: API reference 2.10, "Teams"; 2.16 for metrics.
"""

from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id
from intercom_async.core.pages import Pages
from intercom_async.core.resource import ListableWhole, Listing, PageOptions, Retrievable
from intercom_async.models.team import Team, TeamMetric

S = TypeVar("S")


class MetricOptions(PageOptions, total=False):
    """What the metrics of a team can be narrowed by; else as ``PageOptions``.

    Attributes:
        idle_threshold: After how many seconds without a reply a conversation is idle.
    """

    idle_threshold: int


class TeamMetrics(Listing[TeamMetric]):
    """What each admin of a team has to do at present: ``intercom.teams.metrics`` (from 2.16)."""

    _model = TeamMetric
    _all = "/teams/{id}/metrics"
    _options = MetricOptions
    _since = "2.16"

    @overload
    def list(self, id: Id, **options: Unpack[MetricOptions]) -> Pages[TeamMetric]: ...
    @overload
    def list(self, id: Id, *, type: type[S], **options: Unpack[MetricOptions]) -> Pages[S]: ...
    @overload
    def list(
        self, id: Id, *, raw: Literal[True], **options: Unpack[MetricOptions]
    ) -> Pages[bytes]: ...
    def list(self, id: Id, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Walk the metrics, one an admin; see ``MetricOptions``."""
        return self._list(type, raw, id, **options)


class Teams(ListableWhole[Team], Retrievable[Team]):
    """The teams of a workspace."""

    _model = Team
    _all = "/teams"
    _one = "/teams/{id}"
    _key = "teams"
    metrics: sub[TeamMetrics] = sub(TeamMetrics)
