"""Resources as attributes: of a client, imported when first asked for, and of each other."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, Generic, TypeVar, overload

from intercom_async.core.pages import Sender

R = TypeVar("R")

_PACKAGE: Final = "intercom_async.resources"


class lazy(Generic[R]):  # noqa: N801  # reads as a declaration
    """``contacts: "lazy[Contacts]" = lazy("Contacts")``: a noun of the client's, imported late.

    The class is in the module of ``resources`` that is named as the attribute.
    """

    def __init__(self, resource: str) -> None:
        self._resource = resource

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: type[Any]) -> "lazy[R]": ...
    @overload
    def __get__(self, client: object, owner: type[Any]) -> R: ...
    def __get__(self, client: Any, owner: type[Any]) -> Any:
        if client is None:
            return self
        make = getattr(import_module(f"{_PACKAGE}.{self._name}"), self._resource)
        resource = client.__dict__[self._name] = make(client)  # found there from now on
        return resource


class sub(Generic[R]):  # noqa: N801  # reads as a declaration
    """``notes = sub(ContactNotes)``: what belongs to the records of a noun."""

    def __init__(self, resource: Callable[[Sender], R]) -> None:
        self._resource = resource

    @overload
    def __get__(self, owner: None, of: type[Any]) -> "sub[R]": ...
    @overload
    def __get__(self, owner: object, of: type[Any]) -> R: ...
    def __get__(self, owner: Any, of: type[Any]) -> Any:
        if owner is None:
            return self
        return self._resource(owner._client)  # noqa: SLF001  # a resource's, of its kin
