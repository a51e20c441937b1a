"""Departments and people as a file names them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property

from django.db.models import Q

from kiun.goals.plan_files.wording import normal_name
from kiun.municipality.models import Department, Membership, Role
from kiun.municipality.queries import may_own_on

SIMILAR = 0.7
MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class Directory:
    departments: Sequence[Department]
    posts: Sequence[Membership]

    @cached_property
    def _by_name(self) -> Mapping[str, list[Department]]:
        """By name, by code, and by the names from the top (総務部市民課)."""
        found: dict[str, list[Department]] = {}
        names = {department.pk: department.name for department in self.departments}
        for department in self.departments:
            full = "".join(names.get(key, "") for key in department.ancestor_ids)
            for name in {normal_name(department.name), normal_name(department.code), normal_name(full)} - {""}:
                found.setdefault(name, []).append(department)
        return found

    @cached_property
    def _by_key(self) -> Mapping[int, Department]:
        return {department.pk: department for department in self.departments}

    def department(self, key: int) -> Department | None:
        return self._by_key.get(key)

    def department_named(self, name: str) -> Department | None:
        found = self._by_name.get(normal_name(name), [])
        return found[0] if len(found) == 1 else None

    def departments_like(self, name: str) -> list[Department]:
        """Those that a slip of the pen, an old name or a longer form may mean."""
        wanted = normal_name(name)
        exact = self._by_name.get(wanted, [])
        inside = [d for d in self.departments if (own := normal_name(d.name)) and (own in wanted or wanted in own)]
        close = get_close_matches(wanted, list(self._by_name), n=MOST_SUGGESTIONS, cutoff=SIMILAR)
        found = [*exact, *inside, *(department for key in close for department in self._by_name[key])]
        return list(dict.fromkeys(found))[:MOST_SUGGESTIONS]

    @cached_property
    def _posts_by_name(self) -> Mapping[str, list[Membership]]:
        found: dict[str, list[Membership]] = {}
        for post in self.posts:
            for name in {normal_name(post.user.name), normal_name(post.staff_number)} - {""}:
                found.setdefault(name, []).append(post)
        return found

    def posts_named(self, text: str) -> list[Membership]:
        """By staff number or name; 緑川 葵（012345） has both."""
        name, _bracket, number = text.replace("(", "（").replace(")", "）").partition("（")
        by_number = self._posts_by_name.get(normal_name(number), []) if number else []
        return by_number or self._posts_by_name.get(normal_name(name), [])

    def head_of(self, department: Department | None) -> Membership | None:
        """The head, or the head of the nearest department above."""
        for key in reversed(department.ancestor_ids) if department else ():
            for post in self.posts:
                if post.department_id == key and post.role == Role.HEAD:
                    return post
        return None

    @cached_property
    def first_admin(self) -> Membership | None:
        return next((post for post in self.posts if post.role == Role.ADMIN), None)


def directory(on: date) -> Directory:
    departments = Department.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    posts = Membership.objects.filter(may_own_on(on)).select_related("user", "department").order_by("pk")
    return Directory(list(departments), list(posts))
