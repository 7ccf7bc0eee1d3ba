"""List, create and update data attributes."""

import re
from typing import Final, cast

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection
from intercom_async.emulator.documents import Record
from intercom_async.emulator.replies import Refused
from intercom_async.emulator.routes import Request

_TYPES: Final = ("string", "integer", "float", "boolean", "datetime", "date", "options")
_PEOPLE: Final = {"contact": "people", "company": "company"}
_NAME: Final = re.compile(r"[\w $€£¥-]+")
_LEAST_OPTIONS: Final = 2


def list_attributes(attributes: Collection, request: Request) -> Record:
    """Answers ``GET /data_attributes``; those of conversations moved elsewhere in 2.16."""
    models = {*_PEOPLE, "conversation"} if request.version < (2, 16) else {*_PEOPLE}
    model = request.query.get("model")
    if model is not None and model not in models:
        raise Refused(422, "parameter_invalid", f"model must be one of {', '.join(sorted(models))}")
    with_archived = request.query.get("include_archived") == "true"
    shown = [
        each
        for each in attributes.records
        if each["model"] in ({model} if model else models)
        and (with_archived or not each["archived"])
    ]
    return attributes.page(shown, request)


def create_attribute(attributes: Collection, request: Request) -> Record:
    """Answers ``POST /data_attributes`` with the attribute."""
    body, workspace = Body(request.body), attributes.workspace
    model, name = body.optional_text("model"), body.optional_text("name") or ""
    data_type = body.optional_text("data_type")
    if model not in _PEOPLE:
        raise _invalid("The Data Attribute model field must be either contact or company")
    if not _NAME.fullmatch(name):
        allowed = "alphanumeric characters, currency symbols, and hyphens"
        raise _invalid(f"Your name for this attribute must only contain {allowed}")
    if data_type not in _TYPES:
        raise _invalid("Data Type isn't an option")
    for each in attributes.records:
        if each["custom"] and each["name"] == name and each["model"] in _PEOPLE:
            there, new = _PEOPLE[each["model"]], _PEOPLE[model]
            remedy = f"To save this as new {new} data, use a different name."
            raise _invalid(f"You already have '{name}' in your {there} data. {remedy}")
    if data_type == "options":
        body.value("options")
    attribute = {
        "id": int(workspace.fresh_id()),
        "type": "data_attribute",
        "name": name,
        "full_name": f"custom_attributes.{name}",
        "label": name,
        "data_type": "string" if data_type == "options" else data_type,
        "api_writable": True,
        "ui_writable": False,
        "messenger_writable": True,
        "custom": True,
        "archived": False,
        "admin_id": workspace.admins[0]["id"],
        "created_at": workspace.now,
        "model": model,
        **attributes.changes(body),
    }
    attributes.records.append(attribute)
    return attribute


def read_options(body: Body, name: str) -> list[str]:
    """Reads the options of a list: texts, or objects that hold one as their ``value``."""
    given = body.value(name)
    if not isinstance(given, list):
        raise _invalid("Options isn't an array")
    options = cast("list[object]", given)
    if len(options) < _LEAST_OPTIONS:
        raise _invalid("At least two options are required")
    return [
        each if isinstance(each, str) else Body(each, "option").text("value") for each in options
    ]


def _invalid(message: str) -> Refused:
    return Refused(400, "parameter_invalid", message)
