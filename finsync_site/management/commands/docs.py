from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from finsync_site import documentation


class Command(BaseCommand):
    help = (
        "Writes the generated parts of README and docs/ anew, and checks their links."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail where stale."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stale = documentation.stale()
        faults = list(documentation.faults())
        if options["check"]:
            faults += [f"{path} is out of date: run manage.py docs." for path in stale]
        else:
            for path, text in stale.items():
                path.write_text(text, encoding="utf-8")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("The documents are true to the code.")
