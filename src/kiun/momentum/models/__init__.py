from kiun.momentum.models.interventions import (
    Intervention,
    InterventionLink,
    InterventionState,
    InterventionUnit,
    Verdict,
)
from kiun.momentum.models.waves import Wave, WaveAnswers, WaveKind

__all__ = [
    "Intervention",
    "InterventionLink",
    "InterventionState",
    "InterventionUnit",
    "Verdict",
    "Wave",
    "WaveAnswers",
    "WaveKind",
]
