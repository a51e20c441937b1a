from kiun.initiatives.queries.comparison.editions import editions_compared
from kiun.initiatives.queries.comparison.pieces import Piece
from kiun.initiatives.queries.comparison.table import ComparedField, ComparedRow, Comparison, Reason, comparison

__all__ = ["ComparedField", "ComparedRow", "Comparison", "Piece", "Reason", "comparison", "editions_compared"]
