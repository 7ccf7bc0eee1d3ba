"""Times that a request sets."""

from intercom_async.emulator.bodies import Body, invalid
from intercom_async.emulator.workspace import Workspace


def read_created_at(workspace: Workspace, body: Body) -> int:
    """Reads ``created_at``, which is now unless it is given.

    Raises:
        Refused: If it is no time, or one to come.
    """
    now = workspace.now
    at = body.second("created_at") if "created_at" in body else now
    if at > now:
        raise invalid("created_at", "must not lie in the future")
    return at


def read_snoozed_until(workspace: Workspace, body: Body) -> int:
    """Reads ``snoozed_until``.

    Raises:
        Refused: If it is no time, or none to come.
    """
    until = body.second("snoozed_until")
    if until <= workspace.now:
        raise invalid("snoozed_until", "must lie in the future")
    return until
