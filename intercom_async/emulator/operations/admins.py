"""What is done to admins and teams besides reading them."""

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import find_by_id, require
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_DAY = 86_400


def set_away(admins: Collection, request: Request) -> Record:
    """Answer ``PUT /admins/{id}/away`` with the admin."""
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


def measure_team(teams: Collection, request: Request) -> Record:
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
