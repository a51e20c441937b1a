"""A column of an uploaded table: read by period, previewed, taken whole, and found again in the next file."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from kiun.activity.models import AuditEntry
from kiun.goals.models import Indicator, Measurement, SourceFile
from kiun.goals.queries.source_files import Effect, FilePreview, file_previews, visible_source_files
from kiun.goals.services import Reading, record_measurement, remove_measurement
from kiun.goals.services.source_files import (
    add_source_file,
    choose_column,
    discard_source_file,
    forget_unconfirmed_files,
    leave_out,
    take_source_file,
)
from kiun.goals.source_files import Aggregation, ColumnChoice, digest_of, open_file, read_column, tables_of
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.kernel.tabular import OutputColumn, OutputSheet, write_csv, write_workbook
from kiun.municipality.actors import Actor
from kiun.municipality.models import Municipality, Role
from tests.factories import make_actor, make_department, make_goal, make_indicator, make_plan, make_town

TODAY = date(2026, 11, 23)
ROWS: list[list[Any]] = [
    [date(2026, 8, 5), "窓口", 10],
    [date(2026, 8, 20), "電子", 30],
    [date(2026, 9, 1), "電子", 50],
    [date(2026, 9, 30), "窓口", 7],
    [date(2026, 11, 2), "電子", 99],
]


def workbook(
    rows: Sequence[Sequence[Any]] = ROWS, headers: Sequence[str] = ("受付日", "経路", "件数"), **sheet: Any
) -> bytes:
    columns = [OutputColumn(header) for header in headers]
    return write_workbook([OutputSheet(name="受付", columns=columns, rows=rows, **sheet)])


def choice(how: Aggregation = Aggregation.SUM, **fields: str) -> ColumnChoice:
    return ColumnChoice(**{"sheet": "受付", "date": "受付日", "value": "件数", **fields}, how=how)


def read(content: bytes, chosen: ColumnChoice, **options: Any) -> dict[str, Decimal | None]:
    name = "x.xlsx" if content.startswith(b"PK") else "x.csv"
    found = read_column(open_file(content, name), chosen, **{"cadence": "monthly", "today": TODAY, **options})
    assert found.problems == ()
    return {value.on.isoformat(): value.value for value in found.values}


class TestReading:
    @pytest.mark.parametrize(
        ("how", "expected"),
        [
            (Aggregation.SUM, {"2026-08-31": 40, "2026-09-30": 57}),
            (Aggregation.COUNT, {"2026-08-31": 2, "2026-09-30": 2}),
            (Aggregation.MEAN, {"2026-08-31": 20, "2026-09-30": Decimal("28.5")}),
            (Aggregation.LAST, {"2026-08-31": 30, "2026-09-30": 7}),
            (
                Aggregation.EACH,
                {"2026-08-05": 10, "2026-08-20": 30, "2026-09-01": 50, "2026-09-30": 7, "2026-11-02": 99},
            ),
        ],
    )
    def test_rows_become_values(self, how: Aggregation, expected: dict[str, Any]) -> None:
        assert read(workbook(), choice(how)) == expected

    def test_only_some_rows(self) -> None:
        only = choice(Aggregation.SUM, only_where="経路", equals="電子")
        assert read(workbook(), only) == {"2026-08-31": 30, "2026-09-30": 50}

    def test_periods_are_those_of_the_indicator(self) -> None:
        assert read(workbook(), choice(), cadence="quarterly") == {"2026-09-30": 97}
        assert read(workbook(), choice(), cadence="yearly") == {}

    def test_a_period_that_is_not_over_is_left(self) -> None:
        found = read_column(open_file(workbook(), "x.xlsx"), choice(), cadence="monthly", today=TODAY)
        assert found.unfinished == 1

    def test_cells_are_named(self) -> None:
        found = read_column(open_file(workbook(), "x.xlsx"), choice(), cadence="monthly", today=TODAY)
        assert [(value.period.key, value.cells) for value in found.values] == [
            ("2026-08", ("C2", "C3")), ("2026-09", ("C4", "C5")),
        ]  # fmt: skip

    def test_japanese_months_titles_totals_and_notes(self) -> None:
        rows = [["令和8年8月", "１，２００件"], ["令和8年9月", "－"], ["合計", "1,200"], ["※ 速報値", None]]
        content = workbook(rows, ("年月", "件数"), title="オンライン申請の件数")
        chosen = ColumnChoice(sheet="受付", date="年月", value="件数")
        assert read(content, chosen, unit="件") == {"2026-08-31": 1200, "2026-09-30": None}

    def test_a_file_of_another_encoding(self) -> None:
        content = "受付日,件数\r\n2026-08-05,10\r\n".encode("cp932")
        found = read_column(open_file(content, "x.csv"), choice(sheet="x"), cadence="monthly", today=TODAY)
        assert [(v.on, v.value) for v in found.values] == [(date(2026, 8, 31), 10)]

    @pytest.mark.parametrize(
        ("row", "cell"),
        [
            (["いつか", "窓口", 1], "A2"),
            ([date(2026, 8, 5), "窓口", "多数"], "C2"),
            ([date(2026, 8, 5), "窓口", "5円"], "C2"),
            ([date(2026, 8, 5), "窓口", "99999999999999999999兆"], "C2"),
            ([date(2026, 8, 5), "窓口", 1e300], "C2"),
        ],
    )
    def test_what_cannot_be_read_is_said_at_the_cell(self, row: list[Any], cell: str) -> None:
        found = read_column(open_file(workbook([row]), "x.xlsx"), choice(), cadence="monthly", unit="件", today=TODAY)
        assert [(problem.sheet, problem.cell) for problem in found.problems] == [("受付", cell)]
        assert found.values == ()

    def test_two_rows_of_a_day_need_a_way_to_put_them_together(self) -> None:
        rows = [[date(2026, 8, 5), "a", 1], [date(2026, 8, 5), "b", 2]]
        found = read_column(
            open_file(workbook(rows), "x.xlsx"), choice(Aggregation.EACH), cadence="monthly", today=TODAY
        )
        assert [problem.cell for problem in found.problems] == ["C3"]

    def test_columns_that_are_not_there_are_named(self) -> None:
        with pytest.raises(DomainError) as error:
            read(workbook(), choice(value="人数"))
        assert "人数" in error.value.message

    @given(st.lists(st.tuples(st.dates(date(2025, 4, 1), TODAY), st.integers(-(10**6), 10**6)), max_size=30))
    def test_sums_add_up_to_what_the_rows_hold(self, rows: list[tuple[date, int]]) -> None:
        content = write_csv(
            OutputSheet(
                name="x", columns=[OutputColumn("受付日"), OutputColumn("件数")], rows=[["2025-03-31", 0], *rows]
            )
        )
        total = sum(number for day, number in rows if day < date(2026, 11, 1))
        assert sum(value or 0 for value in read(content, choice(), cadence="monthly").values()) == total


@pytest.fixture
def town(db: None) -> Iterator[Municipality]:
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def admin(town: Municipality) -> Actor:
    return make_actor(town)


@pytest.fixture
def indicator(town: Municipality, admin: Actor) -> Indicator:
    return make_indicator(
        make_goal(make_plan(town)), "申請件数", owner=admin.membership, cadence="monthly", terms={"unit": "件"}
    )


def upload(actor: Actor, content: bytes | None = None, name: str = "受付.xlsx") -> SourceFile:
    return add_source_file(actor=actor, name=name, content=workbook() if content is None else content)


def chosen_file(actor: Actor, indicator: Indicator, how: Aggregation = Aggregation.SUM) -> SourceFile:
    file = upload(actor)
    choose_column(actor=actor, file=file, indicator=indicator, choice=choice(how))
    file.refresh_from_db()
    return file


def values(indicator: Indicator) -> dict[str, Decimal | None]:
    rows = Measurement.objects.filter(series__indicator=indicator).order_by("on")
    return {row.on.isoformat(): row.value for row in rows}


def effects(preview: FilePreview) -> dict[str, str]:
    return {row.found.on.isoformat(): row.effect for row in preview.rows}


def test_nothing_is_stored_before_it_is_confirmed(admin: Actor, indicator: Indicator) -> None:
    file = chosen_file(admin, indicator)
    preview = file_previews(admin, file)[0]
    assert effects(preview) == {"2026-08-31": Effect.NEW, "2026-09-30": Effect.NEW}
    assert (preview.new, preview.news, preview.reading.unfinished) == (2, 2, 1)
    assert values(indicator) == {}
    indicator.refresh_from_db()
    assert indicator.source == "manual"


def test_what_was_confirmed_is_taken_with_its_provenance(admin: Actor, indicator: Indicator) -> None:
    taken = take_source_file(actor=admin, file=chosen_file(admin, indicator))
    assert values(indicator) == {"2026-08-31": 40, "2026-09-30": 57}
    reading = Measurement.objects.get(on="2026-09-30")
    assert (reading.source, reading.entered_by) == ("file", admin.membership)
    provenance = reading.provenance
    assert len(provenance.pop("digest")) == 64
    assert provenance == {
        "file": "受付.xlsx", "sheet": "受付", "cells": ["C4", "C5"], "rows": 2, "how": "sum", "period": "2026-09",
    }  # fmt: skip
    assert (taken.result, bytes(taken.content)) == ({"indicators": 1, "values": 2}, b"")
    entry = AuditEntry.objects.get(verb="measured")
    assert "受付.xlsx" in entry.reason
    indicator.refresh_from_db()
    assert (indicator.source, ColumnChoice.from_settings(indicator.source_settings)) == ("file", choice())


def test_the_digest_is_that_of_the_file(admin: Actor, indicator: Indicator) -> None:
    content = workbook()
    file = upload(admin, content)
    assert file.digest == digest_of(content)


def test_the_next_file_of_the_same_shape_is_understood_by_itself(admin: Actor, indicator: Indicator) -> None:
    take_source_file(actor=admin, file=chosen_file(admin, indicator))
    # Columns in another order, one more of them, a corrected September and a new October.
    rows = [["a", 57, date(2026, 9, 1), "x"], ["a", 3, date(2026, 9, 2), "x"], ["a", 61, date(2026, 10, 9), "x"]]
    file = upload(admin, workbook(rows, ("経路", "件数", "受付日", "備考")), "受付10月.xlsx")
    assert list(file.choices) == [str(indicator.pk)]
    preview = file_previews(admin, file)[0]
    assert effects(preview) == {"2026-09-30": Effect.CHANGED, "2026-10-31": Effect.NEW}
    take_source_file(actor=admin, file=file)
    assert values(indicator) == {"2026-08-31": 40, "2026-09-30": 60, "2026-10-31": 61}


def test_the_same_file_again_changes_nothing(admin: Actor, indicator: Indicator) -> None:
    take_source_file(actor=admin, file=chosen_file(admin, indicator))
    measured = AuditEntry.objects.filter(verb="measured").count()
    again = upload(admin)
    assert set(effects(file_previews(admin, again)[0]).values()) == {Effect.SAME}
    take_source_file(actor=admin, file=again)
    assert AuditEntry.objects.filter(verb="measured").count() == measured


def test_a_file_of_another_shape_is_not_taken_for_the_same(admin: Actor, indicator: Indicator) -> None:
    take_source_file(actor=admin, file=chosen_file(admin, indicator))
    assert upload(admin, workbook([[date(2026, 10, 1), 1]], ("受付日", "人数"))).choices == {}


def test_the_word_of_a_person_stands(admin: Actor, indicator: Indicator) -> None:
    series = indicator.series.get()
    by_hand = Reading(series=series, on=date(2026, 8, 15), value=Decimal(41))
    record_measurement(actor=admin, reading=by_hand)
    file = chosen_file(admin, indicator)
    preview = file_previews(admin, file)[0]
    assert effects(preview) == {"2026-08-31": Effect.KEPT, "2026-09-30": Effect.NEW}
    assert preview.rows[0].before == 41
    take_source_file(actor=admin, file=file)
    assert values(indicator) == {"2026-08-15": 41, "2026-09-30": 57}


def test_a_value_that_a_person_removed_stays_away(admin: Actor, indicator: Indicator) -> None:
    take_source_file(actor=admin, file=chosen_file(admin, indicator))
    measurement = Measurement.objects.select_related("series__indicator").get(on="2026-09-30")
    remove_measurement(actor=admin, measurement=measurement, reason="誤り")
    take_source_file(actor=admin, file=upload(admin))
    assert values(indicator) == {"2026-08-31": 40}


def test_all_indicators_or_none(town: Municipality, admin: Actor, indicator: Indicator) -> None:
    other = make_indicator(indicator.goal, "金額", owner=admin.membership, cadence="monthly", terms={"unit": "円"})
    rows = [[date(2026, 8, 5), 10, "多数"]]
    file = upload(admin, workbook(rows, ("受付日", "件数", "金額")))
    choose_column(actor=admin, file=file, indicator=indicator, choice=choice())
    choose_column(actor=admin, file=file, indicator=other, choice=choice(value="金額"))
    with pytest.raises(DomainError) as error:
        take_source_file(actor=admin, file=file)
    assert "C2" in error.value.message
    assert values(indicator) == {}
    leave_out(actor=admin, file=file, indicator=other)
    take_source_file(actor=admin, file=file)
    assert (values(indicator), values(other)) == ({"2026-08-31": 10}, {})


def test_a_file_is_taken_once(admin: Actor, indicator: Indicator) -> None:
    file = chosen_file(admin, indicator)
    take_source_file(actor=admin, file=file)
    with pytest.raises(DomainError):
        take_source_file(actor=admin, file=file)


def test_a_file_without_a_choice_is_not_taken(admin: Actor, indicator: Indicator) -> None:
    with pytest.raises(DomainError):
        take_source_file(actor=admin, file=upload(admin))


def test_columns_that_are_not_there_cannot_be_chosen(admin: Actor, indicator: Indicator) -> None:
    with pytest.raises(DomainError) as error:
        choose_column(actor=admin, file=upload(admin), indicator=indicator, choice=choice(value="人数"))
    assert error.value.field == "date"


def test_whoever_owns_nothing_uploads_nothing(town: Municipality, indicator: Indicator) -> None:
    with pytest.raises(NotAllowedError):
        upload(make_actor(town, Role.MEMBER))


def test_an_owner_takes_values_for_the_own_indicator_only(town: Municipality, indicator: Indicator) -> None:
    owner = make_actor(town, Role.MEMBER, make_department(town))
    own = make_indicator(indicator.goal, "自分の指標", owner=owner.membership, cadence="monthly", terms={"unit": "件"})
    file = upload(owner)
    choose_column(actor=owner, file=file, indicator=own, choice=choice())
    with pytest.raises(NotAllowedError):
        choose_column(actor=owner, file=file, indicator=indicator, choice=choice())
    take_source_file(actor=owner, file=file)
    assert (len(values(own)), values(indicator)) == (2, {})


def test_uploads_are_seen_by_the_dx_office_and_their_owner(
    town: Municipality, admin: Actor, indicator: Indicator
) -> None:
    owner = make_actor(town, Role.MEMBER)
    make_indicator(indicator.goal, owner=owner.membership)
    mine, theirs = upload(owner), upload(admin)
    assert set(visible_source_files(owner)) == {mine}
    assert set(visible_source_files(admin)) == {mine, theirs}


def test_what_nobody_confirms_is_forgotten(admin: Actor, indicator: Indicator) -> None:
    take_source_file(actor=admin, file=chosen_file(admin, indicator))
    upload(admin)
    SourceFile.objects.update(uploaded_at=timezone.now() - timedelta(days=8))
    fresh = upload(admin)
    assert forget_unconfirmed_files() == 1
    assert SourceFile.objects.filter(taken_at__isnull=True).get() == fresh
    discard_source_file(file=fresh)
    assert SourceFile.objects.filter(taken_at__isnull=True).count() == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00\x01\x02"])
def test_what_is_no_table_is_refused_in_a_sentence(admin: Actor, indicator: Indicator, content: bytes) -> None:
    with pytest.raises(DomainError):
        upload(admin, content)
    assert SourceFile.objects.count() == 0


def test_a_file_that_is_too_large_is_refused(admin: Actor, indicator: Indicator, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    with pytest.raises(DomainError) as error:
        upload(admin)
    assert error.value.field == "file"


def test_sheets_are_offered_with_their_columns() -> None:
    tables = tables_of(open_file(workbook(), "x.xlsx"))
    assert [column.header for column in tables[0].columns] == ["受付日", "経路", "件数"]


def test_a_deputy_takes_values_without_changing_where_they_come_from(town: Municipality, indicator: Indicator) -> None:
    deputy = make_actor(town, Role.MEMBER, make_department(town))
    indicator.deputy = deputy.membership
    indicator.save()
    file = upload(deputy)
    choose_column(actor=deputy, file=file, indicator=indicator, choice=choice())
    take_source_file(actor=deputy, file=file)
    indicator.refresh_from_db()
    assert (len(values(indicator)), indicator.source) == (2, "manual")
