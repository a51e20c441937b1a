"""The goals room's door for programs; docs/api.md shows its use."""

from ninja import Router

from kiun.goals.api import goals, indicators, measurements, plans, sources

router = Router()
router.add_router("", plans.router)
router.add_router("", goals.router)
router.add_router("", indicators.router)
router.add_router("", measurements.router)
router.add_router("", sources.router)

__all__ = ["router"]
