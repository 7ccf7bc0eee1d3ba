"""Workflows, as they are exported."""

from datetime import datetime

from intercom_async.models.base import JSON, Id, ListOf, Record


class Workflow(Record, frozen=True):
    """A workflow.

    Attributes:
        id: The workflow's id.
        title: Its title.
        description: What it is for.
        trigger_type: What starts it, such as ``inbound_conversation``.
        state: ``live``, ``draft`` or ``paused``.
        target_channels: The channels it is for.
        preferred_devices: The devices it is for.
        created_at: When it was created.
        updated_at: When it was last changed.
        targeting: Whom it is for.
        snapshot: Its steps and settings.
        attributes: Its own attributes.
        embedded_rules: The rules within its steps.
    """

    id: Id
    title: str | None = None
    description: str | None = None
    trigger_type: str | None = None
    state: str | None = None
    target_channels: ListOf[str] = []
    preferred_devices: ListOf[str] = []
    created_at: datetime | None = None
    updated_at: datetime | None = None
    targeting: dict[str, JSON] | None = None
    snapshot: dict[str, JSON] | None = None
    attributes: ListOf[dict[str, JSON]] = []
    embedded_rules: ListOf[dict[str, JSON]] = []


class WorkflowExport(Record, frozen=True):
    """A workflow with all that belongs to it.

    Attributes:
        export_version: The version of the format.
        exported_at: When it was exported.
        app_id: The workspace's id.
        workflow: The workflow.

    Source: API reference 2.16, "Workflows".
    """

    export_version: str | None = None
    exported_at: datetime | None = None
    app_id: Id | None = None
    workflow: Workflow | None = None
