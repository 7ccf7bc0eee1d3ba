"""The schema in which Fivetran keeps a workspace, which the package dbt_intercom is made for.

Its tables are views over those of an export, in a schema of their own. A record has one version
there, the one that the export holds. Times are UTC without a zone, as in Fivetran's.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

SCHEMA: Final = "fivetran"
_UTC: Final = re.compile(r"\butc\(([a-z_.]+)\)")

_VERSION: Final = (
    "true AS _fivetran_active, utc({since}) AS _fivetran_start,"
    " NULL::TIMESTAMP AS _fivetran_end, utc({since}) AS _fivetran_synced"
)
_KEPT: Final = "false AS _fivetran_deleted, NULL::TIMESTAMP AS _fivetran_synced"
# Of each: its name, the tables it is made of, its columns, where they are from. Of two of one name
# the first counts whose tables are there.
_VIEWS: Final = (
    (
        "conversation_history",
        ("conversations",),
        "id, utc(created_at) AS created_at, utc(updated_at) AS updated_at,"
        " admin_assignee_id AS assignee_id,"
        " CASE WHEN admin_assignee_id IS NOT NULL THEN 'admin' END AS assignee_type,"
        " rating AS conversation_rating_value, rating_remark AS conversation_rating_remark,"
        " utc(first_contact_reply_created_at) AS first_contact_reply_created_at,"
        " first_contact_reply_type, read, sla_name, sla_status,"
        " utc(snoozed_until) AS snoozed_until, source_author_id, source_author_type, source_body,"
        " source_delivered_as, source_subject, source_type, state,"
        " utc(waiting_since) AS waiting_since, " + _VERSION.format(since="updated_at"),
        "main.conversations",
    ),
    (
        "conversation_part_history",
        ("conversations", "conversation_parts"),
        "p.id, p.conversation_id, p.part_type, p.body, p.author_id, p.author_type,"
        " p.assigned_to_id, p.assigned_to_type, utc(p.created_at) AS created_at,"
        " utc(p.updated_at) AS updated_at, utc(c.updated_at) AS conversation_updated_at, "
        + _VERSION.format(since="p.updated_at"),
        "main.conversation_parts p JOIN main.conversations c ON c.id = p.conversation_id",
    ),
    (
        "conversation_tag_history",
        ("conversations", "conversation_tags"),
        "conversation_id, tag_id, utc(updated_at) AS conversation_updated_at, "
        + _VERSION.format(since="updated_at"),
        "main.conversation_tags JOIN main.conversations ON id = conversation_id",
    ),
    (
        "conversation_contact_history",
        ("conversations", "conversation_contacts"),
        "conversation_id, contact_id, utc(updated_at) AS conversation_updated_at, "
        + _VERSION.format(since="updated_at"),
        "main.conversation_contacts JOIN main.conversations ON id = conversation_id",
    ),
    (
        "contact_history",
        ("contacts",),
        "id, owner_id AS admin_id, name, email, role, utc(created_at) AS created_at,"
        " utc(updated_at) AS updated_at, utc(signed_up_at) AS signed_up_at,"
        " utc(last_contacted_at) AS last_contacted_at, utc(last_replied_at) AS last_replied_at,"
        " utc(last_email_opened_at) AS last_email_opened_at,"
        " utc(last_email_clicked_at) AS last_email_clicked_at, unsubscribed_from_emails, "
        + _VERSION.format(since="updated_at"),
        "main.contacts",
    ),
    (
        "contact_history",
        ("people",),
        "id, NULL::VARCHAR AS admin_id, name, email, type AS role,"
        " utc(first_seen_at) AS created_at, utc(last_seen_at) AS updated_at,"
        " utc(last_seen_at) AS last_replied_at, " + _VERSION.format(since="last_seen_at"),
        (
            "main.people WHERE type IN ('user', 'lead', 'contact')"
            " QUALIFY row_number() OVER (PARTITION BY id ORDER BY last_seen_at DESC, type) = 1"
        ),
    ),
    ("admin", ("admins",), "id, name, job_title, " + _KEPT, "main.admins"),
    (
        "admin",
        ("people",),
        "id, name, NULL::VARCHAR AS job_title, " + _KEPT,
        "main.people WHERE type = 'admin'",
    ),
    ("tag", ("tags",), "id, name, " + _KEPT, "main.tags"),
    (
        "tag",
        ("conversation_tags",),
        "tag_id AS id, arg_max(name, applied_at) AS name, " + _KEPT,
        "main.conversation_tags GROUP BY tag_id",
    ),
    ("team", ("teams",), "id, name, " + _KEPT, "main.teams"),
    ("team_admin", ("team_admins",), "team_id, admin_id, " + _KEPT, "main.team_admins"),
    (
        "contact_tag_history",
        ("contacts", "contact_tags"),
        "contact_id, tag_id, utc(updated_at) AS contact_updated_at, "
        + _VERSION.format(since="updated_at"),
        "main.contact_tags JOIN main.contacts ON id = contact_id",
    ),
    (
        "contact_company_history",
        ("contacts", "contact_companies"),
        "contact_id, company_id, utc(updated_at) AS contact_updated_at, "
        + _VERSION.format(since="updated_at"),
        "main.contact_companies JOIN main.contacts ON id = contact_id",
    ),
    (
        "company_history",
        ("companies",),
        "id, company_id, name, website, industry, plan_id, plan_name, monthly_spend,"
        " session_count, user_count, size, utc(created_at) AS created_at,"
        " utc(updated_at) AS updated_at, " + _VERSION.format(since="updated_at"),
        "main.companies",
    ),
    (
        "company_tag_history",
        ("companies", "company_tags"),
        "c.id AS company_id, tag_id, utc(updated_at) AS company_updated_at, "
        + _VERSION.format(since="updated_at"),
        "main.company_tags t JOIN main.companies c ON c.id = t.company_id",
    ),
    (
        "article_history",
        ("articles",),
        "id, title, description, body, url, state, author_id, parent_type, default_locale,"
        " workspace_id, CASE WHEN parent_type = 'collection' THEN parent_id END AS collection_id,"
        " CASE WHEN parent_type = 'section' THEN parent_id END AS section_id, 'article' AS type,"
        " statistics_views, statistics_conversations, statistics_reactions,"
        " statistics_happy_reaction_percentage, statistics_neutral_reaction_percentage,"
        " statistics_sad_reaction_percentage, utc(created_at) AS created_at,"
        " utc(updated_at) AS updated_at, " + _VERSION.format(since="updated_at"),
        "main.articles",
    ),
    (
        "collection_history",
        ("collections",),
        'id, help_center_id, parent_id, name, description, url, icon, "order", default_locale,'
        " workspace_id, 'collection' AS type, utc(created_at) AS created_at,"
        " utc(updated_at) AS updated_at, " + _VERSION.format(since="updated_at"),
        "main.collections",
    ),
    (
        "help_center_history",
        ("help_centers",),
        "id, display_name, identifier, workspace_id, website_turned_on,"
        " utc(created_at) AS created_at, utc(updated_at) AS updated_at, "
        + _VERSION.format(since="updated_at"),
        "main.help_centers",
    ),
)


def fivetran_views(tables: Collection[str]) -> Iterator[str]:
    """Yield statements that make the schema over tables, with the views that these allow."""
    yield f"CREATE SCHEMA {SCHEMA}"
    made: set[str] = set()
    for name, needed, columns, source in _VIEWS:
        if name not in made and {*needed} <= {*tables}:
            made.add(name)
            yield f"CREATE VIEW {SCHEMA}.{name} AS SELECT {_in_utc(columns)} FROM {source}"  # noqa: S608  # of constants


def _in_utc(columns: str) -> str:
    return _UTC.sub(r"timezone('UTC', \1)", columns)
