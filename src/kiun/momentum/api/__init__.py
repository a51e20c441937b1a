"""The momentum room's door for programs: the same numbers as on the pages, under the same rights."""

from kiun.momentum.api.results import router

__all__ = ["router"]
