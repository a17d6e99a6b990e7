"""What the list of commands says of each."""

from __future__ import annotations

from typer.testing import CliRunner

from cli.main import app


def test_every_command_is_told_in_a_whole_sentence() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    commands = [line.strip() for line in shown.split("Commands:")[1].splitlines() if line.strip()]
    assert any(line.startswith("extract") for line in commands)
    assert not [line for line in commands if line.endswith("...")]
