"""`python -m samples.generator seed|random …`: draw the committed samples again, or a set of random ones."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from samples.generator.seed import write_seed


def _progress(text: str) -> None:
    """Show where the work is: one line that is written over on a terminal, nothing in a log."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m samples.generator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    seed = commands.add_parser("seed", help="draw the committed samples: ten published forms and a photographed page")
    seed.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = parser.parse_args(arguments)
    write_seed(options.out, _progress)


if __name__ == "__main__":
    main()
