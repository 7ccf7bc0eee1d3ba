"""What figures are made of: the tables of an export, and what it tells of itself."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from intercom_async.errors import ConfigurationError
from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.store import ExportCorrupted, check_files, read_manifest
from intercom_async.export.store.database import STATE
from intercom_async.export.store.report import MANIFEST
from intercom_async.export.tables.engine import connect
from intercom_async.export.tables.statements import literal
from intercom_async.extras import extra
from intercom_async.report.period import Period, zone_of
from intercom_async.report.reading import read_folder

__all__ = ["MEMORY_LIMIT", "Source", "opened", "own_zone"]

MEMORY_LIMIT: Final = "320MB"  # of DuckDB; the process takes some 150 MB more

_PARTS: Final = "conversation_parts"
# Only those that are there are used.
_TABLES: Final = (CONVERSATIONS, _PARTS, "conversation_tags", "admins", "teams", "tags", "export")
# Of whole seconds, between which it interpolates tenths.
_SPREAD: Final = """
    CREATE TEMP MACRO spread(span) AS {
        'count': count(span),
        'median': round(quantile_cont(span, 0.5), 1),
        'p90': round(quantile_cont(span, 0.9), 1)
    }
"""
_PERIOD: Final = """
    CREATE OR REPLACE TEMP MACRO in_period(moment) AS
        moment >= to_timestamp({since}) AND moment < to_timestamp({until})
"""
# The new conversations of the period.
_NEW: Final = "CREATE OR REPLACE TEMP TABLE new AS FROM metrics_asked WHERE in_period(asked_at)"
_LACKING: Final = ("failed", "missing", "parts_missing")


class Source(msgspec.Struct, frozen=True):
    """Tables, and what is known of the export they are made of.

    Attributes:
        connection: A DuckDB that has the tables, and those of ``metrics.sql``.
        tables: The names of the former.
        workspace: The workspace's id, if that is known.
        name: Its name, if that is known.
        api_version: The version it was asked in, if that is known.
        as_of: When the workspace was so, in unix seconds, if that is known.
        parts: Whether conversations were asked for with their parts.
        redact: The fields left out of records.
        lacking: What the export lacks, and how many.
    """

    connection: Any
    tables: frozenset[str] = frozenset()
    workspace: str | None = None
    name: str | None = None
    api_version: str | None = None
    as_of: int | None = None
    parts: bool = True
    redact: tuple[str, ...] = ()
    lacking: dict[str, int] = {}

    def leaves_out(self, path: str) -> bool:
        """Return whether a field of conversations, named by its path, was left out of them."""
        names = path.split(".")
        prefixes = ["." + ".".join(names[: end + 1]) for end in range(len(names))]
        endings = [f".{field.removeprefix('*.')}" for field in self.redact]
        return any(prefix.endswith(ending) for prefix in prefixes for ending in endings)

    def choose(self, period: Period) -> None:
        """Let ``in_period`` and the table ``new`` be of a period from now on."""
        self.connection.execute(_PERIOD.format(since=period.since, until=period.until))
        self.connection.execute(_NEW)

    def one(self, query: str, **values: Any) -> Any:
        """Return the only row of a query."""
        (row,) = self.rows(query, **values)
        return row

    def rows(self, query: str, **values: Any) -> Any:
        """Return all rows of a query."""
        return self.connection.execute(query, values or None).fetchall()


def own_zone(path: Path) -> ZoneInfo:
    """Return the time zone of an export's workspace; UTC if nothing tells one that there is."""
    named: str | None = None
    if path.is_dir():
        with suppress(OSError, ExportCorrupted):
            named = read_manifest(path).timezone
    elif path.exists():
        duckdb = extra("duckdb", "report")
        with suppress(duckdb.Error), duckdb.connect(str(path), read_only=True) as connection:
            (named,) = connection.execute("SELECT any_value(timezone) FROM export").fetchone()
    with suppress(ConfigurationError):
        return zone_of(named or "")
    return ZoneInfo("UTC")


