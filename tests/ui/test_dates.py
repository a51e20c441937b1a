from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils.translation import override

from kiun.kernel.fiscal_year import FiscalYear

DAY = date(2026, 11, 23)


def shown(source, language, **context):
    with override(language):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "japanese", "english"),
    [
        ("{{ day|wareki }}", "令和8年11月23日", "23 November 2026"),
        ("{{ day|wareki_short }}", "R8.11.23", "2026-11-23"),
        ("{{ day|fiscal_year }}", "令和8年度", "FY2026"),
        ("{{ new_year|fiscal_year }}", "令和8年度", "FY2026"),
        ("{{ 2019|fiscal_year }}", "令和元年度", "FY2019"),
        ("{{ year|fiscal_year }}", "令和7年度", "FY2025"),
        ("{{ nothing|wareki }}", "", ""),
    ],
)
def test_days_in_both_languages(source, japanese, english):
    context = {"day": DAY, "new_year": date(2027, 1, 1), "year": FiscalYear(2025), "nothing": None}
    assert shown(source, "ja", **context) == japanese
    assert shown(source, "en", **context) == english


def test_a_moment_is_told_in_local_time_to_people_and_machines():
    moment = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
    assert shown("{% when moment %}", "ja", moment=moment) == (
        '<time datetime="2026-11-23T08:05+09:00">令和8年11月23日 8:05</time>'
    )
    assert shown("{% when day %}", "ja", day=DAY) == '<time datetime="2026-11-23">令和8年11月23日</time>'
