"""The `dangan` command."""
