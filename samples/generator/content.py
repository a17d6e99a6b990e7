"""What forms say: the ten published ones, and random ones that obey the arithmetic of the form."""

import json
from pathlib import Path

from samples.generator.form import Form, read_form

SAMPLES = Path(__file__).parents[1]
SEED_TRUTH = SAMPLES / "songjiang-2023.truth.json"


def seed_forms() -> tuple[Form, ...]:
    """Read the ten forms of a Shanghai district, FY2023, in their printed order."""
    return tuple(read_form(truth) for truth in json.loads(SEED_TRUTH.read_text("utf-8")))
