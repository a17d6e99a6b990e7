"""Pages of forms that were scanned out of order are put back where that is certain.

Enters: a file as `worker.cut` cut it, page by page. Leaves: the same with orphaned pages at the forms they belong to, or a finding
where that cannot be told. What speaks for a page is its printed number, the arithmetic of the form that it would make, and that
no other form and no other page is left over; columns that do not line up and levels that come a second time speak against it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, permutations

from core.vocabulary import Vocabulary
from worker.cut import Cut, Finding, FormParts, fit_of, goes_back
from worker.sheet import Part
from worker.signs import Signs, signs_of

Agrees = Callable[[FormParts], bool | None]
"""Tells whether a form's own figures agree; None where it has none that could."""


@dataclass(frozen=True)
class CollateParams:
    """Where a page is looked for and what fits.

    A page that was misplaced lies within `window_pages`: print-outs of one office are scanned together; one that holds only
    remarks, whose columns say nothing, within `tail_pages`, and one for which nothing speaks but that there is no other way
    within `near_pages`. `least_fit` is the share of column edges that it has to have
    in common with the form, `sibling_fit` that of pages from one print-out: numbers begin anew in each. More than `most_open` open ends in one place are left to a person.
    """

    window_pages: int = 24
    tail_pages: int = 2
    near_pages: int = 4
    least_fit: float = 0.7
    sibling_fit: float = 0.95
    most_open: int = 7


STANDARD = CollateParams()

Unit = tuple[Part, ...]
"""The parts of one form on one sheet."""


@dataclass(frozen=True)
class _Made:
    """A form as it would be with further units, and what speaks for it."""

    form: FormParts
    units: tuple[Unit, ...]
    proves: bool
    """Its figures agree, and did not without the units."""
    in_sequence: bool
    """The numbers printed on its sheets follow each other."""

    @property
    def vouched_for(self) -> int:
        return self.proves + self.in_sequence


_Choice = tuple[FormParts, Sequence[_Made]]


class _Table:
    """All forms and loose units of a file, and what is known of them; lives within one call of `collate`."""

    def __init__(self, vocabulary: Vocabulary, agrees: Agrees, params: CollateParams) -> None:
        self.vocabulary, self.params = vocabulary, params
        self._agrees = agrees
        self._signs: dict[int, Signs] = {}
        self._fits: dict[tuple[int, int, int], float] = {}
        self._judged: dict[tuple[int, ...], bool | None] = {}

    def signs(self, part: Part) -> Signs:
        if id(part) not in self._signs:
            self._signs[id(part)] = signs_of(part, self.vocabulary)
        return self._signs[id(part)]

    def agrees(self, form: FormParts) -> bool | None:
        key = tuple(map(id, form.parts))
        if key not in self._judged:
            self._judged[key] = self._agrees(form)
        return self._judged[key]

    def fit(self, form: FormParts, unit: Unit) -> float:
        key = (id(form.parts[0]), id(form.parts[-1]), id(unit[0]))
        if key not in self._fits:
            self._fits[key] = fit_of(form.parts, unit[0])
        return self._fits[key]

    def ended(self, parts: Sequence[Part]) -> bool:
        return any(self.signs(part).ends for part in parts)

    def in_doubt(self, form: FormParts) -> bool:
        """Tell whether the figures of a form of several sheets, or the numbers printed on them, do not agree."""
        sheets = _sheets(form.parts)
        skips = any(_skips(before, after) for before, after in pairwise(sheets))
        return len(sheets) > 1 and (skips or self.agrees(form) is False)

    def contradicts(self, form: FormParts) -> bool:
        """Tell whether later sheets cannot be the form's."""
        numbers = any(goes_back(before, after) for before, after in pairwise(form.parts))
        return numbers or (self.levels_return(form.parts) and self.agrees(form) is not True)

    def whole(self, form: FormParts) -> bool:
        """Tell whether a form has its end, or figures that say so."""
        return self.ended(form.parts) or self.agrees(form) is True

    def levels_return(self, parts: Sequence[Part]) -> bool:
        """Tell whether a level-1 word comes again behind another one, on a later sheet.

        In a form with a table for each goal it does so on one sheet too, and says nothing.
        """
        seen: list[str] = []
        returned = False
        for sheet in _sheets(parts):
            words = [word for part in sheet for word in self.signs(part).level1]
            if len(set(words)) < len(words):
                return False
            returned = returned or any(word in seen[:-1] for word in words)
            seen += [word for word in words if word not in seen]
        return returned

    def levels(self, form: FormParts) -> frozenset[str]:
        return frozenset(word for part in form.parts for word in self.signs(part).level1)

    def lacks(self, form: FormParts) -> bool:
        """Tell whether a form has no last row, and figures that do not make its sum."""
        return not self.ended(form.parts) and self.agrees(form) is False

    def tails(self, parts: Sequence[Part]) -> frozenset[str]:
        return frozenset().union(*(self.signs(part).tails for part in parts))

    def only_tail(self, unit: Unit) -> bool:
        """Tell whether a unit holds nothing but what stands behind the total."""
        every = [self.signs(part) for part in unit]
        return all(signs.tail and not signs.of_a_form for signs in every)


