"""What a stream or a client says to whoever uses it as something else."""

from typing import TYPE_CHECKING, ClassVar, NoReturn


class Usage:
    """Raises a ``TypeError`` that says what to write, where Python's own would not.

    A class overrides those of the methods that it is made for.
    """

    __slots__ = ()

    _usage: ClassVar[str]

    if not TYPE_CHECKING:  # for checkers there are no such methods at all

        def _misused(self, *_: object) -> NoReturn:
            raise TypeError(self._usage)

        __await__ = __enter__ = __exit__ = __getitem__ = __iter__ = _misused
        __aenter__ = __aexit__ = __aiter__ = _misused
