"""The IP allowlist: from where a workspace can be reached."""

from collections.abc import Sequence
from typing import ClassVar, TypedDict

from intercom_async.models.base import ListOf, Record


class IpAllowlist(Record, frozen=True):
    """From where a workspace can be reached.

    Attributes:
        type: Always ``ip_allowlist``.
        enabled: Whether it holds.
        ip_allowlist: The addresses, and ranges of them such as ``192.168.1.0/24``.

    Source: API reference 2.16, "IP Allowlist".
    """

    noun: ClassVar[str | None] = "ip_allowlist"

    type: str | None = None
    enabled: bool | None = None
    ip_allowlist: ListOf[str] = []


class IpAllowlistChanges(TypedDict, total=False):
    """What can be changed of the IP allowlist.

    Attributes:
        enabled: Whether it holds.
        ip_allowlist: The addresses, and ranges of them such as ``192.168.1.0/24``, in place of
            all it has.
    """

    enabled: bool
    ip_allowlist: Sequence[str]