def collate(
    found: Cut,
    vocabulary: Vocabulary,
    agrees: Agrees,
    params: CollateParams = STANDARD,
) -> Cut:
    """Put orphans back and take pages from forms that they do not belong to; report both, and what stays open."""
    table = _Table(vocabulary, agrees, params)
    ends = _loose_ends(found, table)
    given = _Dealing(table, ends).dealt() if ends.any else {}
    return _redealt(found, table, ends.heads, given)


@dataclass(frozen=True)
class _LooseEnds:
    """What may have to be put together anew.

    `loose` units belong to no form, or contradict the one they were put behind; `held` ones may be taken from theirs by evidence
    only. `heads` are forms that may lack units; to those in `settled` (identities) only evidence gives others than
    they had. `any` says that something is out of place at all.
    """

    heads: tuple[FormParts, ...]
    settled: frozenset[int]
    loose: tuple[Unit, ...]
    held: tuple[Unit, ...]
    any: bool


def _loose_ends(found: Cut, table: _Table) -> _LooseEnds:
    heads: list[FormParts] = []
    settled: set[int] = set()
    loose, held = _sheets(found.orphans), list[Unit]()
    out_of_place = bool(loose)
    for form in found.forms:
        sheets = _sheets(form.parts)
        doubted = table.in_doubt(form)
        if table.contradicts(form):
            loose += sheets[1:]
        elif not _in_sequence(sheets) and table.agrees(form) is not True:
            held += sheets[1:]
        if table.contradicts(form) or doubted:
            head = replace(form, parts=sheets[0])
            settled |= set() if table.contradicts(form) else {id(head)}
            heads.append(head)
        elif not table.whole(form) or _wants_tail(form, loose, table):
            heads.append(form)
        out_of_place = out_of_place or table.contradicts(form) or doubted or table.lacks(form)
    return _LooseEnds(tuple(heads), frozenset(settled), tuple(loose), tuple(held), any=out_of_place)


def _wants_tail(form: FormParts, units: Sequence[Unit], table: _Table) -> bool:
    """Tell whether a form that has its total lacks what an orphan has to say behind it."""
    return any(
        table.only_tail(unit) and not table.tails(unit) & table.tails(form.parts) for unit in units
    )


