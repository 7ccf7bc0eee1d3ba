"""Operations of the reference, and the calls that they are filled in to."""

from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from intercom_async.core import wire
from intercom_async.core.call import Call
from intercom_async.core.codec import Decode
from intercom_async.core.form import Form
from intercom_async.core.inputs import Id, Params, param
from intercom_async.core.plain import identifier

T = TypeVar("T")

_NO_FORM: Final = Form(b"", "application/json")


class Operation(msgspec.Struct, frozen=True):
    """An operation of the reference, taken apart.

    Attributes:
        method: The HTTP method.
        template: The path with its parameters unfilled.
        names: The names of its parameters.
        pieces: The path around its parameters.
        names_record: Whether the path ends with a parameter: that of what is answered.
    """

    method: str
    template: str
    names: tuple[str, ...]
    pieces: tuple[str, ...]
    names_record: bool

    def call(
        self,
        ids: tuple[Id, ...],
        decode: Decode[T],
        *,
        query: Params | None = None,
        body: Mapping[str, object] | Form | None = None,
        named: Id | UnsetType | None = UNSET,
        noun: str | None = None,
        accept: str = "application/json",
        read: bool | None = None,
        repeatable: bool = False,
    ) -> Call[T]:
        """Return the operation filled in."""
        path = self.pieces[0]
        for id, name, piece in zip(ids, self.names, self.pieces[1:], strict=True):
            path += wire.segment(id, name) + piece
        if query and (sent := [(k, param(k, v)) for k, v in query.items() if v is not None]):
            path = wire.url(path, sent)
        if named is UNSET:
            named = ids[-1] if self.names_record else None
        form = body if isinstance(body, Form) else _NO_FORM
        return Call(
            self.method,
            self.template,
            path,
            decode,
            None if body is None else form.content or wire.encode(body),
            self.method == "GET" if read is None else read,
            repeatable,
            named if named is None or type(named) is str else identifier("id", named),
            noun,
            content_type=form.content_type,
            accept=accept,
        )


@lru_cache(maxsize=1024)
def operation_of(line: str) -> Operation:
    """Return an operation named as in the reference: ``"POST /contacts/{id}/notes"``."""
    method, _, template = line.partition(" ")
    parsed = list(Formatter().parse(template))
    names = tuple(name for _, name, _, _ in parsed if name)
    pieces = [text for text, _, _, _ in parsed]
    if template.endswith("}"):
        pieces.append("")
    return Operation(method, template, names, tuple(pieces), template.endswith("}"))
