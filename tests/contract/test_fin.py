"""The operations of what Fin knows and asks: audiences, pages from elsewhere, data connectors."""

from typing import Final

from tests.contract.judge import Calls, Contract

CALLS: Final[Calls] = {
    "listAudiences": lambda i: i.audiences.list(),
    "listAudiences: resumed": lambda i: i.audiences.list(per_page=1, resume="?page=2"),
    "retrieveAudience": lambda i: i.audiences.retrieve("1"),
    "createAudience": lambda i: i.audiences.create(
        name="N",
        predicates=[{"attribute": "a", "type": "string", "comparison": "eq", "value": "x"}],
        role_predicates=[
            {"attribute": "role", "type": "role", "comparison": "eq", "value": "user"}
        ],
    ),
    "updateAudience": lambda i: i.audiences.update(
        1, name="N", predicates=[{"attribute": "a"}], role_predicates=[]
    ),
    "deleteAudience": lambda i: i.audiences.delete("1"),
    "listContentImportSources": lambda i: i.content_import_sources.list(),
    "listContentImportSources: resumed": lambda i: i.content_import_sources.list(
        per_page=1, resume="?page=2"
    ),
    "getContentImportSource": lambda i: i.content_import_sources.retrieve("1"),
    "createContentImportSource": lambda i: i.content_import_sources.create(
        sync_behavior="api", url="https://x", status="active", audience_ids=[1]
    ),
    "updateContentImportSource": lambda i: i.content_import_sources.update(
        "1",
        sync_behavior="automated",
        url="https://x",
        status="deactivated",
        audience_ids=None,
        apply_audience_to_existing_content=True,
    ),
    "deleteContentImportSource": lambda i: i.content_import_sources.delete("1"),
    "listExternalPages": lambda i: i.external_pages.list(),
    "listExternalPages: resumed": lambda i: i.external_pages.list(per_page=1, resume="?page=2"),
    "getExternalPage": lambda i: i.external_pages.retrieve("1"),
    "createExternalPage": lambda i: i.external_pages.create_or_update(
        title="T",
        html="<p>x</p>",
        locale="en",
        source_id="2",
        external_id=3,
        url="https://x",
        ai_agent_availability=True,
        ai_copilot_availability=False,
    ),
    "updateExternalPage": lambda i: i.external_pages.update(
        1,
        title="T",
        html="<p>x</p>",
        locale="en",
        source_id=2,
        url="https://x",
        external_id="3",
        fin_availability=False,
    ),
    "deleteExternalPage": lambda i: i.external_pages.delete("1"),
    "listDataConnectors": lambda i: i.data_connectors.list(),
    "listDataConnectors: resumed": lambda i: i.data_connectors.list(per_page=1, resume="x"),
    "RetrieveDataConnector": lambda i: i.data_connectors.retrieve("1"),
    "RetrieveDataConnector: the draft": lambda i: i.data_connectors.retrieve(
        1, state_version="draft"
    ),
    "createDataConnector": lambda i: i.data_connectors.create(
        name="N",
        description="d",
        http_method="post",
        url="https://x/{{id}}",
        body="{}",
        direct_fin_usage=True,
        audiences=["leads", "users", "visitors"],
        headers=[{"name": "Accept", "value": "*/*"}],
        data_inputs=[
            {
                "name": "id",
                "type": "integer",
                "description": "d",
                "required": True,
                "default_value": "5",
            }
        ],
        customer_authentication=False,
        bypass_authentication=False,
        validate_missing_attributes=True,
        mock_response={"order": {"id": 5}},
        token_ids=[1, "2"],
    ),
    "updateDataConnector": lambda i: i.data_connectors.update(
        "1",
        name="N",
        description="d",
        state="live",
        http_method="get",
        url="https://x",
        body="",
        direct_fin_usage=False,
        audiences=[],
        headers=[],
        data_inputs=[{"name": "id", "type": "string", "description": "d"}],
        customer_authentication=True,
        bypass_authentication=True,
        validate_missing_attributes=False,
        mock_response={},
        token_ids=[],
    ),
    "deleteDataConnector": lambda i: i.data_connectors.delete("1"),
    "listDataConnectorExecutionResults": lambda i: i.data_connectors.execution_results.list("1"),
    "listDataConnectorExecutionResults: narrowed": lambda i: (
        i.data_connectors.execution_results.list(
            1,
            success=False,
            error_type="3rd_party_error",
            start_ts=1_700_000_000,
            end_ts=1_700_000_600,
            include_bodies=True,
            per_page=30,
            resume="x",
        )
    ),
    "showDataConnectorExecutionResult": lambda i: i.data_connectors.execution_results.retrieve(
        "1", 2
    ),
}


class TestFin(Contract):
    """Audiences, content import sources, external pages and data connectors."""

    calls = CALLS