class _Dealing:
    """Who gets which unit; lives within one call of `collate`."""

    def __init__(self, table: _Table, ends: _LooseEnds) -> None:
        self.table, self.ends = table, ends
        self.open = list(ends.heads)
        self.left = [*ends.loose, *ends.held]
        self.given: dict[int, _Made] = {}
        self._trials: dict[tuple[int, ...], _Made | None] = {}

    def dealt(self) -> dict[int, _Made]:
        """Return what each head became, by the identity of its first part."""
        while self._deal_one(self._vouched_for()):
            pass
        while self._deal_one(self._only_ones()):
            pass
        return self.given

    def _deal_one(self, certain: Iterator[tuple[FormParts, _Made]]) -> bool:
        choice = next(certain, None)
        if choice is None:
            return False
        head, made = choice
        self.given[id(head.parts[0])] = made
        self.open = [it for it in self.open if it is not head]
        self.left = [unit for unit in self.left if not any(unit is own for own in made.units)]
        return True

    def _vouched_for(self) -> Iterator[tuple[FormParts, _Made]]:
        """Yield heads with one best made form that has evidence, where no other head has as good a claim to its units."""
        claims = [(head, [it for it in self._made(head) if it.vouched_for]) for head in self.open]
        for head, every in claims:
            most = max((it.vouched_for for it in every), default=0)
            best = [it for it in every if it.vouched_for == most]
            rivals = [
                it
                for other, theirs in claims
                if other is not head
                for it in theirs
                if it.vouched_for >= most and best and _share(it.units, best[0].units)
            ]
            if len(best) == 1 and not rivals:
                yield head, best[0]

    def _only_ones(self) -> Iterator[tuple[FormParts, _Made]]:
        """Yield what is left where there is one way only: every head gets something, and every loose unit is used."""
        heads = [head for head in self.open if id(head) not in self.ends.settled]
        choices = [
            (head, made)
            for head in heads
            if (made := [it for it in self._made(head) if self._is_modest(head, it)])
        ]
        for group in _groups(choices):
            if len(group) <= self.table.params.most_open:
                ways = list(_ways(group))
                if len(ways) == 1:
                    yield from ways[0]

    def _is_modest(self, head: FormParts, made: _Made) -> bool:
        """Tell whether a form takes nothing that is another's, and nothing from afar."""
        reach = self.table.params.near_pages
        near = all(_distance(head, unit) <= reach for unit in made.units)
        return near and not _share(made.units, self.ends.held)

    def _made(self, head: FormParts) -> list[_Made]:
        """Return all forms that a head could become with one or two of the units that are left."""
        near = [unit for unit in self.left if self._is_near(head, unit)]
        if len(near) > self.table.params.most_open:
            near = [unit for unit in near if _follows(head.parts, unit)]
        ways = [(unit,) for unit in near] + [
            pair for pair in permutations(near, 2) if not self.table.ended(pair[0])
        ]
        made = (self._tried(head, units) for units in ways)
        return [it for it in made if it is not None]

    def _is_near(self, head: FormParts, unit: Unit) -> bool:
        params = self.table.params
        reach = params.tail_pages if self.table.only_tail(unit) else params.window_pages
        return (
            _distance(head, unit) <= reach
            and not _above(unit, head)
            and self.table.fit(head, unit) >= params.least_fit
        )

    def _tried(self, head: FormParts, units: tuple[Unit, ...]) -> _Made | None:
        """Return `_with`, which is asked again and again while units are dealt."""
        key = (id(head), *map(id, units))
        if key not in self._trials:
            self._trials[key] = self._with(head, units)
        return self._trials[key]

    def _with(self, head: FormParts, units: tuple[Unit, ...]) -> _Made | None:
        parts = (*head.parts, *(part for unit in units for part in unit))
        for before, after in pairwise(_sheets(parts)):
            if _skips(before, after) or (
                self.table.ended(before) and not self.table.only_tail(after)
            ):
                return None
        if self.table.tails(head.parts) & self.table.tails(parts[len(head.parts) :]):
            return None
        fits = all(self.table.fit(head, unit) >= self.table.params.sibling_fit for unit in units)
        in_sequence = _in_sequence(_sheets(parts)) and (
            fits or all(map(self.table.only_tail, units))
        )
        before_that = self.table.agrees(head)
        if before_that is None and not in_sequence and _share(units, self.ends.held):
            return None
        form = replace(head, parts=parts)
        agrees = self.table.agrees(form)
        if self.table.levels_return(parts) and agrees is not True:
            return None
        if agrees is False and not in_sequence:
            return None
        proves = agrees is True and before_that is False
        return _Made(form, units, proves=proves, in_sequence=in_sequence)


def _groups(choices: Sequence[_Choice]) -> list[list[_Choice]]:
    """Group heads that have units in common."""
    groups: list[tuple[set[int], list[_Choice]]] = []
    for choice in choices:
        units = {id(unit) for made in choice[1] for unit in made.units}
        joined = [choice]
        for others in [group for group in groups if group[0] & units]:
            groups.remove(others)
            units |= others[0]
            joined = [*others[1], *joined]
        groups.append((units, joined))
    return [group for _, group in groups]


def _ways(choices: Sequence[_Choice]) -> Iterator[tuple[tuple[FormParts, _Made], ...]]:
    """Yield all ways to give every head one of its made forms so that no unit is used twice and those within reach all are."""
    reached = {id(unit) for _, made in choices for it in made for unit in it.units}

    def deal(
        at: int, used: frozenset[int], so_far: tuple[tuple[FormParts, _Made], ...]
    ) -> Iterator[tuple[tuple[FormParts, _Made], ...]]:
        if at == len(choices):
            if used == reached:
                yield so_far
            return
        head, made = choices[at]
        for it in made:
            own = frozenset(map(id, it.units))
            if not own & used:
                yield from deal(at + 1, used | own, (*so_far, (head, it)))

    yield from deal(0, frozenset(), ())


