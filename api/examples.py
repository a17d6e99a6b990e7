"""One job, its document and its record, as every example of the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

JOB_ID = "18b5a0c3f1d2e4a60123456789abcdef"
RECORD_ID = "18b5a0c92b7711f0fedcba9876543210"
OTHER_ID = "18b5a0d0007711f0fedcba9876543210"
KEY_ID = "18b59fff00aa22cc0011223344556677"
SHA256 = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
MOMENT = "2026-03-02T08:15:30Z"
ADDRESS = f"/api/v1/jobs/{JOB_ID}"

FORM: dict[str, Any] = {
    "id": "f3c1",
    "pages": [1, 2],
    "template": "project-self-evaluation",
    "record": {
        "title": "项目支出绩效自评表",
        "fiscal_year": 2023,
        "project_name": "道路养护",
        "project_level": "二级构成",
        "department": "财政局",
        "implementing_unit": "市政所",
        "money_unit": "元",
        "funding": [
            {
                "item": "total",
                "label": "年度资金总额",
                "initial_budget": "1000000.00",
                "annual_budget": "1031336.77",
                "executed": "1031336.77",
                "weight": "10",
                "execution_rate": "100.00",
                "score": "10",
            }
        ],
        "goals": {"expected": "道路完好", "actual": "已完成"},
        "indicators": [
            {
                "level1": "产出指标",
                "level2": "数量指标",
                "level3": "养护里程",
                "target": "≥95%",
                "actual": "100%",
                "weight": "10",
                "score": "10",
                "deviation": "",
            }
        ],
        "total": {"weight": "100", "score": "100.00"},
        "extra": {"填报人": "李"},
    },
    "fields": {
        "/funding/0/executed": {
            "raw": "1,031,336.77",
            "confidence": 0.998,
            "page": 1,
            "box": [1210, 640, 1420, 690],
            "reader": "ppocr",
            "status": "ok",
            "why": None,
            "alternatives": [],
        }
    },
    "checks": [
        {
            "rule": "scores_sum",
            "verdict": "pass",
            "fields": ["/total/score"],
            "expected": "100.00",
            "found": "100.00",
            "message": "总分：各项得分合计 100.00，表上为 100.00。相符。",
        }
    ],
}
EXTRACTION: dict[str, Any] = {
    "schema": "dangan.extraction/1",
    "source": {"file": "2023年.pdf", "sha256": SHA256, "pages": 2, "pipeline": "0.1.0"},
    "pages": [
        {
            "number": 1,
            "width": 2480,
            "height": 3508,
            "rotation": 0,
            "skew_deg": 0.41,
            "kind": "form",
            "tables": [],
        }
    ],
    "forms": [FORM],
    "issues": [],
}
JOB: dict[str, Any] = {
    "id": JOB_ID,
    "state": "running",
    "priority": "interactive",
    "options": {"fiscal_year": 2023, "campaign": "2023年回填"},
    "callback_url": None,
    "refused": [],
    "progress": {
        "documents": 1,
        "documents_ended": 0,
        "pages": 2,
        "pages_done": 1,
        "pages_failed": 0,
        "forms": 0,
    },
    "trouble": None,
    "version": 4,
    "created": MOMENT,
    "updated": MOMENT,
    "finished": None,
    "status_url": ADDRESS,
    "events_url": f"{ADDRESS}/events",
    "result_url": f"{ADDRESS}/result",
    "deliveries_url": None,
}
DELIVERY: dict[str, Any] = {
    "id": "18eaee8fb1fc77ba031979ff8c05b8aa",
    "event": "job.needs_review",
    "state": "waiting",
    "attempts": 2,
    "next_at": MOMENT,
    "last_status": 503,
    "last_error": "come back later",
    "created": MOMENT,
}
DOCUMENT: dict[str, Any] = {
    "position": 0,
    "name": "2023年.pdf",
    "sha256": SHA256,
    "size": 884_123,
    "media_type": "application/pdf",
    "stage": "reading",
    "pages": 2,
    "pages_done": 1,
    "pages_failed": 0,
    "forms": 0,
    "needs_review": False,
    "trouble": None,
    "result_url": None,
    "pages_url": f"{ADDRESS}/documents/0/pages",
}
JOB_DETAIL: dict[str, Any] = {**JOB, "documents": [DOCUMENT]}
PAGE: dict[str, Any] = {
    "number": 1,
    "state": "done",
    "running": False,
    "trouble": None,
    "picture_url": f"{ADDRESS}/documents/0/pages/1/picture",
}
DELETED: dict[str, Any] = {
    "job_id": JOB_ID,
    "documents": 1,
    "pages": 2,
    "records": 1,
    "corrections": 0,
    "blobs": [SHA256],
}
RECORD: dict[str, Any] = {
    "id": RECORD_ID,
    "sha256": SHA256,
    "form_id": "f3c1",
    "position": 0,
    "version": 1,
    "status": "ok",
    "superseded_by": None,
    "form": FORM,
    "catalogue": {
        "campaign": "2023年回填",
        "path": "2023年/财政局/007.pdf",
        "fiscal_year": 2023,
        "department": "财政局",
        "project_name": None,
        "box": "3",
        "item_number": "7",
        "archive_number": "XJ-2023-0007",
        "declared": ["box", "item_number", "archive_number"],
    },
    "created": MOMENT,
    "updated": MOMENT,
    "url": f"/api/v1/records/{RECORD_ID}",
    "history_url": f"/api/v1/records/{RECORD_ID}/history",
}
CORRECTION: dict[str, Any] = {
    "pointer": "/funding/0/executed",
    "value": "1031336.77",
    "reason": "对照原件",
}
HISTORY: dict[str, Any] = {
    "id": "18b5a1aa00aa22cc8899aabbccddeeff",
    "pointer": "/funding/0/executed",
    "before": "1031336.71",
    "after": "1031336.77",
    "by": "审核",
    "reason": "对照原件",
    "created": MOMENT,
}
TWIN: dict[str, Any] = {
    "id": RECORD_ID,
    "sha256": SHA256,
    "pages": [1, 2],
    "project_name": "道路养护",
    "department": "财政局",
    "fiscal_year": 2023,
    "status": "review",
    "doubtful": 3,
    "confidence": 0.981,
    "superseded_by": None,
}
DUPLICATE: dict[str, Any] = {
    "id": "18b5a1bb00aa22cc8899aabbccddeeff",
    "kind": "scan",
    "likeness": 0.93,
    "judgement": "open",
    "records": [TWIN, {**TWIN, "id": OTHER_ID, "status": "ok", "doubtful": 0}],
    "better": OTHER_ID,
    "by": "",
    "note": "",
    "created": MOMENT,
    "judged": None,
}
DUPLICATE_DETAIL: dict[str, Any] = {
    **DUPLICATE,
    "differences": [{"pointer": "/total/score", "first": "93.75", "second": "98.75"}],
}
DECISION: dict[str, Any] = {"judgement": "same", "keep": OTHER_ID, "note": "较清晰"}
JUDGED: dict[str, Any] = {
    "duplicate": {**DUPLICATE_DETAIL, "judgement": "same", "by": "审核", "judged": MOMENT},
    "carried": ["/funding/0/executed"],
    "left": [],
}
CAMPAIGN: dict[str, Any] = {
    "id": "18b5a00000aa22cc0011223344556677",
    "name": "2023年回填",
    "owner": "",
    "state": "running",
    "priority": "bulk",
    "options": {},
    "items": 40000,
    "created": MOMENT,
    "updated": MOMENT,
}
COVERAGE: dict[str, Any] = {
    "campaign": "2023年回填",
    "department": None,
    "cells": [
        {
            "fiscal_year": 2022,
            "department": "财政局",
            "project_name": None,
            "found": 118,
            "review": 7,
            "open": 0,
            "failed": 1,
            "missing": 3,
            "duplicate": 2,
        }
    ],
    "gaps": [{"fiscal_year": 2022, "box": "12", "first": 31, "last": 33}],
    "vanished": [
        {"department": "财政局", "project_name": "道路养护", "last_year": 2021, "again": None}
    ],
    "cut": False,
}
FINDING_IN: dict[str, Any] = {
    "item": "18b5a00000aa22cd0011223344556677",
    "picture": True,
    "match": True,
    "values": False,
    "note": "预算数少一位",
}
SAMPLE: dict[str, Any] = {
    "place": 1,
    "item": {
        "id": FINDING_IN["item"],
        "path": "2023/教育局/001.pdf",
        "state": "done",
        "size": 482133,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "pages": 3,
        "pages_done": 3,
        "pages_failed": 0,
        "fiscal_year": 2023,
        "department": "教育局",
        "project_name": None,
        "box": "12",
        "item_number": "1",
        "archive_number": None,
        "declared": ["fiscal_year", "department", "box", "item_number"],
        "job_id": JOB_ID,
        "position": 0,
        "pipeline": "1-5d41402a",
        "trouble": None,
        "updated": MOMENT,
    },
    "findings": [
        {
            "picture": True,
            "match": True,
            "values": False,
            "id": "18b5a00000aa22ce0011223344556677",
            "note": FINDING_IN["note"],
            "by": "审核",
            "created": MOMENT,
            "stale": False,
        }
    ],
}
FIGURES: dict[str, Any] = {"sample": 0.05, "machine": 1.0, "match": 1.0, "others": 0.95}
DRAWING: dict[str, Any] = {"figures": FIGURES, "seed": 20231}
ACCEPTANCE: dict[str, Any] = {
    "id": "18b5a00000aa22cf0011223344556677",
    "campaign": CAMPAIGN["name"],
    "seed": 20231,
    "figures": FIGURES,
    "drawn": 20,
    "draws": 1,
    "machine": {"files": 400, "checked": 400, "waiting": 0},
    "outcome": {
        "verdict": "pass",
        "lines": [
            {"criterion": "machine", "right": 400, "of": 400, "needed": 1.0, "met": True},
            {"criterion": "sample", "right": 20, "of": 400, "needed": 0.05, "met": True},
            {"criterion": "picture", "right": 20, "of": 20, "needed": 0.95, "met": True},
            {"criterion": "match", "right": 20, "of": 20, "needed": 1.0, "met": True},
            {"criterion": "values", "right": 19, "of": 20, "needed": 0.95, "met": True},
        ],
    },
    "by": "审核",
    "created": MOMENT,
}
KEY: dict[str, Any] = {
    "id": KEY_ID,
    "name": "审核",
    "scopes": ["read", "review"],
    "limits": {"upload_mb": 200, "rate_per_s": None},
    "created": MOMENT,
    "revoked": None,
}
KEY_IN: dict[str, Any] = {name: KEY[name] for name in ("name", "scopes", "limits")}
NEW_KEY: dict[str, Any] = {"key": KEY, "secret": "dangan_…"}
READINESS: dict[str, Any] = {
    "parts": [
        {"name": "database", "ok": True, "why": None},
        {"name": "broker", "ok": False, "why": "the broker does not answer"},
    ]
}
UNREADINESS: dict[str, Any] = {
    "parts": [{"name": "database", "ok": False, "why": "the database does not answer"}]
}


def answered(example: object, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Describe what a call answers when all is well, by an example."""
    return {status: {"content": {"application/json": {"example": example}}}}
