"""The `dangan` command on the fake pipeline, for tests that need a process of their own."""

from cli.main import app
from tests.cli.fake_steps import perform

if __name__ == "__main__":
    app(obj=perform)
