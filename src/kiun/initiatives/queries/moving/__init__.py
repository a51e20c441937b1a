"""What would happen if an initiative were moved: looked at before anything is saved, and once more when it is."""

from kiun.initiatives.queries.moving.effect import effect_of
from kiun.initiatives.queries.moving.terms import Collision, Effect, Missed, Move, Moved, Slip

__all__ = ["Collision", "Effect", "Missed", "Move", "Moved", "Slip", "effect_of"]
