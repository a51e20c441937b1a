import hashlib
import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scope

from kiun.goals.models import Plan
from kiun.goals.plan_files import Choices, RowProblem, read_plan
from kiun.goals.services.plan_import import (
    DepartmentQuestion,
    Provenance,
    Review,
    counts_of,
    import_reading,
    review_reading,
)
from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import read_workbook
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Municipality

PROBLEMS = 1
MARKS = {"error": "✗", "warning": "△"}


class Command(KiunCommand):
    help = gettext_lazy("Bring a plan workbook (.xlsx, .xls, .csv) into a municipality's plan, all of it or nothing")
    example = (
        "kiun import-plan 計画.xlsx --town hinata --dry-run\n"
        "kiun import-plan 計画.xlsx --town 990019 --plan デジタル変革推進計画 --json"
    )
    exit_codes = gettext_lazy(
        "0 done, 1 not done (the cells to be mended are printed), 2 the command was not understood"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("the workbook"))
        parser.add_argument("--town", required=True, help=_("municipality code or address (slug)"))
        parser.add_argument(
            "--plan",
            default="",
            help=_("name of the plan; one of this name is brought up to date, otherwise it is made"),
        )
        parser.add_argument("--public", action="store_true", help=_("show a new plan to residents as well"))
        parser.add_argument("--dry-run", action="store_true", help=_("only say what would change"))
        parser.add_argument("--json", action="store_true", help=_("print the result as JSON"))

    def handle(self, *, file: Path, town: str, plan: str, dry_run: bool, **options: Any) -> None:
        choices = Choices(name=plan, is_public=options["public"])
        content = _content(file)
        municipality = _town(town)
        with scope(municipality=municipality):
            review = self._import(municipality, file.name, content, choices, dry_run=dry_run)
        self._tell(review, applied=not dry_run and not review.difference.errors, as_json=options["json"])
        if review.difference.errors:
            raise SystemExit(PROBLEMS)

    def _import(self, town: Municipality, name: str, content: bytes, choices: Choices, *, dry_run: bool) -> Review:
        actor = system_actor(town, on=timezone.localdate(), via="command")
        reading = read_plan(read_workbook(content, name=name), choices, actor.on)
        target = (
            Plan.objects.filter(name=choices.name or reading.document.facts.name).order_by("-first_year", "-pk").first()
        )
        review = review_reading(actor, reading, choices, target)
        if not dry_run and not review.difference.errors:
            provenance = Provenance(name, hashlib.sha256(content).hexdigest())
            import_reading(actor=actor, reading=reading, choices=choices, plan=target, provenance=provenance)
        return review

    def _tell(self, review: Review, *, applied: bool, as_json: bool) -> None:
        difference = review.difference
        if as_json:
            told = {
                "applied": applied,
                "plan": review.contents.plan.name if review.contents.plan else review.facts.name,
                **counts_of(difference),
                "departments": {question.name: question.choice for question in difference.departments},
                "problems": [_as_json(problem) for problem in difference.problems],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for problem in difference.problems:
            self.stdout.write(f"{MARKS[problem.severity]} {problem.where}: {problem.what} {problem.how}".rstrip())
        for question in difference.departments:
            self.stdout.write(f"{MARKS['warning']} {_about_department(question)}")
        self.stdout.write(_summary(review))
        self.stdout.write(_("Taken over.") if applied else _("Nothing was stored."))


def _as_json(problem: RowProblem) -> dict[str, Any]:
    return {**asdict(problem), "severity": problem.severity.value}


def _about_department(question: DepartmentQuestion) -> str:
    meant = next((one.name for one in question.candidates if str(one.pk) == question.choice), None)
    if meant is None:
        return _("The department “%(name)s” is not registered; it is added.") % {"name": question.name}
    return _("The department “%(name)s” is not registered; “%(meant)s” is taken for it.") % {
        "name": question.name,
        "meant": meant,
    }


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DomainError(
            _("The file %(file)s cannot be read: %(reason)s") % {"file": file, "reason": error.strerror}
        ) from error


def _town(wanted: str) -> Municipality:
    town = Municipality.objects.filter(Q(slug=wanted) | Q(code=wanted)).first()
    if town is None:
        known = "、".join(Municipality.objects.values_list("slug", flat=True)[:10])
        raise DomainError(
            _("There is no municipality “%(wanted)s”. The addresses are: %(known)s.")
            % {"wanted": wanted, "known": known or "—"}
        )
    return town


def _summary(review: Review) -> str:
    goals, indicators = review.difference.goal_counts, review.difference.indicator_counts
    return _(
        "Goals: %(goals)s (new %(new_goals)s, changed %(changed_goals)s, vague %(vague)s). "
        "Indicators: %(indicators)s (new %(new)s, changed %(changed)s). Values: %(values)s."
    ) % {
        "goals": goals.total,
        "new_goals": goals.new,
        "changed_goals": goals.changed,
        "vague": review.difference.vague_count,
        "indicators": indicators.total,
        "new": indicators.new,
        "changed": indicators.changed,
        "values": review.difference.reading_count,
    }
