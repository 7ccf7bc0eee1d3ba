"""What is written of data connectors."""

from collections.abc import Mapping, Sequence
from typing import Literal, Required, TypedDict

from intercom_async.models.base import JSON


class NewDataConnectorHeader(TypedDict):
    """A header to send.

    Attributes:
        name: Its name.
        value: Its value, which may hold variables.
    """

    name: str
    value: str


class NewDataConnectorInput(TypedDict, total=False):
    """A parameter of a connector, in writing.

    Attributes:
        name: Its name.
        type: Its type.
        description: What it means.
        required: Whether it must be given.
        default_value: What holds where it is not given.
    """

    name: str
    type: Literal["string", "integer", "decimal", "boolean"]
    description: str
    required: bool
    default_value: str


class DataConnectorSettings(TypedDict, total=False):
    """What can be set of any connector.

    Attributes:
        description: What it does.
        http_method: The method of the request.
        url: Where the request goes; it may hold variables such as ``{{order_id}}``.
        body: The body of the request, which may hold variables, too.
        direct_fin_usage: Whether Fin uses it by itself, or workflows alone do.
        audiences: Who it is there for.
        headers: The headers of the request.
        data_inputs: Its parameters, in place of all it has.
        customer_authentication: Whether customers must prove who they are.
        bypass_authentication: Whether nobody must.
        validate_missing_attributes: Whether all that it needs must be there before it is sent.
        mock_response: What the other service may answer, from which ``response_fields`` are made.
        token_ids: The ids of the tokens to send, in place of all it has.
    """

    description: str
    http_method: Literal["get", "post", "put", "delete", "patch"]
    url: str
    body: str
    direct_fin_usage: bool
    audiences: Sequence[Literal["leads", "users", "visitors"]]
    headers: Sequence[NewDataConnectorHeader]
    data_inputs: Sequence[NewDataConnectorInput]
    customer_authentication: bool
    bypass_authentication: bool
    validate_missing_attributes: bool
    mock_response: Mapping[str, JSON]
    token_ids: Sequence[str | int]


class NewDataConnector(DataConnectorSettings, total=False):
    """A connector to create.

    Attributes:
        name: Its name.
    """

    name: Required[str]


class DataConnectorChanges(DataConnectorSettings, total=False):
    """What can be changed of a connector.

    Attributes:
        name: Its name.
        state: Whether it can be used.
    """

    name: str
    state: Literal["draft", "live"]
