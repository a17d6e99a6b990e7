"""From a form and its layout to its logical page: title and year lines, tables, notes.

The layout's data say what stands where (`key cols chars`): a bare key is a caption, `=key` a value of the form, `-` an empty cell.
Values that have no place of their own in the truth are `extra`, under the label that is printed for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from unicodedata import normalize

from samples.generator.form import MONEY, Form
from samples.generator.layouts import Captions, Layout, Place, place
from samples.generator.table import Block, Role, Rows, Slot, Text, beside, tile

_LEVELS = ("level1", "level2")
_MEASURE = ("comparator", "number", "unit")
_NAMES = {"project_name", "department", "implementing_unit"}


def lay_out(layout: Layout, form: Form, captions: Captions) -> tuple[Block, ...]:
    """Give the blocks of one form, top to bottom."""
    page = _Drawing(layout, form, _fill(captions, form))
    rows = [row for block in layout.rows for row in page.block(block)]
    notes = (Text(line, "note", align="left") for line in form.beside.get("notes", ()))
    return (
        *(page.line(keys) for keys in layout.above),
        tile(layout.widths, rows),
        *(page.line(keys) for keys in layout.below),
        *notes,
    )


def extra_of(blocks: Sequence[Block]) -> dict[str, str]:
    """Give what blocks print that has no place of its own in the truth, by label."""
    found: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Text):
            found |= dict(block.extra)
            continue
        slots = [cell.slot for cell in block.cells if cell.slot.field.startswith("/extra/")]
        found |= {_unescaped(slot.field): slot.text for slot in slots if slot.text}
    return found


def _extra_field(label: str) -> str:
    """Give the pointer of the value that `label` is printed for."""
    bare = "".join(normalize("NFKC", label).split()).strip(":")
    return "/extra/" + bare.replace("~", "~0").replace("/", "~1")


def _unescaped(pointer: str) -> str:
    return pointer.removeprefix("/extra/").replace("~1", "/").replace("~0", "~")


def _fill(captions: Any, form: Form) -> Any:  # noqa: ANN401
    """Write the form's year, unit and execution weight into captions that name them."""
    if isinstance(captions, dict):
        return {key: _fill(value, form) for key, value in captions.items()}
    return captions.format(
        year=form.fiscal_year,
        unit=form.money_unit,
        level=form.project_level,
        weight=form.drawing.get("execution_weight", 10),
    )


