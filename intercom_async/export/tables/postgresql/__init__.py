"""An export in tables of PostgreSQL.

ADBC, which ``pip install 'intercom-async[postgres]'`` installs, is imported when it is needed.
"""

from intercom_async.export.tables.postgresql.connection import DatabaseFailed
from intercom_async.export.tables.postgresql.load import Loaded, to_postgresql

__all__ = ["DatabaseFailed", "Loaded", "to_postgresql"]
