"""What survey answers can say, and what of it may be shown.

Arrays in, frozen dataclasses out; NaN is 分からない or 無回答 everywhere, and every function says what becomes of it.
"""

from kiun.analysis.survey_stats.agreement import Agreement, ClassCorrelation, icc1, icc1k, rwg
from kiun.analysis.survey_stats.changes import Change, Doubt, Sample, Verdict, sample_change, settle, wave_change
from kiun.analysis.survey_stats.discoveries import Discoveries, benjamini_hochberg
from kiun.analysis.survey_stats.interventions import Caution, Effect, difference_in_differences, smallest_p
from kiun.analysis.survey_stats.means import MeanInterval, mean_interval
from kiun.analysis.survey_stats.omega import Omega, mcdonald_omega
from kiun.analysis.survey_stats.reliability import Alpha, cronbach_alpha, feldt_interval
from kiun.analysis.survey_stats.shrinkage import Shrunken, shrink
from kiun.analysis.survey_stats.suppression import (
    Census,
    Standing,
    Suppression,
    Table,
    beside,
    suppress,
    suppress_table,
)
from kiun.analysis.survey_stats.trees import UnitMeans, count_below, depths, unit_means
from kiun.analysis.survey_stats.weighting import Bounds, Poststratified, bounds_of, nonresponse_bounds, poststratify

__all__ = [
    "Agreement",
    "Alpha",
    "Bounds",
    "Caution",
    "Census",
    "Change",
    "ClassCorrelation",
    "Discoveries",
    "Doubt",
    "Effect",
    "MeanInterval",
    "Omega",
    "Poststratified",
    "Sample",
    "Shrunken",
    "Standing",
    "Suppression",
    "Table",
    "UnitMeans",
    "Verdict",
    "benjamini_hochberg",
    "beside",
    "bounds_of",
    "count_below",
    "cronbach_alpha",
    "depths",
    "difference_in_differences",
    "feldt_interval",
    "icc1",
    "icc1k",
    "mcdonald_omega",
    "mean_interval",
    "nonresponse_bounds",
    "poststratify",
    "rwg",
    "sample_change",
    "settle",
    "shrink",
    "smallest_p",
    "suppress",
    "suppress_table",
    "unit_means",
    "wave_change",
]
