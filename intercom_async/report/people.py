"""Figures of teammates, teams and tags, and their names."""

from collections.abc import Mapping
from typing import Any, Final

from intercom_async.report.figures import NOTHING, Spread, Tag, Team, Teammate, TeammateCsat, share
from intercom_async.report.source import Source

__all__ = ["People"]

# The latest name that a record has, of those of one moment the last in order.
_LATEST: Final = """
    SELECT id, max({{'at': moment, 'name': name}}).name
    FROM ({candidates})
    WHERE id IS NOT NULL AND name <> '' AND moment IS NOT NULL
    GROUP BY id
"""
_AUTHORS: Final = """
    SELECT author_id AS id, author_name AS name, created_at AS moment
    FROM conversation_parts WHERE author_type = '{type}'
    UNION ALL
    SELECT source_author_id, source_author_name, created_at
    FROM conversations WHERE source_author_type = '{type}'
"""
_TEAMS_ANSWERING: Final = """
    UNION ALL
    SELECT response ->> 'team_id', response ->> 'team_name', updated_at
    FROM (
        SELECT
            unnest(json_extract(statistics_assigned_team_first_response_time, '$[*]')) AS response,
            updated_at
        FROM conversations
        WHERE statistics_assigned_team_first_response_time IS NOT NULL
    )
"""
_TAGS: Final = """
    SELECT tag_id AS id, name, updated_at AS moment
    FROM conversation_tags JOIN conversations ON conversations.id = conversation_id
"""
_CANDIDATES: Final = {
    "admins": _AUTHORS.format(type="admin"),
    "teams": _AUTHORS.format(type="team") + _TEAMS_ANSWERING,
    "tags": _TAGS,
}
_REPLIES: Final = """
    SELECT author_id, count(*), count(DISTINCT conversation_id)
    FROM metrics_events WHERE by_teammate AND in_period(created_at) GROUP BY 1
"""
_CLOSED: Final = """
    SELECT closed_by, count(*) FROM metrics_closes WHERE in_period(closed_at) GROUP BY 1
"""
_ANSWERED: Final = """
    SELECT answered_by, spread(first_response) FROM new WHERE answered_at IS NOT NULL GROUP BY 1
"""
_RATED: Final = """
    SELECT admin_id, count(rating), count(*) FILTER (rating IN (4, 5))
    FROM metrics_ratings WHERE in_period(requested_at) GROUP BY 1 HAVING count(rating) > 0
"""
_OF_TEAMS: Final = "SELECT team_assignee_id, count(*), spread(first_response) FROM new GROUP BY 1"
_TAGGED: Final = """
    SELECT tag, count(*) FROM (SELECT unnest(list_distinct(tag_ids)) AS tag FROM new) GROUP BY 1
"""


class People:
    """Teammates, teams and tags of an export.

    Args:
        source: The export.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._admins = self._names("admins")
        self._teams = self._names("teams")
        self._tags = self._names("tags")

    def teammates(self, *, csat: bool) -> dict[str, Teammate]:
        """Return what teammates did, by id; ratings only if there are any at all."""
        replies, closed = self._by_id(_REPLIES), self._by_id(_CLOSED)
        answered, rated = self._by_id(_ANSWERED), self._by_id(_RATED)
        found: dict[str, Teammate] = {}
        for id in sorted({*replies, *closed, *answered, *rated}):
            count, conversations = replies.get(id, (0, 0))
            received, positive = rated.get(id, (0, 0))
            found[id] = Teammate(
                name=self._admins.get(id, id),
                replies=count,
                replied_conversations=conversations,
                closed=closed.get(id, (0,))[0],
                first_response=Spread(**answered[id][0]) if id in answered else NOTHING,
                csat=TeammateCsat(received, positive, share(positive, received)) if csat else None,
            )
        return found

    def teams(self) -> dict[str, Team]:
        """Return the new conversations of teams, by id."""
        return {
            id: Team(self._teams.get(id, id), count, Spread(**spread))
            for id, (count, spread) in sorted(self._by_id(_OF_TEAMS).items())
        }

    def tags(self) -> dict[str, Tag]:
        """Return the new conversations with tags, by id."""
        found = sorted(self._by_id(_TAGGED).items())
        return {id: Tag(self._tags.get(id, id), count) for id, (count,) in found}

    def _by_id(self, query: str) -> Mapping[str, tuple[Any, ...]]:
        return {id: tuple(row) for id, *row in self._source.rows(query) if id is not None}

    def _names(self, table: str) -> dict[str, str]:
        names: dict[str, str] = {}
        if table != "tags" or "conversation_tags" in self._source.tables:
            query = _LATEST.format(candidates=_CANDIDATES[table])
            names |= self._source.rows(query)
        if table in self._source.tables:
            names |= self._source.rows(f"SELECT id, name FROM {table} WHERE name <> ''")  # noqa: S608  # one of three words
        return names
