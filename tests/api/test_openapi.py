"""The OpenAPI document: complete, and true under calls that it allows and calls that it does not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import booleans
from pydantic import BaseModel
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from api.app import create_app
from api.examples import EXTRACTION, FORM, JOB_DETAIL, KEY, READINESS, RECORD
from api.parts import Parts
from api.records import RecordOut
from api.views import JobDetail
from core.extraction import Extraction, Form
from core.health import Readiness
from core.settings import Settings
from core.store.campaigns import find_campaign
from core.store.items import list_items
from core.store.jobs import list_jobs
from core.store.keys import KeyView, create_key
from core.store.records import list_records
from tests.api.finished import finished

CALLS = settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def operations(client: TestClient) -> Iterator[tuple[str, dict[str, Any]]]:
    document = client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_call_has_a_name_a_tag_and_an_example_of_every_answer(client: TestClient) -> None:
    names = []
    for call, operation in operations(client):
        names.append(operation["operationId"])
        assert operation["tags"], call
        assert operation["description"], call
        for status, answer in operation["responses"].items():
            for media_type, content in answer.get("content", {}).items():
                if "json" in media_type and "ndjson" not in media_type:
                    assert "example" in content or content.get("examples"), (call, status)
        body = json.dumps(operation.get("requestBody", {"content": {"x": {"example": 1}}}))
        assert '"example' in body, call
    assert len(set(names)) == len(names) >= 20


def test_every_problem_is_documented(client: TestClient) -> None:
    for call, operation in operations(client):
        told = {
            code
            for answer in operation["responses"].values()
            for code in answer.get("content", {})
            .get("application/problem+json", {})
            .get("examples", {})
        }
        if "/api/v1" not in call:
            continue
        assert {"key_needed", "scope_needed", "rate_exceeded", "bad_request"} <= told, call


def test_the_examples_are_what_we_answer() -> None:
    shown: dict[type[BaseModel], dict[str, Any]] = {
        Form: FORM,
        Extraction: EXTRACTION,
        JobDetail: JOB_DETAIL,
        RecordOut: RECORD,
        KeyView: KEY,
        Readiness: READINESS,
    }
    for model, example in shown.items():
        assert model.model_validate(example).model_dump(mode="json", by_alias=True) == example


@pytest.fixture
def address(settings: Settings, parts: Parts) -> Iterator[str]:
    """Give the address of a real server on the installation."""
    del parts
    config = uvicorn.Config(create_app(settings), port=0, log_level="critical", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_as_documented(address: str, parts: Parts, mode: GenerationMode) -> None:
    """No 5xx, no answer that is not documented, whether or not a call is one that we allow."""
    key = create_key(parts.store, "admin", ["admin"])
    headers = {"Authorization": f"Bearer {key.secret}"}
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    for operation in schema.get_all_operations():
        assert isinstance(operation, Ok)
        calls = operation.ok().as_strategy(generation_mode=mode)

        @CALLS
        @given(calls, booleans())
        def check(case: Case[Any], real: bool) -> None:
            if real:
                _lead_to_what_is_there(case, parts)
            case.call_and_validate(checks=CHECKS, headers=headers)

        # A call without parameters cannot be made wrongly.
        with suppress(Unsatisfiable):
            check()


def _lead_to_what_is_there(case: Case[Any], parts: Parts) -> None:
    jobs = list_jobs(parts.store, states=["needs_review"], limit=1).jobs
    job_id = jobs[0].id if jobs else finished(parts, campaign="回填")
    (record,) = list_records(parts.store, limit=1).records
    campaign = find_campaign(parts.store, "回填")
    (item,) = list_items(parts.store, campaign.id, limit=1).items
    real = {"job_id": job_id, "position": 0, "number": 1, "record_id": record.id}
    real |= {"name": campaign.id, "item_id": item.id}
    for name in set(case.path_parameters or {}) & set(real):
        case.path_parameters[name] = real[name]
