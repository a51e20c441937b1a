import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scope

from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import parse_date
from kiun.kernel.tabular import read_workbook
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Municipality
from kiun.municipality.services.staff_import import (
    ImportOptions,
    ImportPlan,
    apply_staff_import,
    import_alone,
    plan_staff_import,
)


class Command(KiunCommand):
    help = gettext_lazy("Take over departments and staff from an Excel or CSV file, all or nothing")
    example = (
        "kiun import-people 職員名簿.xlsx --town hinata --dry-run\nkiun import-people staff.csv --town 990019 --json"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("the list (.xlsx, .xls or .csv)"))
        parser.add_argument("--town", required=True, metavar="NAME", help=_("address or code of the municipality"))
        parser.add_argument("--on", default="", metavar="DAY", help=_("as of which day; today if it is not given"))
        parser.add_argument("--create-departments", action="store_true", help=_("set up departments that are unknown"))
        parser.add_argument("--end-missing", action="store_true", help=_("end the posts that the list does not name"))
        parser.add_argument("--dry-run", action="store_true", help=_("say what would change, and change nothing"))
        parser.add_argument("--json", action="store_true", help=_("print the outcome as JSON"))

    def handle(self, *, file: Path, town: str, dry_run: bool, **options: Any) -> None:
        municipality = Municipality.objects.filter(Q(slug=town) | Q(code=town)).first()
        if municipality is None:
            raise DomainError(_("There is no municipality “%(name)s”. Give its address or its code.") % {"name": town})
        if not file.is_file():
            raise DomainError(_("There is no file %(file)s. Check the path.") % {"file": file})
        with scope(municipality=municipality):
            self._import(municipality, file, dry_run=dry_run, **options)

    def _import(self, town: Municipality, file: Path, *, dry_run: bool, json: bool, **options: Any) -> None:
        actor = system_actor(town, via="command")
        workbook = read_workbook(file)
        with import_alone(town):
            plan = plan_staff_import(actor=actor, workbook=workbook, options=_import_options(**options))
            if not dry_run and not plan.problems:
                apply_staff_import(actor=actor, plan=plan, reason=file.name)
        self.stdout.write(_as_json(plan, dry_run=dry_run) if json else "\n".join(_as_lines(plan, dry_run=dry_run)))
        if plan.problems:
            raise DomainError(_("The list still contains errors. Correct them and upload the file again."))


def _import_options(*, on: str, create_departments: bool, end_missing: bool, **_options: Any) -> ImportOptions:
    day: date = parse_date(on) if on else timezone.localdate()
    return ImportOptions(on=day, creates_departments=create_departments, missing="end" if end_missing else "keep")


def _as_json(plan: ImportPlan, *, dry_run: bool) -> str:
    outcome = {
        "applied": not dry_run and not plan.problems,
        "counts": dict(plan.counts),
        "problems": [
            {"sheet": problem.sheet, "cell": problem.cell, "what": problem.what, "how": problem.how}
            for problem in plan.problems
        ],
    }
    return json.dumps(outcome, ensure_ascii=False, indent=2)


def _as_lines(plan: ImportPlan, *, dry_run: bool) -> list[str]:
    lines = [f"✗ {problem}" for problem in plan.problems]
    if plan.problems:
        return lines
    words = _("Would change") if dry_run else _("Taken over")
    names = {
        "new": _("new"),
        "moved": _("moved"),
        "changed": _("changed"),
        "unchanged": _("unchanged"),
        "missing": _("not in the list"),
        "departments_new": _("new departments"),
        "departments_changed": _("changed departments"),
    }
    return [f"✓ {words}: {'、'.join(f'{name} {plan.counts[key]}' for key, name in names.items())}"]
