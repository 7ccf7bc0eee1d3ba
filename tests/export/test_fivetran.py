"""The schema of Fivetran, as the package dbt_intercom reads it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from intercom_async import ConfigurationError
from intercom_async.export.tables import convert
from tests.report.making import Record, emulated, export

RECORDS: list[Record] = emulated(1, 40)
# The names by which the package's staging models ask.
TAKEN = {
    "conversation_history": "id, created_at, updated_at, assignee_id, assignee_type,"
    " conversation_rating_value, conversation_rating_remark, first_contact_reply_created_at,"
    " first_contact_reply_type, read, sla_name, sla_status, snoozed_until, source_author_id,"
    " source_author_type, source_body, source_delivered_as, source_subject, source_type, state,"
    " waiting_since, _fivetran_active, _fivetran_start, _fivetran_end, _fivetran_synced",
    "conversation_part_history": "id, conversation_id, part_type, body, author_id, author_type,"
    " assigned_to_id, assigned_to_type, created_at, updated_at, conversation_updated_at,"
    " _fivetran_active, _fivetran_start, _fivetran_end, _fivetran_synced",
    "conversation_tag_history": "conversation_id, tag_id, conversation_updated_at,"
    " _fivetran_active, _fivetran_start, _fivetran_end",
    "conversation_contact_history": "conversation_id, contact_id, conversation_updated_at,"
    " _fivetran_active, _fivetran_start, _fivetran_end, _fivetran_synced",
    "contact_history": "id, admin_id, name, email, role, created_at, updated_at, last_replied_at,"
    " _fivetran_active, _fivetran_start, _fivetran_end, _fivetran_synced",
    "admin": "id, name, job_title, _fivetran_deleted, _fivetran_synced",
    "tag": "id, name, _fivetran_deleted, _fivetran_synced",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("fivetran")
    exported, to = export(folder / "exported", RECORDS), folder / "tables"
    (file,) = convert(exported, to, "duckdb", schema="fivetran").files
    connection = duckdb.connect()
    # As a program of dbt does: the file is one of several, and the zone is its own.
    connection.execute(f"ATTACH '{file}' AS source (READ_ONLY)")
    connection.execute("SET TimeZone = 'America/New_York'")
    yield connection
    connection.close()


@pytest.mark.parametrize("view", TAKEN)
def test_a_view_has_what_its_staging_model_takes(made: Any, view: str) -> None:
    rows = made.table(f"source.fivetran.{view}").select(TAKEN[view]).fetchall()
    assert rows
    if TAKEN[view].startswith("id,"):
        assert len({row[0] for row in rows}) == len(rows)


def test_a_row_is_there_for_each_record_in_utc(made: Any) -> None:
    rows = dict(
        made.execute("SELECT id, created_at FROM source.fivetran.conversation_history").fetchall()
    )
    assert rows == {
        each["id"]: datetime.fromtimestamp(each["created_at"], UTC).replace(tzinfo=None)
        for each in RECORDS
    }
    (parts,) = made.execute(
        "SELECT count(*) FROM source.fivetran.conversation_part_history"
    ).fetchone()
    assert parts == sum(len(each["conversation_parts"]["conversation_parts"]) for each in RECORDS)


def test_a_schema_is_for_the_duckdb_file_alone(tmp_path: Path) -> None:
    exported = export(tmp_path / "exported", RECORDS[:1])
    with pytest.raises(ConfigurationError, match="schema must be 'fivetran', in the format duckdb"):
        convert(exported, tmp_path / "tables", "parquet", schema="fivetran")


def test_a_help_center_is_there_if_the_export_has_it(tmp_path: Path) -> None:
    of_all: Record = {"id": 1, "workspace_id": "w", "created_at": 0, "updated_at": 60}
    held: dict[str, Record] = {
        "articles": {"title": "How", "state": "published", "parent_id": 2},
        "collections": {"name": "Billing", "help_center_id": 3, "order": 4},
        "help_centers": {"display_name": "Help", "identifier": "help"},
    }
    for stream, fields in held.items():
        parent = {"parent_type": "collection"} if stream == "articles" else {}
        line = json.dumps(of_all | fields | parent)
        (tmp_path / f"{stream}.ndjson").write_text(line + "\n")
    (file,) = convert(tmp_path, tmp_path / "tables", "duckdb", schema="fivetran").files
    with duckdb.connect(file) as tables:
        found = tables.execute("""
            SELECT title, collection_id, section_id, name, help_center_id, "order", display_name,
                start
            FROM fivetran.article_history a, fivetran.collection_history c,
                (SELECT *, _fivetran_start AS start FROM fivetran.help_center_history) h
        """).fetchall()
    minute = datetime.fromtimestamp(60, UTC).replace(tzinfo=None)
    assert found == [("How", "2", None, "Billing", "3", 4, "Help", minute)]
