"""The figures of a workspace, made of its export."""

from intercom_async.report.figures import (
    Closed,
    Csat,
    Figures,
    Fin,
    FirstResponse,
    NewConversations,
    Reopened,
    Response,
    Sla,
    SlaByName,
    Spread,
    Tag,
    Team,
    Teammate,
    TeammateCsat,
    TimeToClose,
    ToClose,
    Waiting,
)
from intercom_async.report.period import Moment
from intercom_async.report.run import figures

__all__ = [
    "Closed",
    "Csat",
    "Figures",
    "Fin",
    "FirstResponse",
    "Moment",
    "NewConversations",
    "Reopened",
    "Response",
    "Sla",
    "SlaByName",
    "Spread",
    "Tag",
    "Team",
    "Teammate",
    "TeammateCsat",
    "TimeToClose",
    "ToClose",
    "Waiting",
    "figures",
]
