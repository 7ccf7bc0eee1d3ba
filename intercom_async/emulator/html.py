"""HTML bodies as plain text and as the words that search sees."""

import html
import re

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6])>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")


def plain_text(body: str) -> str:
    """Strip the tags off a body and resolve its entities; blocks end in a newline."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", body))).strip()


def as_html(text: str | None) -> str | None:
    """Make the HTML body of a text that may be HTML already; blank makes none."""
    if text is None or not text.strip():
        return None
    return text if text.lstrip().startswith("<") else f"<p>{text}</p>"


def words(body: str) -> tuple[str, ...]:
    """List the lower-cased words of a body, each once, in order of appearance."""
    text = html.unescape(_TAG.sub(" ", body)).lower()
    return tuple(dict.fromkeys(_WORD.findall(text)))
