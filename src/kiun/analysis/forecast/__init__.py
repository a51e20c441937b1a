"""Will a municipal indicator reach its target by the deadline, judged from 4–20 irregular observations?

Source of the method: predictive Student t of ordinary regression and of random walks (Box, Jenkins, Reinsel and Ljung,
Time Series Analysis, 5th ed., ch. 5; Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 14), pooled by their tempered
one-step predictive likelihood (Geisser and Eddy 1979; Grünwald and van Ommen 2017). It is measured by
`benchmarks/forecast.py`.
"""

from kiun.analysis.forecast.calibration import Calibration, CalibrationBin, brier_score, calibration_table
from kiun.analysis.forecast.outlook import MINIMUM_POINTS, drift_prior, forecast, forecast_many
from kiun.analysis.forecast.terms import (
    Direction,
    DriftPrior,
    FanPoint,
    Forecast,
    Interval,
    Observation,
    Outlook,
    Pace,
    Reason,
    Scale,
    Series,
    Target,
)

__all__ = [
    "MINIMUM_POINTS",
    "Calibration",
    "CalibrationBin",
    "Direction",
    "DriftPrior",
    "FanPoint",
    "Forecast",
    "Interval",
    "Observation",
    "Outlook",
    "Pace",
    "Reason",
    "Scale",
    "Series",
    "Target",
    "brier_score",
    "calibration_table",
    "drift_prior",
    "forecast",
    "forecast_many",
]
