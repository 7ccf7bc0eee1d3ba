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
from intercom_async.report.page import render_index, render_page
from intercom_async.report.period import Moment
from intercom_async.report.pipeline import Pipeline, pipeline
from intercom_async.report.run import figures
from intercom_async.report.trends import Remark, Report, Step, TagDetail, read_report
from intercom_async.report.write import Made, PageOptions, write_index, write_page

__all__ = [
    "Closed",
    "Csat",
    "Figures",
    "Fin",
    "FirstResponse",
    "Made",
    "Moment",
    "NewConversations",
    "PageOptions",
    "Pipeline",
    "Remark",
    "Reopened",
    "Report",
    "Response",
    "Sla",
    "SlaByName",
    "Spread",
    "Step",
    "Tag",
    "TagDetail",
    "Team",
    "Teammate",
    "TeammateCsat",
    "TimeToClose",
    "ToClose",
    "Waiting",
    "figures",
    "pipeline",
    "read_report",
    "render_index",
    "render_page",
    "write_index",
    "write_page",
]
