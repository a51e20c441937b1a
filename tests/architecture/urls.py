"""Every address of the application, with what has to be put into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.world import World

# What `pk` means, by the beginning of the address's name; the longest beginning counts.
KEYS = {
    "activity:attachment": lambda world, role: world.rows.attachment.pk,
    "activity:job": lambda world, role: world.rows.job.pk,
    "activity:notice_open": lambda world, role: world.rows.notices[role].pk,
    "dashboard:report": lambda world, role: world.rows.report.pk,
    "dashboard:department": lambda world, role: world.rows.department.pk,
    "goals:challenge": lambda world, role: world.rows.challenge.pk,
    "goals:evidence_add": lambda world, role: world.rows.indicator.pk,
    "goals:goal": lambda world, role: world.rows.goal.pk,
    "goals:import_": lambda world, role: world.rows.plan_import.pk,
    "goals:indicator": lambda world, role: world.rows.indicator.pk,
    "goals:challenge_create": lambda world, role: world.rows.plan.pk,
    "goals:challenge_list": lambda world, role: world.rows.plan.pk,
    "goals:goal_create": lambda world, role: world.rows.plan.pk,
    "goals:indicator_create": lambda world, role: world.rows.goal.pk,
    "goals:measurement_add": lambda world, role: world.rows.indicator.pk,
    "goals:measurement_remove": lambda world, role: world.rows.measurement.pk,
    "goals:plan_branch#policy": lambda world, role: world.rows.policy.pk,
    "goals:policy_create": lambda world, role: world.rows.plan.pk,
    "goals:policy_list": lambda world, role: world.rows.plan.pk,
    "goals:plan": lambda world, role: world.rows.plan.pk,
    "goals:policy": lambda world, role: world.rows.policy.pk,
    "goals:source_": lambda world, role: world.rows.source_file.pk,
    "goals:source_file_leave_out#indicator": lambda world, role: world.rows.indicator.pk,
    "goals:source_key_revoke#pk": lambda world, role: world.rows.program_key.pk,
    "goals:source_key_revoke#slug": lambda world, role: world.rows.program.slug,
    "goals:source_program": lambda world, role: world.rows.program.slug,
    "initiatives:": lambda world, role: world.rows.initiative.pk,
    "initiatives:blocker": lambda world, role: world.rows.blocker.pk,
    "initiatives:feed#secret": lambda world, role: f"{world.word}の予定表0",
    "initiatives:feed_": lambda world, role: world.rows.feed.pk,
    "initiatives:initiative": lambda world, role: world.rows.initiative.pk,
    "initiatives:absence_": lambda world, role: world.rows.absence.pk,
    "initiatives:budget_": lambda world, role: world.rows.budget.pk,
    "initiatives:capacity_": lambda world, role: world.rows.capacity.pk,
    "initiatives:carry_over_": lambda world, role: world.rows.carry_over.pk,
    "initiatives:decision": lambda world, role: world.rows.decision.pk,
    "initiatives:item_": lambda world, role: world.rows.item.pk,
    "initiatives:item_create": lambda world, role: world.rows.review.pk,
    "initiatives:link_remove": lambda world, role: world.rows.initiative_link.pk,
    "initiatives:milestone_": lambda world, role: world.rows.milestone.pk,
    "initiatives:milestone_create": lambda world, role: world.rows.initiative.pk,
    "initiatives:mode_choose#mode": lambda world, role: world.rows.mode.pk,
    "initiatives:mode_edit#mode": lambda world, role: world.rows.mode.pk,
    "initiatives:mode_remove#mode": lambda world, role: world.rows.mode.pk,
    "initiatives:phase_": lambda world, role: world.rows.phase.pk,
    "initiatives:phase_create": lambda world, role: world.rows.initiative.pk,
    "initiatives:work_import_": lambda world, role: world.rows.work_import.pk,
    "initiatives:answer_file": lambda world, role: world.rows.answer_file.pk,
    "initiatives:extension_decide": lambda world, role: world.rows.extension.pk,
    "initiatives:question_": lambda world, role: world.rows.question.pk,
    "initiatives:question_create": lambda world, role: world.rows.round.pk,
    "initiatives:request_": lambda world, role: world.rows.request.pk,
    "initiatives:round_": lambda world, role: world.rows.round.pk,
    "initiatives:review_": lambda world, role: world.rows.review.pk,
    "initiatives:revision_": lambda world, role: world.rows.revision.pk,
    "initiatives:share_end": lambda world, role: world.rows.shared.pk,
    "initiatives:step": lambda world, role: world.rows.step.pk,
    "initiatives:levelling_": lambda world, role: world.rows.levelling.pk,
    "initiatives:scenario_": lambda world, role: world.rows.scenario.pk,
    "initiatives:scenario_add#kind": lambda world, role: "budget",
    "initiatives:scenario_create": lambda world, role: "budget",
    "initiatives:skill_": lambda world, role: world.rows.skill.pk,
    "initiatives:task_": lambda world, role: world.rows.task.pk,
    "momentum:intervention_": lambda world, role: world.rows.intervention.pk,
    "momentum:intervention_create": lambda world, role: "stop-work",
    "momentum:intervention_edit": lambda world, role: world.rows.draft_intervention.pk,
    "momentum:intervention_remove": lambda world, role: world.rows.draft_intervention.pk,
    "momentum:intervention_unlink#link": lambda world, role: world.rows.intervention_link.pk,
    "momentum:unit": lambda world, role: world.rows.department.pk,
    "momentum:wave_": lambda world, role: world.rows.planned_wave.pk,
    "municipality:department": lambda world, role: world.rows.department.pk,
    "municipality:deputy_add": lambda world, role: world.posts["head"].pk,
    "municipality:deputy_end": lambda world, role: world.rows.deputyship.pk,
    "municipality:hand_over": lambda world, role: world.posts["member"].pk,
    "municipality:invitation": lambda world, role: world.rows.invitation.pk,
    "municipality:invitation_accept": lambda world, role: f"{world.word}0",
    "municipality:key": lambda world, role: world.rows.token.pk,
    "municipality:person": lambda world, role: world.posts["member"].user_id,
    "municipality:post_add": lambda world, role: world.posts["member"].user_id,
    "municipality:post_e": lambda world, role: world.posts["member"].pk,
    "municipality:reform": lambda world, role: world.rows.reform.pk,
    "municipality:staff_import": lambda world, role: world.rows.staff_upload.pk,
    "surveys:": lambda world, role: world.rows.survey.pk,
    "surveys:item_": lambda world, role: world.rows.draft_item.pk,
    "surveys:item_create": lambda world, role: world.rows.draft_questionnaire.pk,
    "surveys:library_take": lambda world, role: world.rows.draft_questionnaire.pk,
    "surveys:questionnaire_": lambda world, role: world.rows.draft_questionnaire.pk,
    "surveys:ready_set_take#kind": lambda world, role: "counter",
    "surveys:results": lambda world, role: world.rows.closed_survey.pk,
    "surveys:section_": lambda world, role: world.rows.draft_item.section_id,
    "surveys:section_create": lambda world, role: world.rows.draft_questionnaire.pk,
    "surveys:sheets_export": lambda world, role: world.rows.named_survey.pk,
    "surveys:survey_delete": lambda world, role: world.rows.draft_survey.pk,
    "surveys:survey_edit": lambda world, role: world.rows.draft_survey.pk,
    "surveys:survey_open": lambda world, role: world.rows.draft_survey.pk,
    "surveys:texts": lambda world, role: world.rows.closed_survey.pk,
    "surveys_public:open#code": lambda world, role: world.rows.survey.code,
    "surveys_public:ticket#secret": lambda world, role: f"{world.word}のカード0",
    "public:report": lambda world, role: world.rows.report.pk,
    "public:report_file#file": lambda world, role: world.rows.report_file.pk,
    "public:": lambda world, role: world.rows.indicator.pk,
    "public:policy": lambda world, role: world.rows.policy.pk,
}


@dataclass(frozen=True)
class Address:
    name: str
    arguments: tuple[str, ...]

    def url(self, town: World, rows_of: World, role: str) -> str:
        """Address below `town`, with keys of rows of `rows_of` (the same world, or the other one in an attack)."""
        kwargs: dict[str, Any] = {"town": town.town.slug}
        for argument in self.arguments:
            if argument != "town":
                kwargs[argument] = self._argument(argument, rows_of, role)
        return reverse(self.name, kwargs=kwargs)

    def _argument(self, argument: str, world: World, role: str) -> Any:
        fitting = [
            start for start in KEYS if f"{self.name}#{argument}".startswith(start) or self.name.startswith(start)
        ]
        assert fitting, f"tests/architecture/urls.py does not say what {argument!r} of {self.name} is"
        return KEYS[max(fitting, key=len)](world, role)

    @property
    def has_key(self) -> bool:
        """Names a row; a kind or a remedy only says which form is meant."""
        return not set(self.arguments) <= {"town", "kind", "remedy"}


def town_addresses() -> list[Address]:
    found = [Address(name, arguments) for name, arguments in _walk(get_resolver().url_patterns, "", ())]
    return sorted((a for a in found if "town" in a.arguments), key=lambda address: address.name)


def _walk(patterns: Any, namespace: str, arguments: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in patterns:
        own = (*arguments, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, own)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}", own
