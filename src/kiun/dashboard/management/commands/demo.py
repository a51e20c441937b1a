from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kiun.dashboard.demo import DEMO_PASSWORD, load_demo
from kiun.kernel.errors import DomainError
from kiun.municipality.models import Municipality


class Command(BaseCommand):
    help = (
        "Load the fictional town ひなた市 to try Kiun with.\n\n"
        "Example:  kiun demo\n"
        "          kiun demo --if-empty   (does nothing when there is already a town)"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is already a town")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Municipality.objects.exists():
            return
        try:
            accounts = load_demo(today=timezone.localdate())
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write("見本のまち「ひなた市」を用意しました（市も人も数値も架空のものです）。")
        for account in accounts:
            self.stdout.write(f"  {account.username:<12} {account.name}（{account.role}）")
        self.stdout.write(f"  パスワードはどれも {DEMO_PASSWORD}")
