"""The commands."""

from importlib.metadata import version as version_of

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def main() -> None:
    """Turn scanned evaluation forms into checked records."""


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(version_of("dangan"))
