from kiun.goals.services.editions import begin_edition
from kiun.goals.services.goals import end_goal, save_goal
from kiun.goals.services.indicators import (
    change_indicator,
    change_owner,
    check_terms,
    create_indicator,
    end_indicator,
)
from kiun.goals.services.judging import judge
from kiun.goals.services.measurements import Reading, record_measurement, record_readings, remove_measurement
from kiun.goals.services.plans import (
    add_policy,
    change_plan,
    change_policy,
    create_plan,
    remove_policy,
    save_challenge,
    shift_policy,
)

__all__ = [
    "Reading",
    "add_policy",
    "begin_edition",
    "change_indicator",
    "change_owner",
    "change_plan",
    "change_policy",
    "check_terms",
    "create_indicator",
    "create_plan",
    "end_goal",
    "end_indicator",
    "judge",
    "record_measurement",
    "record_readings",
    "remove_measurement",
    "remove_policy",
    "save_challenge",
    "save_goal",
    "shift_policy",
]
