"""Files that hang on sources and parts."""

from typing import Any, Final

from intercom_async.emulator.seed.dice import Dice

_FILES: Final = (
    ("screenshot.png", "image/png", 1_280, 720),
    ("Rechnung Übersicht.pdf", "application/pdf", None, None),
    ("снимок экрана.jpg", "image/jpeg", 800, 600),
    ("log.txt", "text/plain", None, None),
)


def make_attachments(dice: Dice) -> list[dict[str, Any]]:
    """Makes the attachments of a message; most have none."""
    if not dice.chance(0.07):
        return []
    return [_attachment(dice, number) for number in range(dice.choice((1, 1, 3)))]


def _attachment(dice: Dice, number: int) -> dict[str, Any]:
    name, content_type, width, height = dice.choice(_FILES)
    return {
        "type": "upload",
        "name": name,
        "url": f"https://files.example.org/{dice.getrandbits(64):016x}/{number}?expires=1",
        "content_type": content_type,
        "filesize": dice.randrange(200, 4_000_000),
        "width": width,
        "height": height,
    }
