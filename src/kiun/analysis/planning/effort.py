"""How much is searched."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """When to stop: after `seconds` of the clock, or after so many `rounds` of counted work (about 2 s each on one
    machine of 2026) if given. Only `rounds` stop at the same point on every machine.
    """

    seconds: float = 60.0
    rounds: int | None = None
