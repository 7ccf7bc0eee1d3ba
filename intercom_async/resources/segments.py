"""Segments: ``intercom.segments``.

Source: API reference 2.10, "Segments".
"""

from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listing, ListOptions, Retrievable
from intercom_async.models.segment import Segment

S = TypeVar("S")


class SegmentOptions(ListOptions, total=False):
    """What the list of segments can be narrowed by; else as ``ListOptions``.

    Attributes:
        include_count: Whether it is told how many belong to each.
    """

    include_count: bool


class Segments(Listing[Segment], Retrievable[Segment]):
    """The segments of a workspace."""

    _model = Segment
    _all = "/segments"
    _one = "/segments/{id}"
    _key = "segments"
    _options = SegmentOptions
    _numbered = True

    @overload
    def list(self, **options: Unpack[SegmentOptions]) -> Pages[Segment]: ...
    @overload
    def list(self, *, type: type[S], **options: Unpack[SegmentOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **options: Unpack[SegmentOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Walk all segments, or await them all at once; see ``SegmentOptions``."""
        return self._list(type, raw, **options)
