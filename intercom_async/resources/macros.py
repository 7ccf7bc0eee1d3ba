"""Macros: ``intercom.macros``.

Source: API reference 2.16, "Macros".
"""

from datetime import datetime
from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listing, PageOptions, Retrievable
from intercom_async.models.macro import Macro

S = TypeVar("S")


class MacroOptions(PageOptions, total=False):
    """What the list of macros can be narrowed by; else as ``PageOptions``.

    Attributes:
        updated_since: Only what was changed since.
    """

    updated_since: datetime | int


class Macros(Listing[Macro], Retrievable[Macro]):
    """The macros of a workspace (from version 2.16)."""

    _model = Macro
    _all = "/macros"
    _one = "/macros/{id}"
    _per_page = _max_per_page = 150
    _options = MacroOptions
    _since = "2.16"

    @overload
    def list(self, **page: Unpack[MacroOptions]) -> Pages[Macro]: ...
    @overload
    def list(self, *, type: type[S], **page: Unpack[MacroOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **page: Unpack[MacroOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk all macros; see ``MacroOptions``."""
        return self._list(type, raw, **page)