def _redealt(
    found: Cut, table: _Table, heads: Sequence[FormParts], given: Mapping[int, _Made]
) -> Cut:
    """Return the cut with what was dealt.

    A form whose sheets nobody else took keeps them, unless they contradict each other.
    """
    used = {id(part) for made in given.values() for unit in made.units for part in unit}
    first_sheets = {id(head.parts[0]): head for head in heads}
    forms, doubtful, moved = [], set(), set()
    for form in found.forms:
        key = id(form.parts[0])
        made = given.get(key)
        if made is not None:
            forms.append(made.form)
            if made.form.pages != form.pages:
                moved.add(key)
        elif key in first_sheets and (
            table.contradicts(form) or any(id(part) in used for part in form.parts)
        ):
            forms.append(first_sheets[key])
            doubtful.add(key)
        else:
            forms.append(form)
    held = {id(part) for form in forms for part in form.parts}
    every = (*found.orphans, *(part for form in found.forms for part in form.parts))
    orphans = tuple(part for part in every if id(part) not in held)
    return _reported(replace(found, forms=tuple(forms), orphans=orphans), table, moved, doubtful)


def _reported(found: Cut, table: _Table, moved: Collection[int], doubtful: Collection[int]) -> Cut:
    """Add what is to be said of forms that were put together anew or lack pages, and of pages that nobody has.

    `moved` and `doubtful` are identities of first parts.
    """
    findings = list(found.findings)
    for form in found.forms:
        key, first = id(form.parts[0]), form.pages[0]
        if key in moved:
            pages = ", ".join(map(str, form.pages))
            findings.append(Finding("pages_reordered", "warning", first, {"pages": pages}))
        elif key in doubtful:
            findings.append(Finding("cut_doubtful", "warning", first))
        elif _lacks_pages(form, found, table):
            findings.append(Finding("form_incomplete", "warning", first))
    alone = dict.fromkeys(part.page for part in found.orphans)
    findings += [Finding("orphan_continuation", "error", page) for page in alone]
    return replace(found, findings=tuple(findings))


def _lacks_pages(form: FormParts, found: Cut, table: _Table) -> bool:
    """Tell whether a form has no end: no last row, and figures that do not make its sum.

    Where nothing is to be added up it has fewer levels than another of the same columns nearby, or one only.
    """
    if table.ended(form.parts) or table.agrees(form) is not None:
        return table.lacks(form)
    levels = table.levels(form)
    return len(levels) < 2 or any(
        levels < table.levels(sibling)
        and _distance(form, sibling.parts) <= table.params.window_pages
        and table.fit(form, sibling.parts) >= table.params.sibling_fit
        for sibling in found.forms
        if sibling.template == form.template
        and sibling is not form
        and not table.ended(sibling.parts)
    )


# -- parts, sheets, units ---------------------------------------------------------------------------------------------------


def _sheets(parts: Sequence[Part]) -> list[Unit]:
    return [tuple(unit) for _, unit in groupby(parts, lambda part: (part.page, part.sheet))]


def _share(ours: Sequence[Unit], theirs: Sequence[Unit]) -> bool:
    return any(one is other for one in ours for other in theirs)


def _distance(form: FormParts, unit: Unit) -> int:
    return min(abs(page - unit[0].page) for page in form.pages)


def _above(unit: Unit, form: FormParts) -> bool:
    """Tell whether a unit stands on the sheet on which the form begins: whatever is there stands above it."""
    first = form.parts[0]
    return (unit[0].page, unit[0].sheet) == (first.page, first.sheet)


def _follows(before: Sequence[Part], after: Sequence[Part]) -> bool:
    first, second = before[-1].printed, after[0].printed
    return first is not None and second == first + 1


def _in_sequence(sheets: Sequence[Unit]) -> bool:
    """Tell whether the numbers printed on sheets follow each other; a single sheet is in sequence."""
    return all(_follows(before, after) for before, after in pairwise(sheets))


def _skips(before: Sequence[Part], after: Sequence[Part]) -> bool:
    """Tell whether both sheets print a number and these do not follow each other."""
    numbered = before[-1].printed is not None and after[0].printed is not None
    return numbered and not _follows(before, after)
