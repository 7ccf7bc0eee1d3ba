"""The writers: Parquet, CSV, a DuckDB database, or the plain NDJSON of an export."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from intercom_async.errors import ConfigurationError
from intercom_async.export.store.disk import named_errors
from intercom_async.export.store.errors import ExportCorrupted, ExportLocked
from intercom_async.export.store.status import read_status
from intercom_async.export.tables.engine import MEMORY_LIMIT, Engine, within_memory
from intercom_async.export.tables.fivetran import SCHEMA, fivetran_views
from intercom_async.export.tables.lines import batches
from intercom_async.export.tables.sources import Sources
from intercom_async.export.tables.staging import check_outputs, publish, staging
from intercom_async.export.tables.statements import formula_safe, literal, select

Format: TypeAlias = Literal["parquet", "csv", "duckdb", "ndjson"]
Schema: TypeAlias = Literal["fivetran"]

_BATCH: Final = 2**20  # bytes of lines
# A row group is held in memory by each thread until it is written.
_PARQUET: Final = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE_BYTES '32MB'"
_CSV: Final = r"FORMAT csv, HEADER, NEW_LINE '\r\n'"


class Converted(msgspec.Struct, frozen=True):
    """What a conversion wrote.

    Attributes:
        rows: How many rows each table has; for NDJSON, how many lines each stream.
        files: The files.
        left_out: The ids of records too long for ``memory_limit``, which no table has.
    """

    rows: dict[str, int]
    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()


class _Job(msgspec.Struct, frozen=True):
    sources: Sources
    raw: bool
    memory_limit: str
    schema: Schema | None
    longest: int | None
    left_out: set[str] = msgspec.field(default_factory=set)


_Writer: TypeAlias = Callable[[_Job, list[Path]], dict[str, int]]


def convert(
    folder: str | PathLike[str],
    to: str | PathLike[str],
    format: Format,  # noqa: A002  # as the command line calls it
    *,
    overwrite: bool = False,
    raw: bool = False,
    schema: Schema | None = None,
    memory_limit: str = MEMORY_LIMIT,
) -> Converted:
    r"""Convert a workspace's export, a little of it in memory at a time.

    Parquet and CSV make a file for each table, DuckDB makes ``conversations.duckdb`` with all of
    them and the views ``metrics_*``, which define a report's figures, and NDJSON a file for each
    stream: its lines, byte for byte. Files get their names when they are whole. Rows have no order.

    The tables are those of ``TABLES`` whose stream the export holds; their columns, keys and
    joins are there. Names beside ids come from the streams of admins, teams and tags, and are
    ``NULL`` in an export without these. A value of an unforeseen shape is ``NULL`` in a typed
    column and never costs a row. Bytes that are no UTF-8 and halves of surrogate pairs are
    replaced, except in NDJSON. In CSV, timestamps are ISO 8601, and lists and JSON are JSON.

    Spreadsheets run a cell of CSV that begins with ``=``, ``+``, ``-`` or ``@``, in
    full-width forms too, or with a tab or a line break. Such text gets an apostrophe before it,
    and so does text that has apostrophes before that already. To have the text itself again, take
    one apostrophe away from what matches ``'+[-=+@\t\r\n\uff0b\uff0d\uff1d\uff20]``.

    Records too long for ``memory_limit``, by default those of more than some 32 MB where
    even one at a time takes more, are left out of the tables and named in what is returned.

    A process that is killed leaves a folder ``.convert-*`` among the outputs; the next conversion
    to there removes it.

    Example::

        from intercom_async.export.tables import convert

        made = convert("exported/8e8185e9", "tables", "parquet", overwrite=True)
        print(f"{made.rows['conversations']:,} conversations in {made.files[0]}")

    Args:
        folder: The workspace's folder of an export, ``OUT/<workspace>``.
        to: The folder to write to, created if it is missing; no symbolic link.
        format: The format.
        overwrite: Replace outputs that are there.
        raw: Let each record's whole JSON be a last column, ``raw``, of the table of a stream.
            NDJSON has it anyway.
        schema: Also make the schema of another, as views in the DuckDB file: ``"fivetran"``, the
            one that the dbt package ``dbt_intercom`` is made for, of the streams that the
            export holds.
        memory_limit: How much memory DuckDB may take, such as ``"512MB"``.

    Raises:
        ConfigurationError: No such format or schema, a schema in another format than DuckDB, the
            extra ``export`` is not installed (NDJSON needs
            none), ``memory_limit`` is no size or too small for any record, or the export
            is not finished.
        ExportCorrupted: A file of the export is not as it was written.
        ExportLocked: An export wrote to the folder meanwhile.
        FileExistsError: An output is there, and ``overwrite`` is false.
        OSError: A file cannot be read or written; it is named.
    """
    if format not in _WRITERS:
        raise ConfigurationError(f"format must be one of {', '.join(_WRITERS)}, not {format!r}")
    if schema is not None and (schema != SCHEMA or format != "duckdb"):
        raise ConfigurationError(
            f"schema must be {SCHEMA!r}, in the format duckdb, not {schema!r} in {format!r}"
        )
    folder, to = Path(folder), Path(to)
    sources = Sources.of(folder)
    outputs, write = _WRITERS[format]
    files = tuple(to / f"{name}.{format}" for name in outputs(sources))
    check_outputs(files, sources.all_files(), overwrite=overwrite)
    with staging(to) as staged:
        made = [staged / file.name for file in files]

        def write_within(longest: int | None) -> tuple[dict[str, int], set[str]]:
            for part in made:
                part.unlink(missing_ok=True)  # of a try before
            job = _Job(sources, raw, memory_limit, schema, longest)
            return write(job, made), job.left_out

        with unchanged(folder, sources):
            rows, left_out = within_memory(write_within)
        check_outputs(
            files, sources.all_files(), overwrite=overwrite
        )  # writing may have taken hours
        for part, file in zip(made, files, strict=True):
            publish(part, file)
    return Converted(rows, files, tuple(sorted(left_out)))


@contextmanager
def unchanged(folder: Path, sources: Sources) -> Iterator[None]:
    """Refuse an export that is not finished or changes meanwhile: it may hold an id twice."""
    before = _stamps(sources)
    status = read_status(folder)
    if status is not None and not status.finished:
        raise ConfigurationError(
            f"the export in {folder} is not finished: export again, then convert"
        )
    try:
        yield
    except (ExportCorrupted, OSError):
        if _stamps(Sources.of(folder)) == before:
            raise
    if _stamps(Sources.of(folder)) != before:
        raise ExportLocked(folder, None)


def _stamps(sources: Sources) -> list[tuple[Path, int, int, int]]:
    files = sources.all_files()
    stats = [file.stat() for file in files]
    return [(f, s.st_ino, s.st_size, s.st_mtime_ns) for f, s in zip(files, stats, strict=True)]


def _copy_tables(
    query: Callable[..., str], options: str, job: _Job, made: list[Path]
) -> dict[str, int]:
    with _engine(job, made) as engine:
        return {
            table: engine.count(
                table,
                f"COPY ({query(table, raw=job.raw)}) TO {literal(str(file))} ({options})",
                file,
            )
            for table, file in zip(job.sources.tables(), made, strict=True)
        }


def _write_duckdb(job: _Job, made: list[Path]) -> dict[str, int]:
    (file,) = made
    with _engine(job, made) as engine:
        engine.run(f"ATTACH {literal(str(file))} AS made", file)
        rows: dict[str, int] = {
            table: engine.count(
                table, f'CREATE TABLE made."{table}" AS {select(table, raw=job.raw)}', file
            )
            for table in job.sources.tables()
        }
        views = [_metrics()] if "conversations" in rows else []
        if job.schema is not None:
            views += fivetran_views(rows)
        for statement in ("USE made", *views, "USE memory"):
            engine.run(statement, file)
        engine.run("DETACH made", file)
    return rows


def _metrics() -> str:
    """Return the views in which a report's figures are defined, for whoever asks the tables."""
    return files("intercom_async").joinpath("report", "metrics.sql").read_text("utf-8")


def _write_ndjson(job: _Job, made: list[Path]) -> dict[str, int]:
    rows = dict.fromkeys(job.sources.files, 0)
    for (stream, sources), file in zip(job.sources.files.items(), made, strict=True):
        with named_errors(file), file.open("xb") as opened:
            for source in sources:
                for batch in batches(source, _BATCH):
                    lines = [line for _, line in batch.records()]
                    opened.write(b"\n".join([*lines, b""]))
                    rows[stream] += len(lines)
    return rows


def _engine(job: _Job, made: list[Path]) -> closing[Engine]:
    engine = Engine(job.sources, made[0].parent / "spill", job.memory_limit, job.longest)
    engine.left_out = job.left_out
    return closing(engine)


_WRITERS: Final[dict[str, tuple[Callable[[Sources], Iterable[str]], _Writer]]] = {
    "parquet": (Sources.tables, partial(_copy_tables, select, _PARQUET)),
    "csv": (Sources.tables, partial(_copy_tables, formula_safe, _CSV)),
    "duckdb": (lambda _: ("conversations",), _write_duckdb),
    "ndjson": (lambda sources: sources.files, _write_ndjson),
}
