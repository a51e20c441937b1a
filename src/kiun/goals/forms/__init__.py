from kiun.goals.forms.filters import GoalFilterForm, IndicatorFilterForm
from kiun.goals.forms.goals import EndForm, GoalForm
from kiun.goals.forms.indicators import IndicatorForm, NewIndicatorForm, OwnershipForm
from kiun.goals.forms.lint import GoalLint, lint_of
from kiun.goals.forms.measurements import EntryTable, EvidenceForm, MeasurementForm, ReasonForm
from kiun.goals.forms.plans import ChallengeForm, EditionForm, PlanForm, PolicyForm

__all__ = [
    "ChallengeForm",
    "EditionForm",
    "EndForm",
    "EntryTable",
    "EvidenceForm",
    "GoalFilterForm",
    "GoalForm",
    "GoalLint",
    "IndicatorFilterForm",
    "IndicatorForm",
    "MeasurementForm",
    "NewIndicatorForm",
    "OwnershipForm",
    "PlanForm",
    "PolicyForm",
    "ReasonForm",
    "lint_of",
]
