"""Free texts: at which departments they may be read, and what has been checked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kiun.municipality.models import Department, Membership, Municipality
from kiun.surveys.grouping import LEAST_FOR_TEXTS, above, departments_for_texts
from kiun.surveys.models import FreeText, Item, Review, Sheet, Stratum, Survey
from kiun.surveys.models.questionnaires import TEXTS
from kiun.surveys.redaction import Known

WHOLE_TOWN = 0


@dataclass(frozen=True, kw_only=True)
class TextPlace:
    """`key` is WHOLE_TOWN with an empty name where texts are of no department; `answered` are at least ten."""

    key: int
    name: str
    answered: int


@dataclass(frozen=True, kw_only=True)
class TextCounts:
    waiting: int
    shown: int
    withheld: int

    @property
    def all(self) -> int:
        return self.waiting + self.shown + self.withheld


def paths_of_strata(survey: Survey) -> dict[int, str]:
    """By stratum, the path of the department at which its texts stand: at least ten were invited there."""
    sizes: Counter[str] = Counter()
    paths: dict[int, str] = {}
    for row in Stratum.objects.filter(survey=survey).select_related("department"):
        paths[row.pk] = row.department.path if row.department else ""
        sizes[paths[row.pk]] += row.size
    placed = departments_for_texts(sizes)
    return {stratum: placed.get(path, path) for stratum, path in paths.items()}


def text_places(survey: Survey) -> dict[int, TextPlace]:
    """By the department of a text (WHOLE_TOWN: none), where it is read once the survey is closed: with those of ten
    sheets at least. Departments that are too small go up the tree together; what is not here is read by nobody.
    """
    if not survey.is_closed:
        return {}
    answered = _answered_by_path(survey)
    placed = departments_for_texts(answered)
    together: Counter[str] = Counter()
    for path, count in answered.items():
        together[placed[path]] += count
    read_at = {**{place: place for place in placed.values()}, **placed}
    departments = {row.path: row for row in _departments(survey, set(read_at))}
    keys = {path: row.pk for path, row in departments.items()} | {"": WHOLE_TOWN}
    names = {path: row.name for path, row in departments.items()} | {"": ""}
    found = {path: _nearest(path, read_at) for path in keys}
    return {
        keys[path]: TextPlace(key=keys[place], name=names[place], answered=together[place])
        for path, place in found.items()
        if place is not None and together[place] >= LEAST_FOR_TEXTS
    }


def _departments(survey: Survey, paths: set[str]) -> QuerySet[Department]:
    """Those, and whichever texts were written for."""
    written = FreeText.objects.filter(survey=survey, department__isnull=False).values("department")
    return Department.objects.filter(Q(path__in=paths - {""}) | Q(pk__in=written))


def _nearest(path: str, read_at: Mapping[str, str]) -> str | None:
    """Sheets of a department of which few have answered are counted above it; so are its texts."""
    while path and path not in read_at:
        path = above(path)
    return read_at.get(path)


def _answered_by_path(survey: Survey) -> Counter[str]:
    paths = paths_of_strata(survey)
    sheets = Sheet.objects.filter(survey=survey).order_by().values("stratum").annotate(n=Count("pk"))
    answered: Counter[str] = Counter()
    for stratum, count in sheets.values_list("stratum", "n"):
        answered[paths[stratum] if stratum else ""] += count
    return answered


def texts_at(survey: Survey, places: Mapping[int, TextPlace], place: int | None = None) -> QuerySet[FreeText]:
    """Those that may be read at all; at one place."""
    wanted = [key for key, one in places.items() if place is None or one.key == place]
    here = Q(department__in=[key for key in wanted if key != WHOLE_TOWN])
    if WHOLE_TOWN in wanted:
        here |= Q(department__isnull=True)
    return FreeText.objects.filter(here, survey=survey).order_by("pk")


def count_texts(texts: QuerySet[FreeText]) -> TextCounts:
    return TextCounts(**texts.aggregate(**{one.value: Count("pk", filter=Q(review=one)) for one in Review}))


def text_items(survey: Survey) -> list[Item]:
    return list(survey.questionnaire.items.filter(kind__in=TEXTS))


def known_of(town: Municipality) -> Known:
    """Whoever has or had a post, and what departments are called."""
    posts = Membership.objects.order_by("pk")
    return Known(
        town=town.name,
        names=tuple(posts.values_list("user__name", flat=True).distinct().order_by("user__name")),
        numbers=tuple(posts.exclude(staff_number="").values_list("staff_number", flat=True)),
        departments=tuple(Department.objects.order_by("pk").values_list("name", flat=True)),
    )
