"""Articles, collections and help centers: their operations, and how they look."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.operations import articles, memberships

HELP_CENTER: Final = (
    Noun(
        "/articles",
        {
            "GET ": articles.list_articles,
            "POST ": articles.create_article,
            "GET /search": articles.search_articles,
            "GET /{id}": articles.retrieve_article,
            "PUT /{id}": articles.update_article,
            "DELETE /{id}": Collection.delete_and_tell,
            "POST /{id}/tags": memberships.add_tag,
            "DELETE /{id}/tags/{tag_id}": memberships.remove_tag,
        },
        since={"tags": (2, 13)},
        show=articles.show_article,
        writable={
            **dict.fromkeys(("title", "description", "body"), Body.optional_text),
            "author_id": articles.read_number,
            "state": articles.read_state,
            "translated_content": Body.mapping,
        },
    ),
    Noun(
        "/help_center/collections",
        {
            "GET ": Collection.list_numbered,
            "POST ": articles.create_collection,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": Collection.update,
            "DELETE /{id}": Collection.delete_and_tell,
        },
        writable={
            **dict.fromkeys(("name", "description", "parent_id"), Body.optional_text),
            "help_center_id": articles.read_number,
            "translated_content": Body.mapping,
        },
    ),
    Noun(
        "/help_center/help_centers",
        {"GET ": Collection.list_all, "GET /{id}": Collection.retrieve},
        since={"default": (2, 16), "locales": (2, 16)},
    ),
)