class _Drawing:
    """Draws the blocks of one form."""

    def __init__(self, layout: Layout, form: Form, captions: Captions) -> None:
        self.layout = layout
        self.form = form
        self.captions = captions
        self.words = "indicators"

    def caption(self, key: str) -> str:
        """Give a caption by its path."""
        found: Any = self.captions
        for part in key.split("."):
            found = found[part]
        assert isinstance(found, str), key
        return found

    # -- lines ------------------------------------------------------------------------------------------------------------

    def line(self, keys: Sequence[str]) -> Text:
        """Give a line above or below the table; several labelled values stand on it with room between them."""
        (first, *_) = keys
        if first == "title":
            after = "".join(self.caption(key) for key in keys[1:])
            return Text(self.form.title + after, "title", "/title")
        if first == "year":
            return Text(self.caption("year"), "year", "/fiscal_year")
        parts: list[str] = []
        extra: list[tuple[str, str]] = []
        field = ""
        for label, value in zip(keys[::2], keys[1::2], strict=True):
            text, pointer = self.value(value.removeprefix("="), self.caption(label))
            parts.append(f"{self.caption(label)}：{text}")
            if pointer.startswith("/extra/"):
                extra.append((_unescaped(pointer), text))
            else:
                field = pointer
        return Text("        ".join(parts), "caption", field, tuple(extra), "left")

    # -- cells ------------------------------------------------------------------------------------------------------------

    def value(self, key: str, label: str) -> tuple[str, str]:
        """Give a value's text and its pointer; what the truth has no place for is extra under `label`."""
        if key == "project_name":
            level = self.captions["project_level"] if self.form.project_level else ""
            return (self.form.project_name or "") + level, "/project_name"
        if key in _NAMES:
            return getattr(self.form, key), f"/{key}"
        if "." in key:
            block, _, name = key.partition(".")
            return getattr(getattr(self.form, block), name), f"/{block}/{name}"
        return self.form.drawing["values"][key], _extra_field(label)

    def cells(self, texts: Sequence[str]) -> list[Slot]:
        """Give a row of captions and values; a value belongs to the caption before it."""
        slots: list[Slot] = []
        label = ""
        for key, cols, chars in map(place, texts):
            if key == "-":
                slots.append(Slot("", cols, role="blank"))
            elif key.startswith("="):
                text, field = self.value(key[1:], label)
                slots.append(Slot(text, cols, 1, _role_of(key[1:], text), field, chars))
            else:
                label = self.caption(key)
                slots.append(Slot(label, cols, chars=chars))
        return slots

    def side(self, text: str) -> Slot:
        """Give the cell at the left of a block: `role caption cols chars`."""
        role, rest = text.split(maxsplit=1)
        key, cols, chars = place(rest)
        return Slot(
            self.caption(key), cols, role="side" if role == "side" else "label", chars=chars
        )

    # -- blocks -----------------------------------------------------------------------------------------------------------

    def block(self, block: Mapping[str, Any]) -> Rows:
        """Give the rows of a block of the layout."""
        if "block" not in block:
            return [self.cells(block["cells"])]
        if block["block"] == "goal_tables":
            return self.goal_tables(block)
        columns = tuple(map(place, block.get("columns", ())))
        match block["block"]:
            case "funding":
                rows = self.funding(columns)
            case "goals":
                rows = self.goals(columns)
            case "indicators":
                rows = self.indicators(block, columns)
            case _:
                rows = [row for inner in block["rows"] for row in self.block(inner)]
        return beside(self.side(block["side"]), rows) if "side" in block else rows

    def funding(self, columns: Sequence[Place]) -> Rows:
        """Give the funding rows under their header; the first column is the rows' own label."""
        words = self.captions["funding"]
        rows: Rows = [[Slot(words.get(key, ""), cols) for key, cols, _ in columns]]
        for number, row in enumerate(self.form.funding):
            # Component labels stand indented under the first, as the print-outs have them.
            indent = (0.0, 1.0, 4.0, 4.0)[min(number, 3)]
            slots = [Slot(row.label, columns[0].cols, role="item", indent_em=indent)]
            for key, cols, chars in columns[1:]:
                if key in {"reason", "method"}:
                    if number == 0:
                        text = self.form.drawing["values"].get(key, "")
                        field = _extra_field(words[key]) if text else ""
                        height = len(self.form.funding)
                        slots.append(Slot(text, cols, height, "text", field, chars))
                    continue
                slots.append(_value(f"/funding/{number}/{key}", getattr(row, key) or "", cols))
            rows.append(slots)
        return rows

    def goals(self, columns: Sequence[Place]) -> Rows:
        """Give the goals under their captions."""
        heads, texts = [], []
        for key, cols, chars in columns:
            label = self.captions["goals"][key]
            heads.append(Slot(label, cols))
            if key in {"expected", "actual"}:
                text, field = getattr(self.form.goals, key), f"/goals/{key}"
            else:
                text, field = self.form.drawing["values"][key], _extra_field(label)
            texts.append(Slot(text, cols, role="prose", field=field, chars=chars))
        return [heads, texts]

    def goal_tables(self, block: Mapping[str, Any]) -> Rows:
        """Give each goal with an indicator table of its own; the first goal is the form's, further ones are extra."""
        rows: Rows = []
        columns = tuple(map(place, block["columns"]))
        (label_cols, text_cols) = block["spans"]
        for goal, text in enumerate(self.form.drawing["goals"]):
            label = self.captions["goals"]["numbered"].replace("#", str(goal + 1))
            field = _extra_field(label) if goal else "/goals/expected"
            rows.append([Slot(label, label_cols), Slot(text, text_cols, role="prose", field=field)])
            rows += self.indicators({**block, "goal": goal}, columns)
        return rows

    # -- indicators -------------------------------------------------------------------------------------------------------

    def indicators(self, block: Mapping[str, Any], columns: Sequence[Place]) -> Rows:
        """Give indicator rows under their header: level 1 and 2 span their rows, the other columns follow in the given order."""
        self.words = block.get("captions", "indicators")
        rows = self.header(block, columns)
        numbers = [
            number for number in range(len(self.form.indicators)) if self._is_in(block, number)
        ]
        return rows + self._levelled(numbers, [column.key for column in columns], columns)

    def _is_in(self, block: Mapping[str, Any], number: int) -> bool:
        """Say whether an indicator stands in a block that takes only those of one goal, or of one section."""
        wanted = (block["goal"],) if "goal" in block else block.get("sections")
        return wanted is None or self.form.drawing["places"][number] in wanted

    def header(self, block: Mapping[str, Any], columns: Sequence[Place]) -> Rows:
        """Give the header: one row, or two where some columns have a common caption above theirs."""
        words = self.captions[self.words]
        groups = list(map(place, block.get("groups", ())))
        if not groups:
            return [[Slot(words[key], cols) for key, cols, _ in columns]]
        upper: list[Slot] = []
        lower: list[Slot] = []
        waiting = list(columns)
        for group in groups:
            if group.key == "-":
                upper += [Slot(words[waiting.pop(0).key], rows=2) for _ in range(group.cols)]
                continue
            upper.append(Slot(self.caption(group.key), group.cols))
            lower += [Slot(words[waiting.pop(0).key]) for _ in range(group.cols)]
        return [upper, lower]

    def _levelled(
        self, numbers: Sequence[int], keys: Sequence[str], columns: Sequence[Place]
    ) -> Rows:
        """Give rows, those of one level beside its label."""
        level = next((key for key in _LEVELS if key in keys), None)
        if level is None:
            placeholders = self.form.drawing.get("placeholders", {})
            rows = [self._row(number, columns[-len(keys) :]) for number in numbers]
            last = str(numbers[-1]) if numbers else ""
            return rows + [
                _empty(text, columns[-len(keys) :]) for text in placeholders.get(last, ())
            ]
        rows = []
        cols = next(column.cols for column in columns if column.key == level)
        rest = [key for key in keys if key != level]
        for text, members in groupby(numbers, lambda n: getattr(self.form.indicators[n], level)):
            of_level = list(members)
            slot = Slot(text or "", cols, role="level", field=f"/indicators/{of_level[0]}/{level}")
            rows += beside(slot, self._levelled(of_level, rest, columns))
        return rows

    def _row(self, number: int, columns: Sequence[Place]) -> list[Slot]:
        return [slot for column in columns for slot in self._cell(number, column)]

    def _cell(self, number: int, column: Place) -> Iterator[Slot]:
        key, cols, chars = column
        indicator = self.form.indicators[number]
        if key in _MEASURE:
            text = self.form.drawing["targets"][number][_MEASURE.index(key)]
            yield Slot(text, cols, 1, "value" if text else "blank", f"/indicators/{number}/target")
        elif hasattr(indicator, key):
            text = getattr(indicator, key) or ""
            role: Role = (
                "text" if key == "level3" or (key == "deviation" and len(text) > 4) else "value"
            )
            yield Slot(
                text, cols, 1, role if text else "blank", f"/indicators/{number}/{key}", chars
            )
        else:
            text = self.form.drawing["columns"][key][number]
            words = self.captions[self.words]
            field = f"{_extra_field(words[key])} {number + 1}"
            role = "text" if len(text) > 4 else "value"
            yield Slot(text, cols, 1, role if text else "blank", field if text else "", chars)


def _role_of(key: str, text: str) -> Role:
    if not text:
        return "blank"
    if "." in key:
        return "value"
    return "name" if len(text) < 40 else "prose"


def _value(pointer: str, text: str, cols: int = 1) -> Slot:
    role: Role = "money" if pointer.rpartition("/")[2] in MONEY else "value"
    return Slot(text, cols, role=role if text else "blank", field=pointer)


def _empty(text: str, columns: Sequence[Place]) -> list[Slot]:
    """Give a row of the blank form that nobody filled in."""
    first, *rest = columns
    return [
        Slot(text, first.cols, role="text"),
        *(Slot("", column.cols, role="blank") for column in rest),
    ]
