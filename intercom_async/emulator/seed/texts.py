"""What people write and attach: sentences in several scripts, the HTML around them, files."""

# ruff: noqa: RUF001  # the scripts of the world are the point

from typing import Any, Final

from intercom_async.emulator.seed.rng import Rng

_SENTENCES: Final = (
    "I was charged twice and would like a refund for the second invoice.",
    "The export has been stuck at 42% since this morning.",
    "How do I reset the password of a colleague who has left?",
    "Thanks, that fixed it!",
    "Could you have another look? The problem is back.",
    "We need support for single sign-on before the end of the quarter.",
    "Does the mobile app work offline?",
    "Our card was declined, but the bank sees nothing wrong.",
    "Please change the delivery address of my order.",
    "The webhook arrives twice when a conversation is closed &amp; opened again.",
    "Prices &lt; 10&nbsp;€ are shown as &quot;0&quot;.",
    "It&#39;s the third time I write about this.",
    "A teammate will be with you shortly.",
    "I have passed this on to the people who run the servers.",
    "Great product, we recommend it to everyone 🎉🙌",
    "👍",
    "👩‍👩‍👧‍👦 plan: can five people share it?",
    "Où puis-je télécharger ma facture de décembre ?",
    "Die Änderung wurde nicht gespeichert – bitte prüfen.",
    "¿Cuándo estará disponible la nueva versión?",
    "Не получается войти в личный кабинет.",
    "Δεν λειτουργεί η σύνδεση από το κινητό.",
    "لا أستطيع تسجيل الدخول إلى حسابي.",
    "איך אפשר לשנות את כתובת הדוא״ל?",
    "注文した商品がまだ届きません。",
    "请帮我取消订阅，谢谢。",
    "결제가 두 번 되었습니다.",
    "मेरा खाता बंद हो गया है।",
    "ไม่สามารถเปิดไฟล์แนบได้",
)
TITLES: Final = (
    "Charged twice",
    "Export is stuck",
    "Password reset & access",
    "Question about prices",
    "Delivery address",
    "Facture de décembre",
    "配送について",
    "تسجيل الدخول",
    'The "0" on the price page',
    "🎉 Thank you",
)
REMARKS: Final = (
    "Quick and friendly",
    "Took too long…",
    "Merci beaucoup !",
    "とても助かりました",
    "ממש תודה",
    "I had to explain everything twice",
)
_PAGES: Final = ("pricing", "account/billing", "docs/start?step=2", "orders/1204#items", "")
_LINK: Final = (
    '<a href="https://docs.example.com/{}" rel="nofollow noopener" target="_blank">{}</a>'
)
_IMAGE: Final = '<div class="intercom-container"><img src="https://files.example.org/{}.png"></div>'


def make_body(rng: Rng) -> str:
    """Write an HTML body of one to four sentences."""
    sentences: list[str] = rng.sample(_SENTENCES, rng.choice((1, 1, 1, 2, 2, 3, 4)))
    if rng.chance(0.08):
        sentences.append(_LINK.format(rng.choice(_PAGES), "the guide"))
    joint = rng.choice((" ", " ", "<br>", "</p>\n<p>", "\n"))
    body = f"<p>{joint.join(sentences)}</p>"
    return body + _IMAGE.format(rng.getrandbits(32)) if rng.chance(0.04) else body


def make_url(rng: Rng) -> str:
    """Take the address of a page on which people start conversations."""
    return f"https://shop.example.com/{rng.choice(_PAGES)}"


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
