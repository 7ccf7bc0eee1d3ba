"""Files that hang on sources and parts."""

from typing import Any, Final

from intercom_async.emulator.seed.rng import Rng

_FILES: Final = (
    ("screenshot.png", "image/png", 1_280, 720),
    ("Rechnung Übersicht.pdf", "application/pdf", None, None),
    ("снимок экрана.jpg", "image/jpeg", 800, 600),
    ("log.txt", "text/plain", None, None),
)


def make_attachments(rng: Rng) -> list[dict[str, Any]]:
    """Make the attachments of a message; most have none."""
    if not rng.chance(0.07):
        return []
    return [_attachment(rng, number) for number in range(rng.choice((1, 1, 3)))]


def _attachment(rng: Rng, number: int) -> dict[str, Any]:
    name, content_type, width, height = rng.choice(_FILES)
    return {
        "type": "upload",
        "name": name,
        "url": f"https://files.example.org/{rng.getrandbits(64):016x}/{number}?expires=1",
        "content_type": content_type,
        "filesize": rng.randrange(200, 4_000_000),
        "width": width,
        "height": height,
    }
