#!/usr/bin/env python
import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finsync_site.settings")
    if sys.argv[1:2] == ["demo"]:
        # Settings are read before a command runs, so this cannot wait for it.
        from finsync_site.demo.environment import prepare

        prepare(Path(__file__).resolve().parent, sys.argv[2:])

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"FinSync cannot start: {problem}")


if __name__ == "__main__":
    main()
