"""Does a person have to look at it?"""

from __future__ import annotations

from core.extraction import Extraction, Form

_DOUBTFUL_FIELDS = frozenset({"review", "missing"})
_DOUBTFUL_VERDICTS = frozenset({"reading_error", "undecided"})


def needs_review(extraction: Extraction) -> bool:
    """Return whether a page, a form or the document as a whole is in doubt.

    What the document itself got wrong (`form_error`) is told, but does not put the reading in doubt.
    """
    return (
        any(form_needs_review(form) for form in extraction.forms)
        or any(page.kind == "unreadable" for page in extraction.pages)
        or any(issue.severity == "error" for issue in extraction.issues)
    )


def form_needs_review(form: Form) -> bool:
    """Return whether a value of the form is in doubt."""
    return any(entry.status in _DOUBTFUL_FIELDS for entry in form.fields.values()) or any(
        check.verdict in _DOUBTFUL_VERDICTS for check in form.checks
    )
