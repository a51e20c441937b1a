"""What a survey says. Numbers leave this package only where `Results` lets them."""

from kiun.surveys.queries.results.crossing import CrossTable, cross_table, crossable
from kiun.surveys.queries.results.groups import WHOLE, Group, Place, Results
from kiun.surveys.queries.results.summaries import Quartiles, Rank, Row, Share, Summary

__all__ = [
    "WHOLE",
    "CrossTable",
    "Group",
    "Place",
    "Quartiles",
    "Rank",
    "Results",
    "Row",
    "Share",
    "Summary",
    "cross_table",
    "crossable",
]
