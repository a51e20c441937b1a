"""The calculation of a what-if, as background work."""

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.activity.job_kinds import JobStoppedError, Progress
from kiun.activity.models import Job
from kiun.analysis.planning import Effort
from kiun.analysis.planning.portfolio import PortfolioError, Report, Selection, Stop, select_portfolio
from kiun.initiatives.models import Scenario, ScenarioState
from kiun.initiatives.what_if.assumptions import from_json
from kiun.initiatives.what_if.finding import outcome_of
from kiun.initiatives.what_if.outcome import Outcome, outcome_as_json
from kiun.initiatives.what_if.town import TownPlan, town_plan
from kiun.kernel.errors import DomainError
from kiun.ui.figures import figure
from kiun.ui.links import town_url

SECONDS = 60
# Of counted work, so that the same assumptions bring the same answer wherever the clock does not come first.
ROUNDS = 16
SEED = 1
WORKERS = 2
BEAT = 0.5
HUNDRED = 100


def run_scenario(job: Job, progress: Progress) -> None:
    """A worker that dies leaves the what-if as it was; the next one calculates anew."""
    scenario = Scenario.objects.filter(pk=job.parameters["scenario"], state=ScenarioState.RUNNING).first()
    if scenario is None:
        return
    begun, today = time.monotonic(), timezone.localdate()
    assumptions = from_json(scenario.assumptions)
    plan = town_plan(today, assumptions)
    if not plan.problem.projects:
        _give_up(scenario)
        raise DomainError(_("No initiative has been approved yet, so that there is nothing to plan with."))
    try:
        selection = _select(scenario, plan, progress)
    except JobStoppedError:
        _give_up(scenario)
        raise
    except PortfolioError as error:
        _give_up(scenario)
        raise DomainError(_("The plan cannot be calculated: %(reason)s") % {"reason": error}) from error
    outcome = outcome_of(plan, selection, assumptions, round(time.monotonic() - begun, 1), today)
    _keep(scenario, outcome, progress)


def _select(scenario: Scenario, plan: TownPlan, progress: Progress) -> Selection:
    """The solver has a thread of its own: what it finds is written, and a wish to stop read, from this one."""
    stop, newest = Stop(), _Newest()
    with ThreadPoolExecutor(1) as pool:
        search: Future[Selection] = pool.submit(
            select_portfolio,
            plan.problem,
            effort=Effort(SECONDS, ROUNDS),
            seed=SEED,
            workers=WORKERS,
            told=newest.hear,
            stop=stop,
        )
        begun = time.monotonic()
        try:
            while not wait([search], timeout=BEAT).done:
                share = min((time.monotonic() - begun) / SECONDS, 1)
                progress.report(round(share * HUNDRED), HUNDRED, newest.words)
                if Scenario.objects.filter(pk=scenario.pk, is_stopping=True).exists():
                    stop.set()
        except BaseException:
            stop.set()
            raise
        return search.result()


class _Newest:
    """What the solver said last."""

    def __init__(self) -> None:
        self.report: Report | None = None

    def hear(self, report: Report) -> None:
        self.report = report

    @property
    def words(self) -> str:
        if self.report is None:
            return _("Looking for a first plan")
        names = {
            "lateness": _("legal deadlines"),
            "value": _("effect"),
            "distance": _("few changes"),
            "peak": _("even use of people"),
        }
        value, bound = self.report.value, self.report.bound
        gap = HUNDRED * abs(bound - value) / max(abs(value), 1)
        return _("%(aim)s: best %(value)s, at most %(bound)s (gap %(gap)s%%)") % {
            "aim": names[self.report.level],
            "value": figure(value),
            "bound": figure(bound),
            "gap": figure(round(gap, 1)),
        }


@transaction.atomic
def _keep(scenario: Scenario, outcome: Outcome, progress: Progress) -> None:
    stored = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    if stored.state != ScenarioState.RUNNING:
        return
    stored.state, stored.result = ScenarioState.READY, outcome_as_json(outcome)
    stored.save(update_fields=["state", "result"])
    progress.finish({}, town_url(stored.municipality, "initiatives:scenario_detail", stored.pk))


def _give_up(scenario: Scenario) -> None:
    Scenario.objects.filter(pk=scenario.pk, state=ScenarioState.RUNNING).update(state=ScenarioState.DRAFT)
