"""Results as tables to take along: what the pages show, and nothing more."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiun.kernel.tabular import OutputColumn, OutputSheet, OutputValue
from kiun.surveys.models import UNKNOWN, Item, ItemKind, Review, RoleGroup, Sheet, Survey
from kiun.surveys.queries.results import Group, Results, Share, Summary
from kiun.surveys.queries.results.sheets import answers_of
from kiun.surveys.queries.results.summaries import labels_of, said_lines
from kiun.surveys.queries.texts import text_items, text_places, texts_at
from kiun.surveys.results_wording import HIDDEN, rounded

PERCENT = "0.0"


def result_sheets(results: Results) -> list[OutputSheet]:
    return [_totals(results), _items(results), _departments(results), _texts(results.survey)]


def _totals(results: Results) -> OutputSheet:
    columns = [
        OutputColumn(_("No.")),
        OutputColumn(pgettext("survey", "Question")),
        OutputColumn(_("Row of the table")),
        OutputColumn(_("Answer")),
        OutputColumn(pgettext("survey", "People")),
        OutputColumn(_("Share (%)"), number_format=PERCENT),
        OutputColumn(pgettext("survey", "Note")),
    ]
    return OutputSheet(_("Totals"), columns, list(_total_rows(results)), title=str(results.survey))


def _total_rows(results: Results) -> Iterator[list[OutputValue]]:
    for number, item in _numbered(results):
        summary = results.summary(item)
        if summary.is_hidden:
            yield [number, item.said_text, "", "", None, None, str(HIDDEN)]
            continue
        for row in summary.rows:
            if row.unknown is None:
                yield [number, item.said_text, row.label, "", None, None, str(HIDDEN)]
            else:
                yield from _shares(number, item, row.label, (*row.shares, row.unknown), labels_of(item))
        if not summary.rows:
            labels = tuple(share.label for share in summary.shares)
            yield from _shares(number, item, "", (*summary.shares, summary.share_unknown), labels)
        yield [number, item.said_text, "", _("no answer or not asked"), summary.missing, None, ""]


def _shares(
    number: int, item: Item, row: str, shares: tuple[Share, ...], labels: tuple[str, ...]
) -> Iterator[list[OutputValue]]:
    for label, share in zip((*labels, _("I do not know")), shares, strict=True):
        yield [number, item.said_text, row, label, share.people, share.percent, ""]


def _items(results: Results) -> OutputSheet:
    columns = [
        OutputColumn(_("No.")),
        OutputColumn(pgettext("survey", "Short name")),
        OutputColumn(pgettext("survey", "Question")),
        OutputColumn(pgettext("survey", "Kind of answer")),
        OutputColumn(pgettext("survey", "Answered")),
        OutputColumn(_("I do not know")),
        OutputColumn(_("No answer or not asked")),
        OutputColumn(_("Mean")),
        OutputColumn(_("lowest"), group=_("With 95% certainty")),
        OutputColumn(_("highest"), group=_("With 95% certainty")),
        OutputColumn(_("Median")),
        OutputColumn(_("Lower quartile")),
        OutputColumn(_("Upper quartile")),
        OutputColumn(pgettext("survey", "Note")),
    ]
    rows = [_item_row(number, item, results.summary(item)) for number, item in _numbered(results)]
    return OutputSheet(pgettext("survey", "Questions"), columns, rows, title=str(results.survey))


def _item_row(number: int, item: Item, summary: Summary) -> list[OutputValue]:
    facts: list[OutputValue] = [number, item.key, item.said_text, str(ItemKind(item.kind).label)]
    if summary.is_hidden:
        return [*facts, *[None] * 9, str(HIDDEN)]
    mean, found = summary.mean, summary.quartiles
    has_reach = mean is not None and mean.people > 1
    return [
        *facts,
        summary.answered,
        summary.unknown,
        summary.missing,
        rounded(mean.mean) if mean else None,
        rounded(mean.low) if mean and has_reach else None,
        rounded(mean.high) if mean and has_reach else None,
        *((found.median, found.lower, found.upper) if found else (None, None, None)),
        "",
    ]


def _departments(results: Results) -> OutputSheet:
    columns = [
        OutputColumn(_("Department")),
        OutputColumn(pgettext("survey", "Level")),
        OutputColumn(_("Role group")),
        OutputColumn(pgettext("survey", "Answers")),
        OutputColumn(_("No.")),
        OutputColumn(pgettext("survey", "Question")),
        OutputColumn(_("Answer")),
        OutputColumn(pgettext("survey", "People")),
        OutputColumn(_("Share (%)"), number_format=PERCENT),
        OutputColumn(_("Mean")),
        OutputColumn(pgettext("survey", "Note")),
    ]
    return OutputSheet(
        pgettext("survey", "By department"), columns, list(_department_rows(results)), title=str(results.survey)
    )


def _department_rows(results: Results) -> Iterator[list[OutputValue]]:
    groups = [(_("whole"), 0, Group(role=role)) for role in results.roles]
    groups += [(place.name, place.depth + 1, Group(place.key)) for place in results.places]
    for name, level, group in groups:
        facts: list[OutputValue] = [name, level, str(RoleGroup(group.role).label) if group.role else ""]
        if not results.may_show(group):
            yield [*facts, None, None, "", "", None, None, None, str(HIDDEN)]
            continue
        for number, item in _numbered(results):
            if item.kind != ItemKind.MATRIX:
                yield from _group_rows([*facts, results.people(group), number], results.summary(item, group))


def _group_rows(facts: list[OutputValue], summary: Summary) -> Iterator[list[OutputValue]]:
    text = summary.item.said_text
    if summary.is_hidden:
        yield [*facts, text, "", None, None, None, str(HIDDEN)]
        return
    mean = rounded(summary.mean.mean) if summary.mean else None
    for share in summary.shares:
        yield [*facts, text, share.label, share.people, share.percent, mean, ""]
    unknown = summary.share_unknown
    yield [*facts, text, _("I do not know"), unknown.people, unknown.percent, None, ""]


def _numbered(results: Results) -> list[tuple[int, Item]]:
    return [(number, item) for number, item in enumerate(results.items, start=1) if not item.is_text]


def _texts(survey: Survey) -> OutputSheet:
    columns = [
        OutputColumn(pgettext("survey", "Question")),
        OutputColumn(_("Department")),
        OutputColumn(_("Text"), width=60),
    ]
    questions = {item.key: item.said_text for item in text_items(survey)}
    places = text_places(survey)
    rows: list[list[OutputValue]] = [
        [questions.get(row.item, ""), places[row.department_id or 0].name, row.shown]
        for row in texts_at(survey, places).filter(review=Review.SHOWN)
    ]
    return OutputSheet(_("Free texts (checked)"), columns, rows, title=str(survey))


def named_sheets(survey: Survey) -> OutputSheet:
    """One row for each sheet of a survey with names, and only of such a one."""
    assert not survey.is_anonymous, "single sheets of an anonymous survey are given to nobody"
    items = list(survey.questionnaire.items.select_related("section"))
    columns = [
        OutputColumn(_("Department")),
        OutputColumn(_("Name")),
        *(OutputColumn(item.said_text) for item in items),
    ]
    sheets = Sheet.objects.filter(survey=survey).select_related(
        "name__membership__user", "name__membership__department"
    )
    rows = [[*_who(sheet), *(_said(item, sheet.answers.get(item.key)) for item in items)] for sheet in sheets]
    rows.sort(key=lambda row: (str(row[0]), str(row[1])))
    return OutputSheet(_("Sheets"), columns, rows, title=str(survey))


def _who(sheet: Sheet) -> list[OutputValue]:
    name = getattr(sheet, "name", None)
    if name is None:
        return ["", _("without a name")]
    department = name.membership.department
    return [str(department) if department else "", str(name.membership)]


def _said(item: Item, value: object) -> OutputValue:
    """As the person saw it."""
    if value is None:
        return None
    if value == UNKNOWN:
        return _("I do not know")
    if isinstance(value, dict):
        rows = dict(zip(item.row_keys, said_lines(item.rows), strict=True))
        return "\n".join(f"{rows.get(row, row)}: {_said(item, answer)}" for row, answer in value.items())
    if item.kind in {ItemKind.NUMBER, ItemKind.DAY} or item.is_text:
        return str(value)
    if item.kind == ItemKind.SCALE:
        return int(str(value))
    labels = dict(zip(answers_of(item), labels_of(item), strict=True))
    chosen = value if isinstance(value, list) else [value]
    return " / ".join(labels.get(str(one), str(one)) for one in chosen)
