"""``bench data``: samples a second of data pipelines against other people's."""

import argparse
import json

from harness.benches import refuse_taken, write_bench
from harness.data_benches import DataBench, data_bench_json
from harness.places import data_root
from harness.run.data_bench import Start, measure_data
from harness.run.machine import command_line
from harness.verbs.arguments import read_seconds, read_whole
from harness.verbs.console import out, show_races, show_table


def time_data(args: argparse.Namespace) -> int:
    """Measure, store where that is asked for, and show.

    Raises:
        HarnessError: Nothing can be measured.
    """
    if args.out is not None:
        refuse_taken(args.out)
    found = measure_data(
        Start(
            dataset=args.name,
            data=str(data_root(args.data).resolve()),
            rounds=read_whole("--rounds", args.rounds) or 0,
            turn_s=read_seconds("--seconds", args.seconds),
            command=command_line(),
        )
    )
    if args.out is not None:
        write_bench(found, args.out)
    if args.json:
        print(json.dumps(data_bench_json(found), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        _show(found)
    return 0


def _show(found: DataBench) -> None:
    """A row a race, then what ran and where."""
    show_races(found.races)
    if found.flows:
        show_table(
            ("data set", "flow", "change explained", "ms a pair", "pairs"),
            [
                (
                    flow.dataset,
                    flow.method,
                    f"{flow.explained:.0%}",
                    f"{flow.ms_a_pair.median:.1f}",
                    flow.pairs,
                )
                for flow in found.flows
            ],
        )
    machine = found.machine
    out.print(f"{machine.device}, 1 of {machine.cores} cores, {machine.platform}; {found.command}")
