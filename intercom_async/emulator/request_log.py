"""What the emulator remembers of the requests it has seen."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class RequestRecord:
    """One request, recorded when it arrives and completed when it is answered.

    Attributes:
        method: The HTTP method.
        path: The path as it stood in the request, still escaped, without the query.
        query: The query string; of a repeated name the last value.
        headers: The headers by lower-case name, without ``authorization``.
        body: The parsed JSON body, or None if there was none or it was no JSON.
        status: The status of the answer, 0 until there is one.
        at: When it arrived, on the emulator's clock.
        seconds: How long it was being answered.
        fault: The kind of the fault that it met, if it met one.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int
    at: float
    seconds: float
    fault: str | None = None
