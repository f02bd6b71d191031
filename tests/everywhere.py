"""`make test`: the suite on SQLite, and on PostgreSQL where a server answers.

What is not there is said plainly. FINSYNC_REQUIRE_SERVICES=1 (set in CI) makes it
an error instead.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from tests import services

RUNNERS = ["-n", "2", "--dist", "loadfile"]
# Connectors and practice ledgers touch no database: one run proves them.
WITHOUT_DATABASE = "tests/connectors"


def main(arguments: Sequence[str]) -> int:
    found = services.look()
    for line in found.report():
        say(line)
    if found.missing and services.required():
        say("FINSYNC_REQUIRE_SERVICES is set, and something is missing: not run.")
        return 1
    codes = [run("SQLite", arguments, found.environment())]
    if found.postgres:
        environment = found.environment() | {"DATABASE_URL": found.postgres}
        codes.append(run("PostgreSQL", on_the_database(arguments), environment))
    return max(codes)


def on_the_database(arguments: Sequence[str]) -> list[str]:
    say(f"{WITHOUT_DATABASE} touches no database, and is not run a second time.")
    return [f"--ignore={WITHOUT_DATABASE}", *arguments]


def run(name: str, arguments: Sequence[str], environment: dict[str, str]) -> int:
    say(f"=== Tests on {name}")
    started = time.monotonic()
    inherited = {key: value for key, value in os.environ.items() if key != "REDIS_URL"}
    inherited.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "pytest", "-q", *RUNNERS, *arguments]
    code = subprocess.call(command, env=inherited | environment)
    said = "passed" if code == 0 else f"failed (pytest's code {code})"
    say(f"=== Tests on {name} {said}, {time.monotonic() - started:.0f} seconds")
    return code


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
