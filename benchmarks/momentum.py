"""Momentum of a made-up town of 45,000 staff in 1,200 departments over 8 waves of 20 questions: how long it takes to
publish a wave (what may be shown is decided over the whole tree), and to show the mayor's page, cold and warm.

python benchmarks/momentum.py [--staff 45000] [--departments 1200] [--waves 8]
DATABASE_URL=postgres://… python benchmarks/momentum.py   on an empty PostgreSQL database
"""

import argparse
import random
import resource
import time
from datetime import date, timedelta

from plan_import import prepare_django

TODAY = date(2026, 11, 28)
PUBLISH_TARGET, COLD_TARGET, WARM_TARGET, MEMORY_TARGET = 5.0, 2.0, 0.1, 1024
RESPONSE, LEFT_OUT, BATCH = 0.72, 0.02, 2_000
FIRST_YEAR = 2024


def build(args):  # noqa: ANN001, ANN201 - the models are known only after Django is set up
    from django_scopes import scope

    from tests.factories import make_town

    town = make_town("kiunbench", "大都市（架空）")
    with scope(municipality=town):
        _staff(town, _departments(town, args.departments), args.staff)
    return town


def _staff(town, departments, staff):  # noqa: ANN001, ANN202
    from kiun.municipality.models import Membership, Role, User
    from kiun.municipality.services.departments import renumber_departments

    renumber_departments()
    users = User.objects.bulk_create(
        [User(username=f"m{n}", email=f"m{n}@example.com", name=f"職員 {n}", password="!") for n in range(staff)],
        batch_size=BATCH,
    )
    roles = [Role.ADMIN] * 20 + [Role.EXECUTIVE] * 20 + [Role.HEAD] * len(departments)
    titles = {Role.HEAD: "課長", Role.EXECUTIVE: "部長"}
    Membership.objects.bulk_create(
        [
            Membership(
                municipality=town,
                user=user,
                department=departments[n % len(departments)],
                role=(role := roles[n] if n < len(roles) else Role.MEMBER),
                title=titles.get(role, "係長" if n % 6 == 0 else ""),
                valid_from=date(2020, 4, 1),
            )
            for n, user in enumerate(users)
        ],
        batch_size=BATCH,
    )


def _departments(town, number):  # noqa: ANN001, ANN202
    """Twenty-four divisions; below each, departments; below those, sections, in which people serve."""
    from kiun.municipality.models import Department

    def made(names):  # noqa: ANN001, ANN202
        rows = Department.objects.bulk_create(
            [Department(municipality=town, name=name, parent=parent, order=n) for n, (name, parent) in enumerate(names)]
        )
        for row in rows:
            row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
        Department.objects.bulk_update(rows, ["path"], batch_size=BATCH)
        return rows

    tops = made([(f"第{n}局", None) for n in range(24)])
    middle = made([(f"第{n}部", tops[n % 24]) for n in range(number // 6)])
    rest = number - len(tops) - len(middle)
    return made([(f"第{n}課", middle[n % len(middle)]) for n in range(rest)])


def hold(town, number, rng):  # noqa: ANN001, ANN201
    """One wave from its opening to its sealed sheets; answers `publish_wave` is then given."""
    from kiun.momentum.models import Wave, WaveKind
    from kiun.momentum.services.waves import invited_to, items_of, prepare_survey
    from kiun.municipality.actors import system_actor
    from kiun.surveys.models import Audience, Ticket, UnmixedSheet
    from kiun.surveys.services import close_survey, open_survey

    day = TODAY - timedelta(days=91 * (8 - number))
    wave = Wave(
        municipality=town,
        fiscal_year=FIRST_YEAR + number // 4,
        quarter=number % 4 + 1,
        kind=WaveKind.BASELINE,
        opens_on=day,
        closes_on=day + timedelta(days=13),
    )
    wave.save()
    survey = prepare_survey(wave)
    survey = open_survey(actor=system_actor(town, on=day), survey=survey, invited=invited_to(wave, day))
    keys = [asked.key for asked in items_of(WaveKind.BASELINE, Audience.STAFF)]
    tickets = [one for one in Ticket.objects.filter(survey=survey) if rng.random() < RESPONSE]
    for start in range(0, len(tickets), BATCH):
        Ticket.objects.filter(pk__in=[one.pk for one in tickets[start : start + BATCH]]).update(is_used=True)
    UnmixedSheet.objects.bulk_create(
        [
            UnmixedSheet(
                municipality=town,
                survey=survey,
                payload={
                    "stratum": one.stratum_id,
                    "grade": one.grade,
                    "channel": "web",
                    "answers": {key: rng.randint(1, 5) for key in keys if rng.random() >= LEFT_OUT},
                    "pair": "",
                },
            )
            for one in tickets
        ],
        batch_size=BATCH,
    )
    close_survey(actor=system_actor(town, on=day), survey=survey)
    return Wave.objects.get(pk=wave.pk), len(tickets)


def timed(call):  # noqa: ANN001, ANN201
    begun = time.perf_counter()
    found = call()
    return found, time.perf_counter() - begun


def forget() -> None:
    """What a process keeps of results: the next page is as cold as the first after a start."""
    from kiun.momentum import measured
    from kiun.momentum.queries import course, results

    for module in (measured, course, results):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--staff", type=int, default=45_000)
    parser.add_argument("--departments", type=int, default=1_200)
    parser.add_argument("--waves", type=int, default=8)
    args = parser.parse_args()
    prepare_django()
    measure(args)


def measure(args) -> None:  # noqa: ANN001
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse
    from django_scopes import scope

    from kiun.momentum.services.publishing import publish_wave
    from kiun.municipality.models import Membership, Role

    rng = random.Random(1)
    town, seconds = timed(lambda: build(args))
    print(f"{args.staff:,} staff in {args.departments:,} departments made in {seconds:.0f} s")
    with scope(municipality=town):
        for number in range(args.waves):
            (wave, sheets), held = timed(lambda number=number: hold(town, number, rng))
            _row, published = timed(lambda wave=wave: publish_wave(wave))
            print(f"wave {number + 1}: {sheets:,} sheets; opened, answered, closed in {held:.1f} s; ", end="")
            print(f"published in {published:.2f} s (target {PUBLISH_TARGET})")
        mayor = Membership.objects.filter(role=Role.EXECUTIVE).select_related("user").first().user
    client = Client(SERVER_NAME="localhost")
    client.force_login(mayor)
    call_command("collectstatic", interactive=False, verbosity=0)
    page = reverse("momentum:home", args=(town.slug,))
    client.get(reverse("momentum:wave_list", args=(town.slug,)))
    cold = []
    for _try in range(3):
        forget()
        answer, seconds = timed(lambda: client.get(page))
        assert answer.status_code == 200, answer.status_code
        cold.append(seconds)
    warm = sorted(timed(lambda: client.get(page))[1] for _try in range(30))
    print(f"the mayor's page: cold {min(cold):.2f}–{max(cold):.2f} s (target {COLD_TARGET}), ", end="")
    print(f"warm p50 {warm[15] * 1000:.0f} ms, p95 {warm[28] * 1000:.0f} ms (target {WARM_TARGET * 1000:.0f})")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {memory} MB (target {MEMORY_TARGET})")


if __name__ == "__main__":
    main()
