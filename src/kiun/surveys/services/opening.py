"""A survey opens: its questionnaire is locked, those invited get tickets, in groups that give nobody away."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Department, Membership, Role
from kiun.municipality.queries import posts_on
from kiun.surveys.answering import problem_of
from kiun.surveys.grouping import LEAST_FOR_TEXTS, WHOLE, Group, placing_of
from kiun.surveys.models import Audience, Questionnaire, Stratum, Survey, SurveyState, Ticket
from kiun.surveys.standing import grade_of, office_of, one_post_each, role_groups

# Below this, what all together say comes too near to what somebody said.
LEAST_INVITED = LEAST_FOR_TEXTS
BATCH = 1000


@transaction.atomic
def open_survey(*, actor: Actor, survey: Survey, invited: Iterable[Membership] = ()) -> Survey:
    """`invited`: posts of staff, one for each person is taken. From here on nothing about how it asks can change."""
    require(actor, "surveys.open_survey", survey)
    stored = Survey.objects.select_for_update().select_related("questionnaire").get(pk=survey.pk)
    if not stored.is_draft:
        raise DomainError(_("This survey has been opened already."))
    # Locked first: whoever is writing in it is waited for, and then checked.
    Questionnaire.objects.filter(pk=stored.questionnaire_id).update(is_locked=True)
    _check_questions(stored.questionnaire)
    posts = one_post_each(invited)
    if stored.is_anonymous and (posts or _needs_people(stored)) and len(posts) < LEAST_INVITED:
        raise DomainError(_("Invite at least %(n)s people: of fewer, answers could be guessed.") % {"n": LEAST_INVITED})
    _give_tickets(stored, posts, actor.on)
    stored.state = SurveyState.OPEN.value
    stored.save(update_fields=["state"])
    record(actor, change_of(stored, Verb.CHANGED, {"state": SurveyState.DRAFT.value}))
    return stored


def _needs_people(survey: Survey) -> bool:
    """By the address for everybody, or with cards, which residents get once it is open, it needs nobody by name."""
    return not survey.has_open_link and survey.audience != Audience.RESIDENTS


def _check_questions(questionnaire: Questionnaire) -> None:
    items = list(questionnaire.items.select_related("section"))
    if not items:
        raise DomainError(_("The questionnaire has no questions yet."))
    for place, item in enumerate(items):
        if problem := problem_of(item, items[:place]):
            raise DomainError(problem)


def _give_tickets(survey: Survey, posts: Sequence[Membership], on: date) -> None:
    is_staff = survey.audience == Audience.STAFF
    groups = _placed(_groups_of_staff(posts, on) if is_staff else dict.fromkeys(posts, WHOLE))
    grades = _placed({post: Group("", grade_of(post)) if is_staff else WHOLE for post in posts})
    strata = _make_strata(survey, Counter(groups.values()))
    Ticket.objects.bulk_create(
        [
            Ticket(
                municipality=survey.municipality,
                survey=survey,
                membership=post,
                stratum=strata[groups[post.pk]],
                grade=grades[post.pk].role_group,
            )
            for post in posts
        ],
        batch_size=BATCH,
    )


def _groups_of_staff(posts: Sequence[Membership], on: date) -> dict[Membership, Group]:
    roles = role_groups(posts, office=office_of(Membership.objects.filter(posts_on(on), role=Role.ADMIN)))
    return {post: Group(post.department.path if post.department else "", roles[post.pk]) for post in posts}


def _placed(kinds: Mapping[Membership, Group]) -> dict[int, Group]:
    """By post, where it is counted. Who keeps others company at the top is drawn by lot, the same people from survey to
    survey: if they changed, two surveys side by side would tell about those few. The lot is no secret: what may be
    shown is decided for readers who know where everybody is counted.
    """
    placing = placing_of(Counter(kinds.values()))
    alike: dict[Group, list[Membership]] = defaultdict(list)
    for post in sorted(kinds, key=_lot):
        alike[kinds[post]].append(post)
    found = {post.pk: placing.place[kind] for post, kind in kinds.items()}
    for (kind, top), number in sorted(placing.company.items()):
        chosen, alike[kind] = alike[kind][:number], alike[kind][number:]
        found |= {post.pk: top for post in chosen}
    return found


def _lot(post: Membership) -> bytes:
    return sha256(f"kiun.surveys.company {post.user_id}".encode()).digest()


def _make_strata(survey: Survey, sizes: Counter[Group]) -> dict[Group, Stratum]:
    departments = {row.path: row for row in Department.objects.filter(path__in={group.path for group in sizes})}
    ordered = sorted(sizes)
    rows = [
        Stratum(
            municipality=survey.municipality,
            survey=survey,
            department=departments.get(group.path),
            role_group=group.role_group,
            size=sizes[group],
        )
        for group in ordered
    ]
    return dict(zip(ordered, Stratum.objects.bulk_create(rows), strict=True))
