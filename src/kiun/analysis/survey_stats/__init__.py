"""What survey answers can say, and what of it may be shown.

Arrays in, frozen dataclasses out; NaN is 分からない or 無回答 everywhere, and every function says what becomes of it.
"""

from kiun.analysis.survey_stats.omega import Omega, mcdonald_omega
from kiun.analysis.survey_stats.reliability import Alpha, cronbach_alpha, feldt_interval

__all__ = [
    "Alpha",
    "Omega",
    "cronbach_alpha",
    "feldt_interval",
    "mcdonald_omega",
]
