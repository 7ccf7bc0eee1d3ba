import pytest

from intercom_async.emulator.html import plain_text, words


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>Hey there!</p>", "Hey there!"),
        ("<p>one<br>two</p>\n<p>three</p>", "one\ntwo\n\nthree"),
        ('<p>see <a href="https://example.com/?a=1&amp;b=2">the page</a></p>', "see the page"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
        ("<p></p>", ""),
        ("", ""),
    ],
)
def test_plain_text_has_no_tags_and_no_entities(body: str, text: str) -> None:
    assert plain_text(body) == text


def test_words_are_lower_cased_and_listed_once() -> None:
    body = '<p>Need support? <b>SUPPORT</b> now,<br>please</p><img src="refund.png">'
    assert words(body) == ("need", "support", "now", "please")


def test_words_of_other_scripts() -> None:
    assert words("<p>请帮我取消订阅。谢谢。</p>") == ("请帮我取消订阅", "谢谢")
    assert words("<p>لا أستطيع</p>") == ("لا", "أستطيع")
    assert words("<p>👍</p>") == ()
