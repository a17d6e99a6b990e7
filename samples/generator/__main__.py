"""Draw the committed samples again (`seed`), or a set of random ones (`random`)."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from samples.generator.layouts import LAYOUTS
from samples.generator.presets import PRESETS
from samples.generator.random_set import find_layouts, find_presets, write_random
from samples.generator.seed import write_seed

T = TypeVar("T")


def _progress(text: str) -> None:
    """Show where the work is: one line that is written over on a terminal, nothing in a log."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _named(find: Callable[[str], T]) -> Callable[[str], T]:
    """Let argparse say which name is unknown."""

    def look_up(names: str) -> T:
        try:
            return find(names)
        except KeyError as unknown:
            raise argparse.ArgumentTypeError(f"no {unknown}") from unknown

    return look_up


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m samples.generator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    seed = commands.add_parser("seed", help="ten published forms, and a photographed page")
    random = commands.add_parser(
        "random",
        help="random forms in random styles",
        epilog=f"presets: {', '.join(PRESETS)}; layouts: {', '.join(LAYOUTS)}; or all",
    )
    for command in (seed, random):
        command.add_argument("--out", type=Path, required=True, metavar="DIR")
    random.add_argument("--seed", type=int, required=True)
    random.add_argument("--count", type=int, default=20, help="files to draw (20)")
    random.add_argument("--presets", type=_named(find_presets), default="all", metavar="NAME,…")
    random.add_argument("--layouts", type=_named(find_layouts), default="all", metavar="NAME,…")
    options = parser.parse_args(arguments)
    if options.command == "seed":
        write_seed(options.out, _progress)
    else:
        write_random(
            options.out, options.seed, options.count, options.presets, options.layouts, _progress
        )
    _progress("")


if __name__ == "__main__":
    main()
