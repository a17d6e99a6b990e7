"""Sets of random forms: layouts, styles and damage drawn from one seed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from samples.generator.content import random_form
from samples.generator.drawing import lay_out
from samples.generator.form import Form
from samples.generator.layouts import LAYOUTS, Layout, choose_captions
from samples.generator.paginate import paginate
from samples.generator.presets import PRESETS, Preset
from samples.generator.sets import Printed, with_numbers, write_json, write_sample
from samples.generator.style import random_style, with_faint_rules
from samples.generator.typeset import Overlay, Recipe, set_blocks
from samples.generator.writing import stray_text

COMPANION = 0.6
"""How often a file ends with a form of another kind, where its layout names one."""


def print_random(
    layout: Layout,
    count: int,
    rng: Random,
    *,
    faint_rules: bool = False,
    share_pages: bool = False,
) -> Printed:
    """Print `count` random forms of one layout, all with one office's captions and style; its companion may follow.

    `share_pages` lets a form begin on the page where another ends, whatever the style says.
    """
    captions = choose_captions(layout.name, rng)
    style = random_style(rng)
    style = replace(style, share_pages=True) if share_pages else style
    if faint_rules:
        style = with_faint_rules(style, rng)
    drawn = [(layout, captions, random_form(layout, captions, rng)) for _ in range(count)]
    if layout.companion and rng.random() < COMPANION:
        beside = LAYOUTS[layout.companion]
        labels = choose_captions(beside.name, rng)
        drawn.append((beside, labels, random_form(beside, labels, rng)))
    strips = [
        set_blocks(lay_out(of, form, labels), style, _random_recipe(form, rng))
        for of, labels, form in drawn
    ]
    forms = tuple(form for _, _, form in drawn)
    styles = (style,) * len(forms)
    pages = paginate([(blocks, style, ()) for blocks in strips])
    return Printed(layout.name, forms, styles, tuple(with_numbers(page, styles) for page in pages))


def _random_recipe(form: Form, rng: Random) -> Recipe:
    """Print stray text over a value of one form in sixteen."""
    row = rng.randrange(len(form.indicators))
    if rng.random() > 1 / 16 or not form.indicators[row].actual:
        return Recipe()
    field = f"/indicators/{row}/actual"
    return Recipe((Overlay(field, stray_text(rng), rng.uniform(0.2, 0.8), rng.uniform(-0.2, 0.4)),))


def write_random(
    folder: Path,
    seed: int,
    count: int,
    presets: Sequence[Preset],
    layouts: Sequence[Layout],
    progress: Callable[[str], None],
) -> None:
    """Write `count` files, presets in turn, layouts at random, one to four forms each, and their index."""
    index: list[dict[str, Any]] = []
    for number in range(count):

        def show(text: str, done: int = number) -> None:
            progress(f"[{done + 1}/{count}] {text}")

        index.append(write_file(folder, f"{seed}/{number}", number, presets, layouts, show))
    write_json(folder / "index.json", index)


def write_file(
    folder: Path,
    seed: str,
    number: int,
    presets: Sequence[Preset],
    layouts: Sequence[Layout],
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Write file `number` of a set and give its entry for the index.

    A file depends on `seed` (that of the set and its number) alone, so a set can be drawn in parts.
    """
    rng = Random(seed)
    preset, layout = presets[number % len(presets)], rng.choice(layouts)
    printed = print_random(layout, rng.choice((1, 2, 2, 3, 4)), rng, faint_rules=preset.faint_rules)
    name = f"{number:04d}-{preset.name}-{layout.name}"
    return write_sample(folder, name, printed, preset, rng.randrange(2**32), progress)


def find_presets(names: str) -> list[Preset]:
    """Take presets by name, commas between; `all` takes every one. Raises KeyError for an unknown name."""
    return (
        list(PRESETS.values()) if names == "all" else [PRESETS[name] for name in names.split(",")]
    )


def find_layouts(names: str) -> list[Layout]:
    """Take layouts by name, commas between; `all` takes every one. Raises KeyError for an unknown name."""
    return (
        list(LAYOUTS.values()) if names == "all" else [LAYOUTS[name] for name in names.split(",")]
    )
