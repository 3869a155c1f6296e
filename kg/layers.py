"""The tables of a generation on disk: one file, or the file that it was amended from and beside it a small one with what differs.

``tables.sqlite`` of an amended generation holds the rows that came in, and by number the rows of ``base.sqlite`` that went; documents and bodies
it holds all. Both are read as one through views of the tables' names. Such a view is as fast as a table where it stands alone in its FROM, with
conditions of its own; where views are joined, SQLite writes them out first: a look-up in a subquery takes the place of a join.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from kg import tables
from kg.errors import BuildDamaged
from kg.store import link_or_copy
from kg.tables import Table

NAME, BASE = "tables.sqlite", "base.sqlite"
# Where what differs takes more than one in SHARE of what was amended, both are written as one file.
SHARE = 8
_WHOLE = (tables.DOCUMENTS, tables.AGENCIES)
_LAYERED = tuple(table for table in tables.TABLES if table not in _WHOLE)
_QUICK = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF"


def connect(folder: Path) -> sqlite3.Connection:
    """Open the tables of a generation for reading, from any thread; BuildDamaged where they are missing or cannot be read."""
    file = folder / NAME
    if not file.is_file():
        raise BuildDamaged(f"{file} 不见了：请重新运行 policykg ingest。")
    try:
        connection = sqlite3.connect(_readable(file), uri=True, check_same_thread=False)
        if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'counted'").fetchone():
            _overlay(connection, folder)
    except sqlite3.Error as error:
        raise BuildDamaged(f"{file} 已损坏（{error}）：请重新运行 policykg ingest。") from None
    return connection


def begin(before: Path, folder: Path, counts: Mapping[str, int]) -> sqlite3.Connection:
    """Open for writing the tables of a fresh folder, which begin as those of another generation with so many rows; that one stays as it is."""
    if not (before / BASE).is_file():
        link_or_copy(before / NAME, folder / BASE)
        _differ(folder, counts)
    elif (before / NAME).stat().st_size * SHARE > (before / BASE).stat().st_size:
        _merge(before, folder / BASE)
        _differ(folder, counts)
    else:
        link_or_copy(before / BASE, folder / BASE)
        shutil.copyfile(before / NAME, folder / NAME)
    connection = sqlite3.connect((folder / NAME).absolute().as_uri(), uri=True)
    connection.executescript(_QUICK)
    _overlay(connection, folder)
    return connection


def drop(connection: sqlite3.Connection, table: Table, column: str, value: str) -> None:
    """Take out the rows that have a value."""
    connection.execute(f'INSERT OR IGNORE INTO main."gone_{table.name}" SELECT rowid FROM base."{table.name}" WHERE "{column}" = ?', (value,))
    connection.execute(f'DELETE FROM main."{table.name}" WHERE "{column}" = ?', (value,))


def lift(connection: sqlite3.Connection, table: Table, column: str, value: str) -> None:
    """Bring the rows that have a value to where they can be changed, in their order."""
    rows = f'FROM base."{table.name}" WHERE "{column}" = ? AND rowid NOT IN (SELECT id FROM main."gone_{table.name}") ORDER BY rowid'
    connection.execute(f'INSERT INTO main."{table.name}" SELECT {_columns(table)} {rows}', (value,))
    connection.execute(f'INSERT INTO main."gone_{table.name}" SELECT rowid {rows}', (value,))


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table has that is being amended."""
    below = dict(connection.execute("SELECT name, rows FROM main.counted"))
    out = {}
    for table in tables.TABLES:
        gone = below[table.name] - _size(connection, f"gone_{table.name}") if table in _LAYERED else 0
        out[table.name] = gone + _size(connection, table.name)
    return out


def _size(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f'SELECT count(*) FROM main."{name}"').fetchone()[0])


def _readable(file: Path) -> str:
    return f"{file.absolute().as_uri()}?mode=ro&immutable=1"


def _columns(table: Table) -> str:
    return ", ".join(f'"{column}"' for column in table.columns)


def _overlay(connection: sqlite3.Connection, folder: Path) -> None:
    """Have the names of the tables stand for what was there and did not go, and for what came in; text order within a source stays that of rowid."""
    connection.execute("ATTACH ? AS base", (_readable(folder / BASE),))
    for table in _LAYERED:
        name, columns = table.name, f"rowid AS rowid, {_columns(table)}"
        kept = f'SELECT {columns} FROM base."{name}" WHERE rowid NOT IN (SELECT id FROM main."gone_{name}")'
        connection.execute(f'CREATE TEMP VIEW "{name}" AS {kept} UNION ALL SELECT {columns} FROM main."{name}"')


def _differ(folder: Path, counts: Mapping[str, int]) -> None:
    """Write the small file that says that nothing differs yet."""
    connection = tables.create(folder / NAME)
    connection.executescript("; ".join(f'CREATE TABLE "gone_{table.name}" (id INTEGER PRIMARY KEY)' for table in _LAYERED))
    connection.execute("CREATE TABLE counted (name TEXT, rows INTEGER)")
    connection.executemany("INSERT INTO counted VALUES (?, ?)", counts.items())
    _fill(connection, folder / BASE, _WHOLE)
    tables.finish(connection)


def _merge(before: Path, file: Path) -> None:
    """Write what was amended and what differs as one file."""
    shutil.copyfile(before / BASE, file)
    connection = sqlite3.connect(file.absolute().as_uri(), uri=True)
    connection.executescript(_QUICK)
    connection.execute("ATTACH ? AS other", (_readable(before / NAME),))
    for table in tables.TABLES:
        gone = "" if table in _WHOLE else f' WHERE rowid IN (SELECT id FROM other."gone_{table.name}")'
        connection.execute(f'DELETE FROM main."{table.name}"{gone}')
    connection.commit()
    connection.execute("DETACH other")
    _fill(connection, before / NAME, tables.TABLES)
    connection.close()


def _fill(connection: sqlite3.Connection, file: Path, chosen: Iterable[Table]) -> None:
    """Append the rows of another file's tables."""
    connection.commit()
    connection.execute("ATTACH ? AS other", (_readable(file),))
    for table in chosen:
        connection.execute(f'INSERT INTO main."{table.name}" SELECT {_columns(table)} FROM other."{table.name}" ORDER BY rowid')
    connection.commit()
    connection.execute("DETACH other")
