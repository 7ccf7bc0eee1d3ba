"""What the documents do not tell of articles and other content."""

import json
from datetime import UTC, datetime

import pytest

from intercom_async.core import codec
from intercom_async.models import Article
from tests.test_nouns import Recorder


async def test_a_search_of_articles_goes_on_by_the_link_and_tells_where_the_phrase_stands() -> None:
    link = "https://api.intercom.io/articles/search?phrase=a+b&highlight=true&page=2&per_page=1"
    title = [{"type": "plain", "text": "An "}, {"type": "highlight", "text": "a b"}]
    highlights = {"article_id": 7, "highlighted_title": title, "highlighted_summary": [title]}
    intercom = Recorder(
        {
            "type": "list",
            "data": {"articles": [{"id": 7}, {"id": "8"}], "highlights": [highlights]},
            "pages": {"page": 1, "total_pages": 2, "next": link},
        },
        {"type": "list", "data": {"articles": [{"id": "9"}]}, "pages": {"next": None}},
    )
    found = [a async for a in intercom.articles.search(phrase="a b", highlight=True)]
    first = found[0].highlights
    assert first is not None
    assert [(piece.type, piece.text) for piece in first.highlighted_title] == [
        ("plain", "An "),
        ("highlight", "a b"),
    ]
    assert [piece.text for piece in first.highlighted_summary[0]] == ["An ", "a b"]
    assert [(a.id, a.highlights is None) for a in found] == [("7", False), ("8", True), ("9", True)]
    assert intercom.paths() == [
        "GET /articles/search?phrase=a+b&highlight=true",
        "GET /articles/search?phrase=a+b&highlight=true&page=2&per_page=1",
    ]


async def test_highlights_that_cannot_be_decoded_cost_no_article() -> None:
    answer = {"data": {"articles": [{"id": "7"}], "highlights": [{"article_id": [1]}]}}
    page = await Recorder(answer).articles.search(phrase="x")
    assert [article.id for article in page.items] == ["7"]
    assert page.invalid[0].json_path == "$.data.highlights[0].article_id"


async def test_articles_of_a_search_may_be_had_as_sent() -> None:
    answer = {"data": {"articles": [{"id": "7"}], "highlights": []}}
    assert (await Recorder(answer).articles.search(raw=True)).items == [b'{"id": "7"}']
    own = await Recorder(answer).articles.search(type=dict[str, str])
    assert own.items == [{"id": "7"}]


@pytest.mark.parametrize("tag", [7, "7"])
def test_translations_are_served_by_locale(tag: int | str) -> None:
    sent = {
        "id": 5,
        "parent_ids": [18],
        "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": tag}]},
        "translated_content": {
            "type": "article_translated_content",
            "en": {"type": "article_content", "title": "T", "author_id": 9, "created_at": 1},
            "id": {"title": "Judul", "updated_at": 10**15},
            "fr": None,
        },
    }
    article = codec.record_decoder(Article)(json.dumps(sent).encode())
    translations = article.translated_content
    assert {locale: each.title for locale, each in translations.items()} == {
        "en": "T",
        "id": "Judul",
    }
    assert (translations["en"].author_id, translations["id"].updated_at) == ("9", None)
    assert (article.parent_ids, article.tags[0].id) == (["18"], "7")
    assert (
        codec.record_decoder(Article)(b'{"id":1,"translated_content":null}').translated_content
        == {}
    )


async def test_an_article_is_scheduled_by_a_date_and_unscheduled_by_none() -> None:
    intercom = Recorder({"id": "1"}, {"id": "1"}, version="2.16")
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    await intercom.articles.update("1", state="published", scheduled_publish_at=moment)
    await intercom.articles.update("1", scheduled_publish_at=None)
    assert [json.loads(call.body or b"") for call in intercom.asked] == [
        {"state": "published", "scheduled_publish_at": "2030-01-01T00:00:00+00:00"},
        {"scheduled_publish_at": None},
    ]


async def test_a_search_of_content_keeps_its_filters_where_the_link_repeats_them() -> None:
    link = "https://api.intercom.io/content/search?states=published&states=draft&page=2"
    intercom = Recorder(
        {"type": "list", "data": [{"id": "1"}], "pages": {"next": link}},
        {"type": "list", "data": [], "pages": {"next": None}},
        version="2.16",
    )
    found = intercom.content.search(states=["published", "draft"])
    assert [content.id async for content in found] == ["1"]
    assert intercom.paths() == [
        "GET /content/search?states=published%2Cdraft&per_page=50",
        "GET /content/search?states=published%2Cdraft&page=2&per_page=50",
    ]
