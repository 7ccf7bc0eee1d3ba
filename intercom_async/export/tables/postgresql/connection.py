"""A connection to PostgreSQL through ADBC, whose errors hold no password."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from intercom_async.errors import ConfigurationError, IntercomError
from intercom_async.extras import extra

_DRIVER: Final = "adbc_driver_postgresql.dbapi"
_MASK: Final = "***"
_SCHEMES: Final = ("postgresql", "postgres")  # libpq takes both
_SECRET: Final = ("password", "sslpassword")
_SETTINGS: Final = (
    "SET client_min_messages = error",  # libpq prints notices
    "SET standard_conforming_strings = on",
    "SET jit = off",  # compiling takes longer than such statements
)
# What libpq says of a server begins so; else it is about the URL, and may quote any part of it.
_TOLD: Final = (b"PG_DIAG_MESSAGE_PRIMARY", b"PG_DIAG_MESSAGE_DETAIL")
_OF_SERVER: Final = ("connection to server", "could not translate host name")


class DatabaseFailed(IntercomError):
    """A database refused a load, or was not there. Nothing of the load is in it."""


class Connection:
    """A transaction in a database; nothing is in it before ``commit``.

    Raises:
        DatabaseFailed: As anything here: the database refused a statement, or is gone.
    """

    def __init__(self, connection: Any, secrets: tuple[str, ...]) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        self._secrets = secrets
        self._pyarrow = extra("pyarrow")
        for setting in _SETTINGS:
            self.run(setting)

    def run(self, statement: str) -> int:
        """Run a statement, and return how many rows it touched."""
        with self._errors():
            self._cursor.execute(statement)
            return int(self._cursor.rowcount)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        with self._errors():
            self._cursor.execute(query)
            found: list[tuple[Any, ...]] = self._cursor.fetchall()
            return found

    def batches(self, query: str) -> Iterator[Any]:
        """Run a query and return its rows in batches of Arrow."""
        with self._errors():
            self._cursor.execute(query)
            yield from self._cursor.fetch_record_batch()

    def copy(self, table: str, schema: Any, batches: Iterator[Any], *, to: str | None) -> int:
        """Put rows of batches of Arrow into a table by COPY, and return how many.

        Args:
            table: The table's name.
            schema: The batches' schema.
            batches: The rows.
            to: The schema the table is in; ``None`` to make a temporary one.

        Raises:
            Exception: What making the batches raises, as it is.
        """
        failures: list[Exception] = []

        def watched() -> Iterator[Any]:
            try:
                yield from batches
            except Exception as error:  # ADBC makes a text of it
                failures.append(error)
                raise

        reader = self._pyarrow.RecordBatchReader.from_batches(schema, watched())
        how: dict[str, Any] = (
            {"mode": "create", "temporary": True}
            if to is None
            else {"mode": "append", "db_schema_name": to}
        )
        try:
            with self._errors():
                return int(self._cursor.adbc_ingest(table, reader, **how))
        except DatabaseFailed:
            if failures:
                raise failures[0] from None
            raise

    def commit(self) -> None:
        """Let what was done be seen by others, all at once."""
        with self._errors():
            self._connection.commit()

    def close(self) -> None:
        """Close the connection; what was not committed is undone."""
        self._cursor.close()
        self._connection.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except extra(_DRIVER, "postgres").Error as error:
            raise DatabaseFailed(f"PostgreSQL: {_said(error, self._secrets)}") from None


@contextmanager
def connect(url: str) -> Iterator[Connection]:
    """Connect to a database.

    Args:
        url: As libpq takes it, such as ``postgresql://me@127.0.0.1/support``. A password can be in
            it, in ``PGPASSWORD`` or in ``~/.pgpass``.

    Raises:
        ConfigurationError: The extra ``postgres`` is not installed, or it is no such URL.
        DatabaseFailed: The database is not there or lets nobody in.
    """
    driver = extra(_DRIVER, "postgres")
    secrets = _secrets(url)
    try:
        opened, failure = driver.connect(url), ""
    except driver.Error as error:
        opened, failure = None, _said(error, secrets)
    if opened is None:  # not within the above, since libpq's error may hold a password
        if failure.startswith(_OF_SERVER):
            raise DatabaseFailed(f"PostgreSQL: {failure}")
        raise ConfigurationError(_NO_URL)
    with closing(Connection(opened, secrets)) as connection:
        yield connection


_NO_URL: Final = (
    "this is no URL of a database: postgresql://user:password@host:port/database, in which "
    "characters of a password other than letters and digits are written as %40 and the like"
)


def _secrets(url: str) -> tuple[str, ...]:
    """Return what is secret in a URL.

    Raises:
        ConfigurationError: It is none, or may be read in two ways, so that part of a password
            would be taken for a host, which errors name.
    """
    found = None
    with suppress(ValueError):  # which may quote the password
        found = urlsplit(url)
    if (
        found is None
        or found.scheme not in _SCHEMES
        or found.netloc.count("@") > 1
        or "@" in found.path
        or found.fragment
    ):
        raise ConfigurationError(_NO_URL)
    password, options = found.password, parse_qsl(found.query)
    raw = [value for name, value in options if name.lower() in _SECRET]
    if password:
        raw += [password, unquote(password)]
    return tuple(sorted(filter(None, raw), key=len, reverse=True))


def _said(error: Any, secrets: tuple[str, ...]) -> str:
    """Return what the server or libpq says, without the statement and what is secret."""
    details = dict(error.details or ())
    text = ": ".join(details[name].decode("utf-8", "replace") for name in _TOLD if name in details)
    text = text or str(error).rpartition("[libpq] ")[2]
    text = " ".join(text.removeprefix("Failed to connect: ").split())
    for secret in secrets:
        text = text.replace(secret, _MASK)
    return text


def quoted(*names: str) -> str:
    """Return names as identifiers of SQL, with dots between them."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)
