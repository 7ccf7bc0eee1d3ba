"""Resources as attributes: of a client, imported when first asked for, and of each other."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, Generic, TypeVar, overload

from intercom_async.core.pages import Sender

R = TypeVar("R")

_PACKAGE: Final = "intercom_async.resources"


class lazy(Generic[R]):  # noqa: N801  # reads as a declaration
    """``contacts: "lazy[Contacts]" = lazy("contacts")``: a noun of the client's, imported late.

    The module of that name in ``resources`` says in ``RESOURCE`` which class it is.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: type[Any]) -> "lazy[R]": ...
    @overload
    def __get__(self, client: object, owner: type[Any]) -> R: ...
    def __get__(self, client: Any, owner: type[Any]) -> Any:
        if client is None:
            return self
        module = import_module(f"{_PACKAGE}.{self._module}")
        resource = client.__dict__[self._name] = module.RESOURCE(client)  # found there from now on
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
