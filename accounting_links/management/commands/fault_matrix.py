import sys
from typing import Any

from django.core.management.base import CommandParser

from accounting_links.faults import matrix, throwaway, working
from accounting_links.management.connections import at_least
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse


class Command(ReportingCommand):
    help = (
        "Proves that nothing is sent twice and nothing is lost: kills workers and"
        " spoils answers at every named moment, on the practice ledger of each"
        " platform, in an installation of its own that is thrown away. Touches no"
        " other database."
    )
    requires_migrations_checks = False

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--platform", nargs="+", metavar="SLUG", help="left out: all with an API"
        )
        parser.add_argument(
            "--rounds",
            type=at_least(0),
            default=170,
            metavar="N",
            help="so many in this process on each platform",
        )
        parser.add_argument(
            "--kills",
            type=at_least(0),
            default=17,
            metavar="N",
            help="so many with a real kill -9 on each platform",
        )
        parser.add_argument(
            "--case",
            default="",
            metavar="WORDS",
            help="only cases whose names hold them, as in failures",
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument(
            "--stop-at-failure", action="store_true", help="the first one ends it"
        )
        parser.add_argument(
            "--seconds",
            type=at_least(0),
            default=0,
            metavar="N",
            help="no round begins after that; shared by the platforms",
        )
        parser.add_argument(
            "--database",
            default="",
            metavar="URL",
            help="an empty PostgreSQL database; left out: SQLite, made and thrown away",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        platforms = options["platform"] or matrix.api_platforms()
        if unknown := set(platforms) - set(matrix.api_platforms()):
            raise WrongUse(f"No platform with an API: {', '.join(sorted(unknown))}.")
        if not throwaway.is_one():
            words = _words(platforms, options)
            sys.exit(throwaway.run_there(words, database_url=options["database"]))
        plan = matrix.Plan(
            platforms=platforms,
            rounds=options["rounds"],
            kill_rounds=options["kills"],
            seed=options["seed"],
            seconds=options["seconds"],
            case=options["case"],
            stop_at_failure=options["stop_at_failure"],
        )
        working.hush()
        results = matrix.run(plan, self.say)
        clean = all(each.clean for each in results)
        return Outcome(_report(plan, results), needs_person=not clean)


def _words(platforms: list[str], options: dict[str, Any]) -> list[str]:
    words = ["fault_matrix", "--platform", *platforms]
    for name in ("rounds", "kills", "seed", "seconds"):
        words += [f"--{name}", str(options[name])]
    words += ["--case", options["case"]] if options["case"] else []
    words += ["--stop-at-failure"] if options["stop_at_failure"] else []
    return [*words, "--json"] if options["as_json"] else words


def _report(plan: matrix.Plan, results: list[matrix.PlatformResult]) -> dict[str, Any]:
    platforms = {each.platform: each.as_dict() for each in results}
    totals = {
        name: sum(facts[name] for facts in platforms.values())
        for name in ("rounds", "kill_rounds", "duplicates", "losses", "stuck")
    }
    return {"seed": plan.seed, **totals, "platforms": platforms}
