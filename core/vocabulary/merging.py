"""Several vocabulary files as one: a later file adds to the earlier ones, and where it contradicts them it counts.

Lists are joined. A wording that a later file gives another role leaves its earlier one; what a template has, and
which checks hold on it, is replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from core.vocabulary.matching import squash
from core.vocabulary.schema import VocabularyFile

_REPLACED = {"head", "blocks", "checks"}

Groups = dict[str, dict[str, tuple[str, ...]]]


def merge(files: Iterable[VocabularyFile]) -> VocabularyFile:
    """Return one file that says what all say."""
    merged: dict[str, object] = {}
    for file in files:
        plain = file.model_dump(by_alias=True)
        if merged:
            merged["labels"] = _without(cast("Groups", merged["labels"]), plain["labels"])
        merged = cast("dict[str, object]", _joined(merged, plain))
    return VocabularyFile.model_validate(merged)


def overlaid(file: VocabularyFile, template: str) -> VocabularyFile:
    """Return the file as the forms of one template use it: with the template's own labels over the others."""
    own: Groups = file.templates[template].labels.model_dump()
    plain = file.model_dump(by_alias=True)
    plain["labels"] = _joined(_without(plain["labels"], own), own)
    return VocabularyFile.model_validate(plain)


def _without(groups: Groups, own: Groups) -> Groups:
    """Return labels without the wordings that `own` gives a role, group by group."""
    return {
        group: {
            role: tuple(
                word for word in words if squash(word) not in _given(own.get(group, {}), role)
            )
            for role, words in roles.items()
        }
        for group, roles in groups.items()
    }


def _given(roles: Mapping[str, tuple[str, ...]], but: str) -> set[str]:
    """Return all wordings of a group, except those of one role."""
    return {squash(word) for role, words in roles.items() if role != but for word in words}


def _joined(first: object, second: object) -> object:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        keys = [*first, *(key for key in second if key not in first)]
        return {key: _joined_at(key, first.get(key), second.get(key)) for key in keys}
    if isinstance(first, tuple) and isinstance(second, tuple):
        joined = list(cast("tuple[object, ...]", first))
        joined += [item for item in cast("tuple[object, ...]", second) if item not in joined]
        return tuple(joined)
    return second or first


def _joined_at(key: str, first: object, second: object) -> object:
    if second is None:
        return first
    if first is None or key in _REPLACED:
        return second
    return _joined(first, second)
