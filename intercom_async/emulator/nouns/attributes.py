"""Data attributes: how they are listed, and what is done to them."""

import re
from typing import Final, cast

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import Record
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.seed.catalog import make_attribute

_TYPES: Final = ("string", "integer", "float", "boolean", "datetime", "date", "options")
_DATA: Final = {"contact": "people", "company": "company"}
_NAME: Final = re.compile(r"[\w $€£¥-]+")
_LEAST_OPTIONS: Final = 2


def _list_attributes(attributes: Collection, request: Request) -> Record:
    """Answer ``GET /data_attributes``; from 2.16 on without those of conversations."""
    models = [*_DATA, "conversation"] if request.version < (2, 16) else [*_DATA]
    asked = request.query.get("model")
    if asked not in {None, *models}:
        raise ApiError(422, "parameter_invalid", f"model must be one of {', '.join(models)}")
    archived = {False, request.query.get("include_archived") == "true"}
    wanted = models if asked is None else [asked]
    shown = [a for a in attributes.records if a["model"] in wanted and a["archived"] in archived]
    return attributes.page(shown, request)


def _create_attribute(attributes: Collection, request: Request) -> Record:
    body, workspace = Body(request.body), attributes.workspace
    model, name, type_ = (body.optional_text(n) or "" for n in ("model", "name", "data_type"))
    if model not in _DATA:
        raise _invalid("The Data Attribute model field must be either contact or company")
    if not _NAME.fullmatch(name):
        allowed = "alphanumeric characters, currency symbols, and hyphens"
        raise _invalid(f"Your name for this attribute must only contain {allowed}")
    if type_ not in _TYPES:
        raise _invalid("Data Type isn't an option")
    for there in attributes.records:
        if there["custom"] and there["name"] == name and there["model"] in _DATA:
            remedy = f"To save this as new {_DATA[model]} data, use a different name."
            raise _invalid(
                f"You already have '{name}' in your {_DATA[there['model']]} data. {remedy}"
            )
    if type_ == "options":
        body.value("options")
    full_name, stored = f"custom_attributes.{name}", type_.replace("options", "string")
    attribute = {"id": int(workspace.fresh_id())} | make_attribute(model, full_name, stored)
    del attribute["description"]  # absent unless it is given
    attribute |= {"admin_id": workspace.admins[0]["id"], "created_at": workspace.now}
    attributes.records.append(attribute | attributes.changes(body))
    return attributes.records[-1]


def _read_options(body: Body, name: str) -> list[str]:
    """Read the options of a list: texts, or objects that hold one as their ``value``."""
    given = body.value(name)
    if not isinstance(given, list):
        raise _invalid("Options isn't an array")
    options = cast("list[object]", given)
    if len(options) < _LEAST_OPTIONS:
        raise _invalid("At least two options are required")
    return [
        each if isinstance(each, str) else Body(each, "option").text("value") for each in options
    ]


def _invalid(message: str) -> ApiError:
    return ApiError(400, "parameter_invalid", message)


DATA_ATTRIBUTES: Final = (
    Noun(
        "/data_attributes",
        {"GET ": _list_attributes, "POST ": _create_attribute, "PUT /{id}": Collection.update},
        missing=("field_not_found", "We couldn't find that data attribute to update"),
        writable={
            "archived": Body.flag,
            "description": Body.text,
            "messenger_writable": Body.flag,
            "options": _read_options,
        },
    ),
)
