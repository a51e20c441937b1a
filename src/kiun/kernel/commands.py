"""The manner of the command line: a command says what it does, shows an example, and fails in one sentence."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, DjangoHelpFormatter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EXIT_CODES = gettext_lazy("0 done, 1 not done (the reason is printed), 2 the command was not understood")


class _HelpFormatter(RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the lines of the example as they are."""


class KiunCommand(BaseCommand):
    """A command of `kiun`. What goes wrong is raised as a DomainError, with what to do in its sentence."""

    help: Any
    example: str
    exit_codes: Any = EXIT_CODES

    # `kiun check` runs Django's checks; every other command starts faster without them.
    requires_system_checks = []
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
    }

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, formatter_class=_HelpFormatter, **kwargs)
        _describe(parser, str(self.help), self.example, str(self.exit_codes))
        return parser


def _describe(parser: ArgumentParser, text: str, example: str, exit_codes: str) -> None:
    example_lines = "\n".join(f"  {line}" for line in example.splitlines())
    parser.description = text
    parser.epilog = f"{_('Example:')}\n{example_lines}\n\n{_('Exit codes:')}\n  {exit_codes}"
