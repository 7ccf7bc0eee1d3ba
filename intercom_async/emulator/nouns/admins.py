"""Admins and teams: how they look, and what is done to them."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import find_by_id, require
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_DAY = 86_400


def _set_away(admins: Collection, request: Request) -> Record:
    refusal = ApiError(404, "admin_not_found", "Admin for admin_id not found")
    admin = require(admins.records, request.parameters["id"], refusal)
    body = Body(request.body)
    away = body.flag("away_mode_enabled")
    changes = {"away_mode_enabled": away, "away_mode_reassign": body.flag("away_mode_reassign")}
    reason = _reason(admins.workspace, body) if away and request.version >= (2, 14) else None
    admin |= changes | {"away_status_reason_id": reason}
    return admins.shown(admin, request)


def _reason(workspace: Workspace, body: Body) -> str | None:
    if "away_status_reason_id" not in body:
        if workspace.away_reason_mandatory:
            message = "Away status reason is mandatory"
            raise ApiError(400, "away_status_reason_mandatory", message)
        return None
    id_ = body.identifier("away_status_reason_id")
    reason = find_by_id(workspace.collections["away_status_reasons"], id_)
    if reason is None or reason["deleted"]:
        problem = "not found" if reason is None else "is deleted"
        raise ApiError(400, "parameter_invalid", f"Away status reason {problem}")
    return id_


def _measure_team(teams: Collection, request: Request) -> Record:
    """Answer ``GET /teams/{id}/metrics``: how busy each of the team's admins is."""
    team, workspace = teams.find(request.parameters["id"]), teams.workspace
    threshold = request.query.get("idle_threshold", "1800")
    if not (threshold.isascii() and threshold.removeprefix("-").isdigit()):
        raise ApiError(400, "parameter_invalid", "idle_threshold must be an integer")
    idle_before = workspace.now - min(max(int(threshold), 1), _DAY)
    fields = {"open": 0, "idle": 0, "snoozed": 0}
    metrics: dict[str, Record] = {
        str(id_): {"type": "team_metric", "admin_id": str(id_), **fields}
        for id_ in team["admin_ids"]
    }
    for conversation in workspace.ordered:
        document = conversation.document
        metric = metrics.get(document["admin_assignee_id"] or "")
        if metric is not None and document["state"] in fields:
            metric[document["state"]] += 1
            waiting_since = document["waiting_since"]
            is_idle = waiting_since is not None and waiting_since < idle_before
            metric["idle"] += is_idle and document["state"] == "open"
    return {"type": "team_metric.list", "data": list(metrics.values())}


def _with_avatar(_: Collection, admin: Record, request: Request) -> Record:
    """Show the avatar: a list on demand only, 2.11 as an object."""
    url = admin.pop("avatar", None)
    if "id" in request.parameters or request.query.get("display_avatar") == "true":
        admin["avatar"] = {"image_url": url} if url and request.version == (2, 11) else url
    return admin


ADMINS: Final = (
    Noun(
        "/admins",
        {
            "GET ": Collection.list_all,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}/away": _set_away,
        },
        list=("admin.list", "admins"),
        missing=("admin_not_found", "Admin not found"),
        since={"away_status_reason_id": (2, 14), "role": (2, 16)},
        show=_with_avatar,
    ),
    Noun(
        "/teams",
        {
            "GET ": Collection.list_all,
            "GET /{id}": Collection.retrieve,
            "GET /{id}/metrics": _measure_team,
        },
        list=("team.list", "teams"),
        missing=("team_not_found", "Team not found"),
        since={
            "assignment_limit": (2, 14),
            "distribution_method": (2, 14),
        },
    ),
)
