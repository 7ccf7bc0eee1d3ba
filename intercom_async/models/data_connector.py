"""Data connectors: what workflows and Fin ask other services."""

from datetime import datetime
from typing import ClassVar

from intercom_async.models.base import JSON, Id, ListOf, Record


class DataConnectorHeader(Record, frozen=True):
    """A header that a connector sends.

    Attributes:
        name: Its name.
        value: Always ``****``: values are not told.
    """

    name: str | None = None
    value: str | None = None


class DataConnectorInput(Record, frozen=True):
    """A parameter of a connector.

    Attributes:
        name: Its name.
        type: ``string``, ``integer``, ``decimal`` or ``boolean``.
        description: What it means.
        required: Whether it must be given.
        default_value: What holds where it is not given.
    """

    name: str | None = None
    type: str | None = None
    description: str | None = None
    required: bool | None = None
    default_value: str | None = None


class DataConnectorResponseField(Record, frozen=True):
    """A field of what the other service answers.

    Attributes:
        path: Where it stands, as a JSON path.
        type: Its type, such as ``string``.
        example_value: A value it may have.
        redacted: Whether logs leave it out.
    """

    path: str | None = None
    type: str | None = None
    example_value: JSON = None
    redacted: bool | None = None


class DataConnectorAttributeMapping(Record, frozen=True):
    """An attribute that is set to a field of the answer.

    Attributes:
        response_attribute_path: Where the field stands.
        intercom_attribute_identifier: The attribute.
        mapping_type: ``primitive_mapping`` or ``context_mapping``.
    """

    response_attribute_path: str | None = None
    intercom_attribute_identifier: str | None = None
    mapping_type: str | None = None


class DataConnectorReferenceMapping(Record, frozen=True):
    """An attribute that refers to another record.

    Attributes:
        intercom_object_type: What that is: ``conversation`` or ``user``.
        intercom_attribute_identifier: The attribute.
    """

    intercom_object_type: str | None = None
    intercom_attribute_identifier: str | None = None


class DataConnectorObjectMapping(Record, frozen=True):
    """What is made of an object in the answer.

    Attributes:
        response_object_path: Where it stands.
        intercom_object_type: What it is made: ``conversation`` or ``user``.
        attribute_mappings: The attributes that are set to its fields.
        reference_mappings: The attributes that refer to other records.
    """

    response_object_path: str | None = None
    intercom_object_type: str | None = None
    attribute_mappings: ListOf[DataConnectorAttributeMapping] = []
    reference_mappings: ListOf[DataConnectorReferenceMapping] = []


class DataConnector(Record, frozen=True):
    """A request that workflows and Fin can send to another service.

    The list gives what is not in ``retrieve`` alone, as told below.

    Attributes:
        id: The connector's id.
        type: Always ``data_connector``.
        name: Its name.
        description: What it does.
        state: ``draft`` or ``live``.
        http_method: The method of the request, such as ``post``.
        direct_fin_usage: Whether Fin uses it by itself.
        created_by_admin_id: The admin who created it.
        updated_by_admin_id: The admin who last changed it.
        created_at: When it was created.
        updated_at: When it was last changed.
        execution_results_url: The path of what came of it.
        url: Where the request goes, with variables in it. In ``retrieve`` alone, as all that
            follows.
        body: The body of the request, with variables in it.
        headers: The headers of the request.
        audiences: Who it is there for: ``users``, ``leads``, ``visitors``.
        execution_type: ``server_side`` or ``client_side``.
        configuration_response_type: What ``response_fields`` come from: ``test_response_type`` or
            ``mock_response_type``.
        data_transformation_type: What is made of the answer, such as ``redacted_access``.
        client_function_name: The function that is called on the client's side.
        client_function_timeout_ms: How long that may take, in milliseconds.
        data_inputs: Its parameters.
        response_fields: The fields of the answer.
        object_mappings: What is made of the answer's objects.
        token_ids: The ids of the tokens it sends.
        customer_authentication: Whether customers must prove who they are.
        bypass_authentication: Whether nobody must.
        validate_missing_attributes: Whether all that it needs must be there before it is sent.

    Source: API reference 2.16, "Data Connectors".
    """

    noun: ClassVar[str | None] = "data_connector"

    id: Id
    type: str | None = None
    name: str | None = None
    description: str | None = None
    state: str | None = None
    http_method: str | None = None
    direct_fin_usage: bool | None = None
    created_by_admin_id: Id | None = None
    updated_by_admin_id: Id | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    execution_results_url: str | None = None
    url: str | None = None
    body: str | None = None
    headers: ListOf[DataConnectorHeader] = []
    audiences: ListOf[str] = []
    execution_type: str | None = None
    configuration_response_type: str | None = None
    data_transformation_type: str | None = None
    client_function_name: str | None = None
    client_function_timeout_ms: int | None = None
    data_inputs: ListOf[DataConnectorInput] = []
    response_fields: ListOf[DataConnectorResponseField] = []
    object_mappings: ListOf[DataConnectorObjectMapping] = []
    token_ids: ListOf[Id] = []
    customer_authentication: bool | None = None
    bypass_authentication: bool | None = None
    validate_missing_attributes: bool | None = None


class DataConnectorExecutionResult(Record, frozen=True):
    """What came of one request of a connector.

    Attributes:
        id: The result's id.
        type: Always ``data_connector.execution``.
        data_connector_id: The connector.
        success: Whether it succeeded.
        http_status: The status the other service answered with.
        http_method: The method of the request.
        error_type: Why it failed, such as ``3rd_party_error``.
        error_message: The same in words.
        execution_time_ms: How long it took, in milliseconds.
        source_type: What caused it, such as ``workflow``.
        source_id: The id of that.
        conversation_id: The conversation it was for.
        created_at: When it happened.
        request_url: Where the request went, without its query. In ``retrieve`` and with
            ``include_bodies`` alone, as all that follows.
        request_body: The body of the request.
        response_body: The answer, mapped.
        raw_response_body: The answer as it came.

    Source: API reference 2.16, "Data Connectors".
    """

    noun: ClassVar[str | None] = "data_connector.execution"

    id: Id
    type: str | None = None
    data_connector_id: Id | None = None
    success: bool | None = None
    http_status: int | None = None
    http_method: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    execution_time_ms: int | None = None
    source_type: str | None = None
    source_id: Id | None = None
    conversation_id: Id | None = None
    created_at: datetime | None = None
    request_url: str | None = None
    request_body: str | None = None
    response_body: str | None = None
    raw_response_body: str | None = None
