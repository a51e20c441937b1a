"""`kiun COMMAND`: the management commands of all rooms under one name, for people who do not know Django."""

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.metadata import version

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands, load_command_class
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _
from environs import EnvError

from kiun.config.memory import collect_seldom
from kiun.kernel.errors import DomainError

NOT_DONE = 1
NOT_UNDERSTOOD = 2
INTERRUPTED = 130

# Django has a command `check` of its own, for developers.
MODULES = {"check": "check_installation"}


def main(arguments: Sequence[str] | None = None) -> None:
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """The exit code of `kiun ARGUMENTS…`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiun.config.settings")
    collect_seldom()
    try:
        django.setup()
    except (EnvError, ImproperlyConfigured, OSError) as error:
        return _complain(f"Kiun cannot start with these settings: {error} (docs/operations.md lists them all)")
    with translation.override(terminal_language()):
        return _dispatch(arguments)


def terminal_language() -> str:
    """English for those whose terminal asks for it, Japanese for everyone else."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if wanted.startswith("en") else "ja"


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(overview())
        return 0
    if arguments[0] == "--version":
        print(version("kiun"))
        return 0
    name, *rest = arguments
    app = get_commands().get(module_name(name))
    if app is None:
        return _complain(_not_found(name), code=NOT_UNDERSTOOD)
    return _run_command(str(app), name, rest)


def _run_command(app: str, name: str, rest: list[str]) -> int:
    try:
        load_command_class(app, module_name(name)).run_from_argv(["kiun", name, *rest])
    except DomainError as error:
        return _complain(error.message)
    except DatabaseError as error:
        return _complain(
            _("The database cannot be used: %(error)s. Check DATABASE_URL; “kiun prepare” sets up a new database.")
            % {"error": str(error).strip().splitlines()[0]}
        )
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _complain(sentence: str, code: int = NOT_DONE) -> int:
    print(f"✗ {sentence}", file=sys.stderr)
    return code


def module_name(name: str) -> str:
    return MODULES.get(name, name.replace("-", "_"))


def own_commands() -> dict[str, str]:
    """Kiun's own commands as they are typed, with the app that holds each."""
    typed = {module: name for name, module in MODULES.items()}
    own = {name: str(app) for name, app in get_commands().items() if str(app).startswith("kiun.")}
    return {typed.get(module, module.replace("_", "-")): app for module, app in sorted(own.items())}


def overview() -> str:
    commands = own_commands()
    width = max(map(len, commands), default=0)
    lines = [
        f"  {name:<{width}}  {_first_line(load_command_class(app, module_name(name)).help)}"
        for name, app in sorted(commands.items())
    ]
    purpose = _("Kiun: carries the digital transformation of a municipality to measured results")
    return "\n".join(
        [
            f"{purpose} ({version('kiun')})",
            "",
            _("Usage: kiun COMMAND [ARGUMENT …]"),
            "",
            *lines,
            "",
            _("“kiun COMMAND --help” shows an example. Django's own commands (migrate, shell, …) work too."),
        ]
    )


def _first_line(text: object) -> str:
    return str(text).strip().splitlines()[0] if str(text).strip() else ""


def _not_found(name: str) -> str:
    close = get_close_matches(name, [*own_commands(), *get_commands()], n=1)
    advice = (
        _("Did you mean “kiun %(name)s”?") % {"name": close[0]} if close else _("“kiun --help” lists all commands.")
    )
    return f"{_('There is no command “%(name)s”.') % {'name': name}} {advice}"


if __name__ == "__main__":
    main()
