"""As whom staff answer: role group and grade, from their post."""

import re
from collections.abc import Iterable

from kiun.municipality.models import Membership, Role
from kiun.surveys.models import Grade, RoleGroup

ROLE_GROUPS = {
    Role.ADMIN: RoleGroup.DX,
    Role.EXECUTIVE: RoleGroup.MANAGER,
    Role.HEAD: RoleGroup.MANAGER,
    Role.MEMBER: RoleGroup.STAFF,
    Role.VIEWER: RoleGroup.STAFF,
}
# The first that fits a title: 課長補佐 is no 課長.
GRADES = (
    (re.compile("補佐|係長|主幹|主査|班長|リーダー"), Grade.CHIEF),
    (re.compile("部長|局長|次長|理事|市長|町長|村長|知事|教育長|管理者|本部長"), Grade.DIRECTOR),
    (re.compile("課長|室長|所長|館長|園長|校長|事務長|参事"), Grade.SECTION),
)


def role_group_of(post: Membership) -> RoleGroup:
    return ROLE_GROUPS[Role(post.role)]


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
    return role_group_of(post) != RoleGroup.STAFF, -post.pk
