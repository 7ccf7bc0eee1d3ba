"""The catalog of tables: a table for each stream, columns that mean something, keys and joins."""

from typing import get_args

import pytest

from intercom_async.export import STREAMS
from intercom_async.export.tables import TABLES, Table, describe
from intercom_async.export.tables.nouns import MODELS


def test_every_stream_has_a_table_and_a_struct() -> None:
    assert list(MODELS) == list(STREAMS)
    assert set(STREAMS) <= set(TABLES)
    assert get_args(Table) == tuple(TABLES)


AS_THEY_WERE: dict[str, str] = {
    "conversations": """
        id:VARCHAR created_at:TIMESTAMPTZ updated_at:TIMESTAMPTZ
        waiting_since:TIMESTAMPTZ snoozed_until:TIMESTAMPTZ title:VARCHAR state:VARCHAR
        open:BOOLEAN read:BOOLEAN priority:VARCHAR admin_assignee_id:VARCHAR
        team_assignee_id:VARCHAR assignee:JSON source_type:VARCHAR source_id:VARCHAR
        source_delivered_as:VARCHAR source_subject:VARCHAR source_body:VARCHAR
        source_url:VARCHAR source_redacted:BOOLEAN source_attachments:JSON
        source_author_type:VARCHAR source_author_id:VARCHAR source_author_name:VARCHAR
        source_author_email:VARCHAR contact_ids:VARCHAR[] teammate_ids:VARCHAR[]
        tag_ids:VARCHAR[] first_contact_reply_created_at:TIMESTAMPTZ
        first_contact_reply_type:VARCHAR first_contact_reply_url:VARCHAR rating:BIGINT
        rating_remark:VARCHAR rating_created_at:TIMESTAMPTZ
        rating_updated_at:TIMESTAMPTZ rating_contact_id:VARCHAR
        rating_teammate_id:VARCHAR sla_name:VARCHAR sla_status:VARCHAR
        statistics_time_to_assignment:BIGINT statistics_time_to_admin_reply:BIGINT
        statistics_time_to_first_close:BIGINT statistics_time_to_last_close:BIGINT
        statistics_median_time_to_reply:BIGINT
        statistics_first_contact_reply_at:TIMESTAMPTZ
        statistics_first_assignment_at:TIMESTAMPTZ
        statistics_first_admin_reply_at:TIMESTAMPTZ
        statistics_first_close_at:TIMESTAMPTZ statistics_last_assignment_at:TIMESTAMPTZ
        statistics_last_assignment_admin_reply_at:TIMESTAMPTZ
        statistics_last_contact_reply_at:TIMESTAMPTZ
        statistics_last_admin_reply_at:TIMESTAMPTZ statistics_last_close_at:TIMESTAMPTZ
        statistics_last_closed_by_id:VARCHAR statistics_count_reopens:BIGINT
        statistics_count_assignments:BIGINT statistics_count_conversation_parts:BIGINT
        statistics_assigned_team_first_response_time:JSON
        statistics_handling_time:BIGINT parts_total_count:BIGINT custom_attributes:JSON
        topics:JSON ticket:JSON linked_objects:JSON ai_agent_participated:BOOLEAN
        ai_agent:JSON
        """,
    "conversation_parts": """
        conversation_id:VARCHAR position:BIGINT id:VARCHAR part_type:VARCHAR
        body:VARCHAR created_at:TIMESTAMPTZ updated_at:TIMESTAMPTZ
        notified_at:TIMESTAMPTZ author_type:VARCHAR author_id:VARCHAR
        author_name:VARCHAR author_email:VARCHAR assigned_to_type:VARCHAR
        assigned_to_id:VARCHAR attachments:JSON external_id:VARCHAR redacted:BOOLEAN
        """,
}


@pytest.mark.parametrize("table", list(AS_THEY_WERE))
def test_columns_stay_as_they_were_and_new_ones_come_after_them(table: str) -> None:
    before = AS_THEY_WERE[table].split()
    columns = [f"{column.name}:{column.type}" for column in TABLES[table].columns]
    assert columns[: len(before)] == before
    assert len(columns) > len(before)


def test_keys_and_joins_are_columns() -> None:
    columns = {name: {column.name for column in table.columns} for name, table in TABLES.items()}
    for name, table in TABLES.items():
        assert len(columns[name]) == len(table.columns), f"a column of {name} stands twice"
        assert {*table.key, *table.joins} <= columns[name]
        for joined in table.joins.values():
            other, column = joined.split(".")
            assert column in columns[other], joined


def test_what_is_described_is_every_column_and_what_it_means() -> None:
    told = describe()
    for name, table in TABLES.items():
        _, _, section = told.partition(f"## {name}\n")
        section, _, _ = section.partition("\n## ")
        assert table.text in section
        for column in table.columns:
            (line,) = [row for row in section.splitlines() if row.startswith(f"| `{column.name}`")]
            _, _, sql, joins, means = line.split("|", 4)
            assert sql.strip() == f"`{column.type}`"
            assert joins.strip(" `") == table.joins.get(column.name, "")
            assert means.strip(" |"), f"nothing is said of {name}.{column.name}"
