"""A draft as a vocabulary file: every guess is a comment, so that it changes nothing before somebody has looked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from core.messages import Language, say
from core.vocabulary import Group, Vocabulary
from core.vocabulary.drafting import GROUPS, Draft, Proposal, Seen


def to_toml(found: Draft, vocabulary: Vocabulary, file: str, language: Language) -> str:
    """Return the draft as a vocabulary file: proposals as comments under the role that they may have.

    `file` is the name of the file that was read, for people; the comments are in `language`.
    """
    lines = [f"# {line}" for line in say("draft", "intro", language, file=file).splitlines()]
    lines += ['schema = "dangan.vocabulary/1"', ""]
    for seen, template in found.known_titles:
        lines.append(_note("title_known", language, title=seen.text, name=template, page=seen.page))
    for seen in found.titles:
        lines += _template(seen, found, vocabulary, language)
    for group in GROUPS:
        lines += _table(group, found.proposals, language)
    if not found.proposals:
        lines += [_note("nothing", language), ""]
    if found.known:
        lines.append(_note("understood", language))
        lines += [
            _note(
                "known",
                language,
                label=it.seen.text,
                page=it.seen.page,
                role=f"{it.group}.{it.role}",
            )
            for it in found.known
        ]
    return "\n".join(lines).rstrip() + "\n"


def _template(seen: Seen, found: Draft, vocabulary: Vocabulary, language: Language) -> list[str]:
    # Two drafts in one folder must not fall under one name.
    name = "form-" + hashlib.sha256(seen.text.encode()).hexdigest()[:6]
    usual = vocabulary.template(vocabulary.first(found.kind))
    groups = {it.group for it in found.proposals} | {it.group for it in found.known}
    blocks = [
        block
        for block, group in (("funding", "funding_column"), ("indicators", "indicator_column"))
        if group in groups
    ]
    return [
        _note("title_new", language, page=seen.page),
        f"[templates.{name}]",
        f'kind = "{found.kind}"',
        f"titles = [{_quoted(seen.text)}]",
        f"blocks = {json.dumps(blocks)}",
        f"checks = {json.dumps(usual.checks or ())}",
        "",
    ]


def _table(group: Group, proposals: Sequence[Proposal], language: Language) -> list[str]:
    own = [it for it in proposals if it.group == group]
    lines = [f"[labels.{group}]"] if own else []
    for role in dict.fromkeys(it.role for it in own):
        lines.append(f"{role} = [")
        lines += [
            f"    # {_quoted(it.seen.text)},  {_reason(it, language)}"
            for it in own
            if it.role == role
        ]
        lines.append("]")
    return [*lines, ""] if lines else []


def _reason(it: Proposal, language: Language) -> str:
    if it.alike:
        return _note("alike", language, page=it.seen.page, word=it.alike)
    return _note("place", language, page=it.seen.page)


def _note(code: str, language: Language, **details: object) -> str:
    return f"# {say('draft', code, language, **details)}"


def _quoted(text: str) -> str:
    """Return a basic string of TOML: JSON escapes the same but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