@contextmanager
def opened(path: Path, zone: ZoneInfo, memory_limit: str) -> Iterator[Source]:
    """Open an export's folder or the DuckDB file made of one, with what ``metrics.sql`` defines.

    Raises:
        ConfigurationError: An extra is not installed, the export is not finished, the file is no
            such file, or the memory is not enough.
        ExportCorrupted: The export is not as it was written.
        OSError: Something cannot be read, or not be written to the folder for temporary files.
    """
    duckdb = extra("duckdb", "report")
    with TemporaryDirectory(prefix="intercom-report-") as name:
        scratch = Path(name)
        told: dict[str, Any] = {}
        file = path
        if path.is_dir():
            told = _told(path)
            file = scratch / "made.duckdb"
            if left_out := read_folder(path, file, memory_limit, are_whole=bool(told)):
                told.setdefault("lacking", {})["too_long"] = len(left_out)
        elif not path.exists():
            raise FileNotFoundError(2, "no such file or folder", str(path))
        work = connect(duckdb, scratch / "spill", memory_limit, str(scratch / "work.duckdb"))
        with closing(work) as connection:
            connection.execute(f"SET TimeZone = {literal(zone.key)}")
            connection.execute(_SPREAD)
            try:
                yield _attached(connection, file, told)
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                raise ConfigurationError(
                    f"{path} lacks tables or columns that are needed; make it anew with "
                    f"'intercom-async tables --format duckdb': {error}"
                ) from None
            except duckdb.OutOfMemoryException as error:
                raise ConfigurationError(
                    f"a memory_limit of {memory_limit} is not enough: {error}"
                ) from None
            except duckdb.IOException as error:
                raise ConfigurationError(f"{path} cannot be read: {error}") from None


def _attached(connection: Any, file: Path, told: dict[str, Any]) -> Source:
    connection.execute(f"ATTACH {literal(str(file))} AS made (READ_ONLY)")
    found = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'made'"
    ).fetchall()
    tables = frozenset(name for (name,) in found if name in _TABLES)
    for table in tables:
        connection.execute(f"CREATE TEMP VIEW {table} AS FROM made.{table}")
    # As tables, each is worked out once.
    metrics = files("intercom_async").joinpath("report", "metrics.sql").read_text("utf-8")
    connection.execute(metrics.replace("CREATE VIEW", "CREATE TABLE"))
    source = Source(connection, tables)
    if not told and "export" in tables:
        told = _told_by_tables(source)
    return msgspec.structs.replace(source, **told)


def _told(folder: Path) -> dict[str, Any]:
    """Return what the manifest of an export tells, once it is as it was written.

    A folder with lines alone tells nothing.
    """
    if not ((folder / MANIFEST).exists() or (folder / STATE).exists()):
        return {}
    for problem in check_files(folder, records=False):
        if problem.kind == "unfinished":
            raise ConfigurationError(f"the export in {folder} is not finished: export again")
        # The API never gave these.
        if problem.kind != "parts missing":
            raise ExportCorrupted(folder / problem.file, problem.text)
    manifest = read_manifest(folder)
    identity, stream = manifest.identity, manifest.streams.get(CONVERSATIONS)
    if stream is None:
        raise ConfigurationError(f"the export in {folder} has no conversations")
    counts = {**stream.result, **msgspec.structs.asdict(stream.counts)}
    return {
        "workspace": identity.workspace,
        "name": manifest.name,
        "api_version": identity.api_version,
        "as_of": stream.result.get("as_of") or None,
        "parts": identity.parts,
        "redact": identity.redact,
        "lacking": _lacking(counts),
    }


def _told_by_tables(source: Source) -> dict[str, Any]:
    columns = source.rows("DESCRIBE export")
    row = source.one(
        "SELECT *, CAST(epoch(as_of) AS BIGINT) FROM export WHERE stream = 'conversations'"
    )
    told = dict(zip([name for name, *_ in columns] + ["as_of"], row, strict=True))
    return {
        "workspace": told["workspace"],
        "name": told.get("workspace_name"),
        "api_version": told["api_version"],
        "as_of": told["as_of"],
        "parts": told["with_parts"],
        "redact": tuple(told["redact"] or ()),
        "lacking": _lacking(told),
    }


def _lacking(counts: dict[str, Any]) -> dict[str, int]:
    found = {name: counts[name] for name in _LACKING if counts.get(name)}
    return {"quarantined": counts.get("quarantined") or 0, **found}
