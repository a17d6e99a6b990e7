"""One campaign as the examples of the OpenAPI document show it."""

from __future__ import annotations

from typing import Any

from api.examples import CAMPAIGN, SAMPLE, SHA256

CAMPAIGN_IN: dict[str, Any] = {"name": CAMPAIGN["name"], "priority": "bulk"}
ITEM: dict[str, Any] = SAMPLE["item"]
TAKEN_ITEM: dict[str, Any] = {**ITEM, "state": "queued", "pages_done": 0}
REFUSED_ITEM: dict[str, Any] = {
    **ITEM,
    "path": "2023/教育局.zip!/说明.pdf",
    "state": "refused",
    "pages": None,
    "pages_done": 0,
    "job_id": None,
    "pipeline": None,
    "trouble": {"code": "unsupported_type", "details": {"found": "HTML, XML"}},
}
ITEMS: dict[str, Any] = {"items": [ITEM, REFUSED_ITEM], "next": None}
WANTED: dict[str, Any] = {
    "items": [
        {**ITEM, "state": "planned", "pages_done": 0, "job_id": None, "pipeline": None},
    ],
    "next": None,
}
MANIFEST: dict[str, Any] = {
    "rows": [
        {
            "path": ITEM["path"],
            "size": ITEM["size"],
            "sha256": ITEM["sha256"],
            "pages": 3,
            "fiscal_year": 2023,
            "department": "教育局",
            "box": "12",
            "item_number": "1",
            "declared": ["box", "item_number"],
        },
        {"path": "2023/教育局.zip!/002.pdf", "size": 884_123, "sha256": SHA256},
        {"path": "2023/教育局/破损.pdf", "standing": "refused", "code": "encrypted_file"},
    ]
}
TAKEN: dict[str, Any] = {"new": 3, "changed": 0, "known": 0}
PROGRESS: dict[str, Any] = {
    "states": {
        "planned": 0,
        "queued": 18_210,
        "running": 4,
        "done": 20_117,
        "review": 1_320,
        "failed": 12,
        "cancelled": 0,
        "duplicate": 331,
        "refused": 6,
        "vanished": 0,
        "changed": 0,
        "missing": 0,
    },
    "pages": 118_900,
    "pages_done": 64_300,
    "pages_failed": 9,
    "records": 21_004,
    "bytes": 61_000_000_000,
    "pages_per_hour": 7_150.0,
    "seconds_left": 27_487.3,
}
FAILURES: dict[str, Any] = {
    "items": [
        {"code": "damaged_file", "files": 12, "pages": 0, "paths": ["2019/民政局/017.pdf"]},
        {"code": "page_crashed", "files": 0, "pages": 9, "paths": ["2018/民政局/002.pdf"]},
    ]
}
PRIORITY_IN: dict[str, Any] = {"priority": "interactive"}
RERUN_IN: dict[str, Any] = {"what": "outdated"}
RERUN: dict[str, Any] = {"started": 500, "left": 1_204}
COMPARED: dict[str, Any] = {
    "items": [
        {
            "item_id": ITEM["id"],
            "path": ITEM["path"],
            "before": "1-0d9e41b2",
            "after": ITEM["pipeline"],
            "differences": [
                {
                    "form_id": "f3c1",
                    "page": 1,
                    "project": "道路养护",
                    "pointer": "/total/score",
                    "before": "93.75",
                    "after": "98.75",
                    "corrected": False,
                }
            ],
        }
    ],
    "next": None,
}
