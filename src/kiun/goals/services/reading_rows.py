"""Many readings written in few statements.

A large plan has 80,000 of them. `bulk_create` prepares every field of every row anew and takes three times as long;
here what repeats (town, person, file, days) is prepared once. The result is the same, conflicts included.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connections, router
from django.db.models.constants import OnConflict
from django.utils import timezone

from kiun.goals.models import Measurement

ROWS_OF_A_STATEMENT = 500
WORTH_A_COPY = 2_000  # from here on PostgreSQL's COPY repays the table it needs
UNIQUE = ("series", "on")
# What differs from row to row too often to be worth remembering.
ALWAYS_NEW = frozenset({"value", "provenance", "series"})

Row = list[Any]


def write_rows(rows: Sequence[dict[str, Any]]) -> None:
    """`rows`: field → value; keys of foreign keys by their column name (series_id). A reading of the same day is
    replaced. The caller has checked that every row belongs to the active town.
    """
    connection = connections[router.db_for_write(Measurement)]
    fields = [field for field in Measurement._meta.concrete_fields if not field.primary_key]
    updated = [field for field in fields if field.name not in {*UNIQUE, "municipality"}]
    conflict = connection.ops.on_conflict_suffix_sql(
        fields,
        OnConflict.UPDATE,
        [field.column for field in updated],
        [field.column for field in fields if field.name in UNIQUE],
    )
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    prepared = _prepared(rows, fields, connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= WORTH_A_COPY:
            _copy(cursor, columns, prepared, conflict)
        else:
            _insert(cursor, columns, prepared, conflict)


# Only names of the model are put into these statements; values travel as parameters.


def _insert(cursor: Any, columns: str, rows: Iterator[Row], conflict: str) -> None:
    while batch := list(islice(rows, ROWS_OF_A_STATEMENT)):
        places = ", ".join([f"({', '.join(['%s'] * len(batch[0]))})"] * len(batch))
        statement = f"INSERT INTO {_TABLE} ({columns}) VALUES {places} {conflict}"  # noqa: S608
        cursor.execute(statement, [value for row in batch for value in row])


def _copy(cursor: Any, columns: str, rows: Iterator[Row], conflict: str) -> None:
    cursor.execute(f"CREATE TEMPORARY TABLE incoming_readings (LIKE {_TABLE}) ON COMMIT DROP")
    cursor.execute("ALTER TABLE incoming_readings ALTER COLUMN id DROP NOT NULL")
    with cursor.copy(f"COPY incoming_readings ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    select = f"SELECT {columns} FROM incoming_readings"  # noqa: S608
    cursor.execute(f"INSERT INTO {_TABLE} ({columns}) {select} {conflict}")
    cursor.execute("DROP TABLE incoming_readings")


_TABLE = f'"{Measurement._meta.db_table}"'


def _prepared(rows: Sequence[dict[str, Any]], fields: Sequence[Any], connection: Any) -> Iterator[Row]:
    now = timezone.now()
    steps = [(field.attname, _preparation(field, connection)) for field in fields]
    for row in rows:
        full = {"entered_at": now, **row}
        yield [prepare(full[name]) for name, prepare in steps]


def _preparation(field: Any, connection: Any) -> Callable[[Any], Any]:
    def prepare(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return prepare if field.name in ALWAYS_NEW else lru_cache(maxsize=10_000)(prepare)
