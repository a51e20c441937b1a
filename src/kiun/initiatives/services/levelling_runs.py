"""The calculation of a levelling in the background: how far it is, an early end, the result."""

import time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.activity.job_kinds import Progress
from kiun.activity.models import Job
from kiun.analysis.planning import Effort, ProjectError, Schedule, schedule
from kiun.analysis.planning import Progress as Found
from kiun.initiatives.levelling.finding import outcome_of
from kiun.initiatives.levelling.outcome import LevellingOutcome, outcome_as_json
from kiun.initiatives.levelling.workload import Workload, workload_of
from kiun.initiatives.models import Levelling, LevellingState
from kiun.kernel.errors import DomainError
from kiun.ui.dates import long_date
from kiun.ui.figures import figure
from kiun.ui.links import town_url

# Of counted work, so that the same tasks bring the same answer wherever the clock does not come first.
EFFORT = Effort(seconds=60, rounds=12)
WORKERS = 2
BEAT = 1.0
HUNDRED = 100


def run_levelling(job: Job, progress: Progress) -> None:
    """A worker that dies leaves it as it was; the next one calculates anew."""
    levelling = (
        Levelling.objects.filter(pk=job.parameters["levelling"], state=LevellingState.RUNNING)
        .select_related("department", "municipality")
        .first()
    )
    if levelling is None:
        return
    begun = time.monotonic()
    workload = workload_of(levelling.department, timezone.localdate())
    if not workload.tasks:
        raise DomainError(_("No task of this department waits to be begun."))
    try:
        plan = _schedule(levelling, workload, progress)
    except ProjectError as error:
        raise DomainError(_("The tasks wait for one another in a circle. Mend their order first.")) from error
    _keep(levelling, outcome_of(workload, plan, round(time.monotonic() - begun, 1)), progress)


def _schedule(levelling: Levelling, workload: Workload, progress: Progress) -> Schedule:
    told = 0.0

    def tell(found: Found) -> bool:
        nonlocal told
        if found.seconds - told < BEAT:
            return False
        told = found.seconds
        share = min(found.seconds / EFFORT.seconds, 1)
        progress.report(round(share * HUNDRED), HUNDRED, _words(workload, found))
        return Levelling.objects.filter(pk=levelling.pk, is_stopping=True).exists()

    planned = {key: one.start for key, one in workload.spans.items()}
    like = {one.id: planned.get(int(one.id), one.earliest) for one in workload.project.activities}
    return schedule(workload.project, effort=EFFORT, workers=WORKERS, tell=tell, like=like)


def _words(workload: Workload, found: Found) -> str:
    if found.best is None:
        return _("Looking for a first order")
    return _("best: everything done by %(end)s, at best by %(bound)s (gap %(gap)s%%)") % {
        "end": long_date(workload.calendar.day(max(found.best - 1, 0))),
        "bound": long_date(workload.calendar.day(max(found.bound - 1, 0))),
        "gap": figure(round(HUNDRED * (found.gap or 0), 1)),
    }


@transaction.atomic
def _keep(levelling: Levelling, outcome: LevellingOutcome, progress: Progress) -> None:
    stored = Levelling.objects.select_for_update(of=("self",)).get(pk=levelling.pk)
    if stored.state != LevellingState.RUNNING:
        return
    stored.state, stored.result = LevellingState.READY, outcome_as_json(outcome)
    stored.save(update_fields=["state", "result"])
    progress.finish({}, town_url(levelling.municipality, "initiatives:levelling_detail", stored.pk))
