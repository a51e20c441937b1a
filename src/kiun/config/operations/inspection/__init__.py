"""What `kiun check` looks at: each inspection answers with one verdict, and with what to do about it."""

from kiun.config.operations.inspection import database, machine, safety
from kiun.config.operations.inspection.verdicts import Level, Verdict

__all__ = ["Level", "Verdict", "inspect_installation"]

ALWAYS = (
    safety.mode,
    safety.secret_key,
    safety.debugging,
    safety.address,
    safety.proxy,
    safety.framework,
    machine.data_folder,
    machine.free_space,
    machine.front_end,
    machine.mail,
    database.connects,
)
WITH_A_DATABASE = (database.kind, database.migrations)
WITH_TABLES = (
    database.towns,
    database.sign_in_services,
    database.demonstration,
    database.clock,
    database.schedule,
    database.worker,
    database.backup,
)


def inspect_installation() -> list[Verdict]:
    """Later inspections need what earlier ones found to be there."""
    verdicts: list[Verdict] = []
    for group in (ALWAYS, WITH_A_DATABASE, WITH_TABLES):
        verdicts += [inspect() for inspect in group]
        if any(verdict.subject in database.PRECONDITIONS and verdict.level == Level.REFUSED for verdict in verdicts):
            break
    return verdicts
