"""Airbyte's declarative source, by its CDK: conversations as a manifest declares them."""

import logging
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.clients.base import TOKEN
from benchmarks.peers.meter import PER_PAGE, measured

models = import_module("airbyte_cdk.models")
declarative = import_module(
    "airbyte_cdk.sources.declarative.concurrent_declarative_source"
).ConcurrentDeclarativeSource
orjson = import_module("orjson")

_SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}}


def _manifest(url: str) -> dict[str, Any]:
    return {
        "version": "6.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["conversations"]},
        "spec": {"type": "Spec", "connection_specification": {"type": "object"}},
        "streams": [
            {
                "type": "DeclarativeStream",
                "name": "conversations",
                "primary_key": ["id"],
                "schema_loader": {"type": "InlineSchemaLoader", "schema": _SCHEMA},
                "retriever": {
                    "type": "SimpleRetriever",
                    "requester": {
                        "type": "HttpRequester",
                        "url_base": url,
                        "path": "/conversations",
                        "http_method": "GET",
                        "authenticator": {"type": "BearerAuthenticator", "api_token": TOKEN},
                    },
                    "record_selector": {
                        "type": "RecordSelector",
                        "extractor": {"type": "DpathExtractor", "field_path": ["conversations"]},
                    },
                    "paginator": {
                        "type": "DefaultPaginator",
                        "page_token_option": {
                            "type": "RequestOption",
                            "inject_into": "request_parameter",
                            "field_name": "starting_after",
                        },
                        "page_size_option": {
                            "type": "RequestOption",
                            "inject_into": "request_parameter",
                            "field_name": "per_page",
                        },
                        "pagination_strategy": {
                            "type": "CursorPagination",
                            "page_size": PER_PAGE,
                            "cursor_value": "{{ response['pages']['next']['starting_after'] }}",
                            "stop_condition": "{{ 'next' not in response['pages'] }}",
                        },
                    },
                },
            }
        ],
    }


def work(url: str, out: str) -> None:
    logger = logging.getLogger("airbyte")
    logger.setLevel(logging.CRITICAL)
    stream = {
        "stream": {
            "name": "conversations",
            "json_schema": _SCHEMA,
            "supported_sync_modes": ["full_refresh"],
        },
        "sync_mode": "full_refresh",
        "destination_sync_mode": "append",
    }
    catalog = models.ConfiguredAirbyteCatalogSerializer.load({"streams": [stream]})
    source = declarative(catalog=catalog, config={}, state=[], source_config=_manifest(url))
    with Path(out).open("wb") as file:
        for message in source.read(logger, {}, catalog, []):
            if message.type is models.Type.RECORD:
                file.write(orjson.dumps(models.AirbyteMessageSerializer.dump(message)) + b"\n")


measured(work)
