"""The version of the reading pipeline, which keys everything that was read."""

PIPELINE = "1"
