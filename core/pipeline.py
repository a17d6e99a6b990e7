"""The version of the reading pipeline, which keys everything that was read: that of the package."""

from importlib.metadata import version

PIPELINE = version("dangan")
