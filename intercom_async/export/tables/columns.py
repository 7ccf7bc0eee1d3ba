"""A column of a table: SQL type, and the value's path in a record.

A column's name is the path of the API reference's names. Every row is kept: a value that does
not fit its column's type is ``NULL`` there, and JSON columns hold any value.
"""

from typing import Literal, NamedTuple, TypeAlias

SqlType: TypeAlias = Literal[
    "VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMPTZ", "VARCHAR[]", "JSON"
]


class Column(NamedTuple):
    """One column.

    Attributes:
        type: Its SQL type. ``TIMESTAMPTZ`` is made of unix seconds.
        path: The value's place in the JSON. What follows ``->`` is looked for where what is before
            it may be an object or a word.
        others: Other places of the value, if it is not there.
        alias: Its name, if that does not follow from the path.
        nobody: The value that means there is none.
        needs: A path; without a value there, this column has none either.
        names: A stream. The column has the name there of the record of that id, or of each of
            those ids, and ``NULL`` if the export is without the stream.
        text: What it means.
    """

    type: SqlType
    path: str
    others: tuple[str, ...] = ()
    alias: str | None = None
    nobody: str | None = None
    needs: str | None = None
    names: str | None = None
    text: str = ""

    @property
    def name(self) -> str:
        """Its name."""
        return self.alias or self.path.removeprefix("$.").removesuffix("[*]").replace(".", "_")
