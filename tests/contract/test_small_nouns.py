"""The operations of the nouns that a workspace has few of."""

from typing import Final

from tests.contract.judge import Calls, Contract, Since

CALLS: Final[Calls] = {
    "listAdmins": lambda i: i.admins.list(),
    "listAdmins: avatars": lambda i: i.admins.list(display_avatar=True),
    "retrieveAdmin": lambda i: i.admins.retrieve("1"),
    "setAwayAdmin": lambda i: i.admins.set_away(
        "1", away_mode_enabled=True, away_mode_reassign=False
    ),
    "setAwayAdmin: reason": Since(
        "2.14",
        lambda i: i.admins.set_away(
            "1", away_mode_enabled=True, away_mode_reassign=False, away_status_reason_id=3
        ),
        refused=True,
    ),
    "listTeams": lambda i: i.teams.list(),
    "retrieveTeam": lambda i: i.teams.retrieve("1"),
    "getTeamMetrics": lambda i: i.teams.metrics.list("1"),
    "getTeamMetrics: threshold": lambda i: i.teams.metrics.list("1", idle_threshold=600),
    "listTags": lambda i: i.tags.list(),
    "createTag": lambda i: i.tags.create(name="x"),
    "createTag: another name": lambda i: i.tags.create(name="x", id="1"),
    "createTag: companies": lambda i: i.tags.tag_companies(
        name="x", companies=[{"id": "1"}, {"company_id": "a"}]
    ),
    "createTag: untag companies": lambda i: i.tags.untag_companies(
        name="x", companies=[{"id": "1"}, {"company_id": "a"}]
    ),
    "createTag: users": lambda i: i.tags.tag_users(name="x", users=[{"id": "1"}]),
    "findTag": lambda i: i.tags.retrieve("1"),
    "deleteTag": lambda i: i.tags.delete("1"),
    "listSegments": lambda i: i.segments.list(),
    "listSegments: counted": lambda i: i.segments.list(include_count=True),
    "retrieveSegment": lambda i: i.segments.retrieve("1"),
    "lisDataAttributes": lambda i: i.data_attributes.list(),
    "lisDataAttributes: archived": lambda i: i.data_attributes.list(
        model="contact", include_archived=True
    ),
    "createDataAttribute": lambda i: i.data_attributes.create(
        name="x", model="contact", data_type="string"
    ),
    "createDataAttribute: described": lambda i: i.data_attributes.create(
        name="x", model="company", data_type="date", description="d", messenger_writable=True
    ),
    "createDataAttribute: options": Since(
        "2.11",
        lambda i: i.data_attributes.create(
            name="x", model="contact", data_type="options", options=[{"value": "a"}]
        ),
    ),
    "updateDataAttribute": lambda i: i.data_attributes.update(
        "1", archived=True, description="d", messenger_writable=False
    ),
    "updateDataAttribute: options": lambda i: i.data_attributes.update(
        "1", options=[{"value": "a"}]
    ),
}


class TestSmallNouns(Contract):
    calls = CALLS
