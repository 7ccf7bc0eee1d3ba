"""Data connectors: ``intercom.data_connectors``.

Source: API reference 2.16, "Data Connectors".
"""

from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar, Unpack, overload

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listable, Listing, PageOptions, Retrievable
from intercom_async.models.data_connector import DataConnector, DataConnectorExecutionResult
from intercom_async.models.data_connector_inputs import DataConnectorChanges, NewDataConnector
from intercom_async.models.deleted import Deleted

S = TypeVar("S")

StateVersion: TypeAlias = Literal["draft", "live"] | None


class ExecutionResultOptions(PageOptions, total=False):
    """What execution results can be narrowed by; else as ``PageOptions``.

    Attributes:
        success: Whether they succeeded.
        error_type: Why they failed, such as ``3rd_party_error``.
        start_ts: Since when; an hour ago if not given.
        end_ts: Until when; now if not given.
        include_bodies: Whether to give the bodies of requests and answers, too.
    """

    success: bool
    error_type: str
    start_ts: datetime | int
    end_ts: datetime | int
    include_bodies: bool


class ExecutionResults(Listing[DataConnectorExecutionResult]):
    """What came of a connector's requests: ``intercom.data_connectors.execution_results``."""

    _model = DataConnectorExecutionResult
    _all = "/data_connectors/{data_connector_id}/execution_results"
    _per_page = _max_per_page = 30
    _options = ExecutionResultOptions
    _since = "2.16"

    @overload
    def list(
        self, id: Id, **page: Unpack[ExecutionResultOptions]
    ) -> Pages[DataConnectorExecutionResult]: ...
    @overload
    def list(
        self, id: Id, *, type: type[S], **page: Unpack[ExecutionResultOptions]
    ) -> Pages[S]: ...
    @overload
    def list(
        self, id: Id, *, raw: Literal[True], **page: Unpack[ExecutionResultOptions]
    ) -> Pages[bytes]: ...
    def list(self, id: Id, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk what came of a connector's requests; see ``ExecutionResultOptions``."""
        return self._list(type, raw, id, **page)

    async def retrieve(self, data_connector_id: Id, id: Id) -> DataConnectorExecutionResult:
        """Fetch what came of one request, with the bodies of it and its answer."""
        path = f"GET {self._all}/{{id}}"
        return await self._send(path, DataConnectorExecutionResult, data_connector_id, id)


class DataConnectors(Listable[DataConnector], Retrievable[DataConnector]):
    """The data connectors of a workspace, the last updated first (from version 2.16)."""

    _model = DataConnector
    _all = "/data_connectors"
    _one = "/data_connectors/{id}"
    _per_page = _max_per_page = 50
    _since = "2.16"

    execution_results: sub[ExecutionResults] = sub(ExecutionResults)

    @overload
    async def retrieve(self, id: Id, *, state_version: StateVersion = ...) -> DataConnector: ...
    @overload
    async def retrieve(self, id: Id, *, type: type[S], state_version: StateVersion = ...) -> S: ...
    @overload
    async def retrieve(
        self, id: Id, *, raw: Literal[True], state_version: StateVersion = ...
    ) -> bytes: ...
    async def retrieve(
        self, id: Id, *, type: Any = None, raw: bool = False, state_version: StateVersion = None
    ) -> Any:
        """Fetch one connector with all its settings.

        Args:
            id: The connector's id.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give the API's own bytes, undecoded.
            state_version: Which of its versions; the live one if not given.
        """
        return await self._retrieve(id, type, raw=raw, state_version=state_version)

    async def create(self, **new: Unpack[NewDataConnector]) -> DataConnector:
        """Create a connector, a draft; see ``NewDataConnector``."""
        body = checked("create", NewDataConnector, new)
        return await self._send("POST /data_connectors", DataConnector, body=body)

    async def update(self, id: Id, **changes: Unpack[DataConnectorChanges]) -> DataConnector:
        """Change what is given of a connector; see ``DataConnectorChanges``.

        Raises:
            Conflict: It is in use.
        """
        body = checked("update", DataConnectorChanges, changes)
        return await self._send("PATCH /data_connectors/{id}", DataConnector, id, body=body)

    async def delete(self, id: Id) -> Deleted:
        """Delete a connector.

        Raises:
            Conflict: It is no draft, or in use.
        """
        return await self._send("DELETE /data_connectors/{id}", Deleted, id)
