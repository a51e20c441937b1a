"""As whom staff answer: role group and grade, from their post."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kiun.municipality.models import Membership, Role
from kiun.surveys.models import Grade, RoleGroup

HEADS = {Role.EXECUTIVE, Role.HEAD}
# As not everybody answers: of fewer, no group would be left in which five have.
FEWEST_IN_A_ROLE_GROUP = 10
# The first that fits a title: 課長補佐 is no 課長.
GRADES = (
    (re.compile("補佐|係長|主幹|主査|班長|リーダー"), Grade.CHIEF),
    (re.compile("部長|局長|次長|理事|市長|町長|村長|知事|教育長|管理者|本部長"), Grade.DIRECTOR),
    (re.compile("課長|室長|所長|館長|園長|校長|事務長|参事"), Grade.SECTION),
)


def role_groups(posts: Sequence[Membership], *, office: int | None) -> Mapping[int, RoleGroup]:
    """By post. `office` is the department that promotes DX. If it is too small, its people answer as what they are
    besides, and too small a management as staff: hidden, either would take another group along, which could be worked
    out from what is left.
    """
    told = {post.pk: _role_group_of(post, office) for post in posts}
    sizes = Counter(told.values())
    if office is not None and sizes[RoleGroup.DX] < FEWEST_IN_A_ROLE_GROUP:
        return role_groups(posts, office=None)
    if sizes[RoleGroup.MANAGER] < FEWEST_IN_A_ROLE_GROUP:
        told |= {key: RoleGroup.STAFF for key, own in told.items() if own == RoleGroup.MANAGER}
    return told


def _role_group_of(post: Membership, office: int | None) -> RoleGroup:
    if office is not None and post.department_id == office:
        return RoleGroup.DX
    return RoleGroup.MANAGER if post.role in HEADS else RoleGroup.STAFF


def office_of(administrators: Iterable[Membership]) -> int | None:
    """The department of most of those who run Kiun; of equals, the one that has been there longest."""
    counts = Counter(post.department_id for post in administrators if post.department_id)
    return max(counts, key=lambda key: (counts[key], -key), default=None)


def grade_of(post: Membership) -> Grade:
    """Of a post without a title nothing better is known than what most are."""
    return next((grade for words, grade in GRADES if words.search(post.title)), Grade.STAFF)


def one_post_each(posts: Iterable[Membership]) -> list[Membership]:
    """The weightiest post of each person: a head who also serves elsewhere answers as a head."""
    chosen: dict[int, Membership] = {}
    for post in posts:
        other = chosen.setdefault(post.user_id, post)
        if _weight(post) > _weight(other):
            chosen[post.user_id] = post
    return list(chosen.values())


def _weight(post: Membership) -> tuple[bool, int]:
    return post.role in {*HEADS, Role.ADMIN}, -post.pk
