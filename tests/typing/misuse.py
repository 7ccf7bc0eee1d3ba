"""What type checkers refuse of what is used as something else.

Never run. Each "type: ignore" marks what must be refused: both checkers report one that is not.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true
# ruff: noqa: B015, B018

from intercom_async import AsyncIntercom, F


async def misuse(intercom: AsyncIntercom) -> None:
    F.nope  # type: ignore[attr-defined]
    F.source.nope  # type: ignore[attr-defined]
    F.state = "open"  # type: ignore[assignment]
    ~(F.state == "open")  # type: ignore[operator]
    F.open & F.read  # type: ignore[operator]
    F.state == "open" & F.open == True  # type: ignore[operator]  # noqa: E712
    list(intercom.tags.list())  # type: ignore[call-overload]
    len(await intercom.tags.list())  # type: ignore[arg-type]
    (await intercom.tags.list())[0]  # type: ignore[index]
    await intercom.conversations.scan()  # type: ignore[misc]
    await intercom.tags.retrieve_many(["1"])  # type: ignore[misc]
    with intercom:  # type: ignore[attr-defined]
        pass
    for _tag in intercom.tags.list():  # type: ignore[attr-defined]
        pass
    async for _tag in intercom.tags.retrieve("1"):  # type: ignore[attr-defined]
        pass
    async with intercom.tags.list():  # type: ignore[attr-defined]
        pass
