"""What a scrape tells, read back with Prometheus' own parser."""

from __future__ import annotations

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from core.metrics import collector
from core.pipeline import PIPELINE
from core.queue import Doorbell
from core.store import Store
from core.store.attendance import sign_in, sign_out
from core.store.leases import Trouble
from core.store.pages import claim_page, crash_page, fail_page, finish_page
from core.store.runs import claim_assembly, claim_opening, fail_run, finish_assembly
from core.store.submission import submit
from tests.core.store.conftest import HandClock
from tests.core.store.orders import (
    LIMITS,
    ME,
    extraction,
    form,
    opened,
    order,
    read_through,
    reading,
)
from tests.parts import RedisServer

Samples = dict[tuple[str, tuple[str, ...]], float]


def scraped(store: Store, doorbell: Doorbell) -> Samples:
    """Return the value of each sample by its name and its labels, in the order of their names."""
    told = generate_latest(collector(store, doorbell)).decode()
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


def test_it_tells_how_the_service_stands(
    store: Store, clock: HandClock, redis_server: RedisServer
) -> None:
    doorbell = Doorbell(redis_server.url)
    read_through(store, "done", form(), form("f2", status="review"), callback_url="http://a.cn/")
    submission = submit(store, order("open", priority="bulk"))
    pages = opened(store, submission, 5)
    failing, crashing, held = (claim_page(store, page, ME, LIMITS) for page in pages[:3])
    assert failing is not None
    assert crashing is not None
    assert held is not None
    fail_page(store, failing.lease, Trouble(code="damaged_page"))
    ended = crash_page(store, crashing.lease.id, ME, Trouble(code="page_crashed"), LIMITS)
    doorbell.ring(ended.bells)
    locked = submit(store, order("locked"))
    work = claim_opening(store, locked.bells[0].id, ME, LIMITS)
    assert work is not None
    fail_run(store, work.lease, Trouble(code="encrypted_file"))
    clock.pass_by(20)
    sign_in(store, "worker@a:1", "worker")
    sign_in(store, "worker@b:1", "worker")
    sign_in(store, "scheduler@a:2", "scheduler")
    samples = scraped(store, doorbell)
    expected = {
        ("dangan_up", "database"): 1,
        ("dangan_up", "broker"): 1,
        ("dangan_pipeline_info", PIPELINE): 1,
        ("dangan_bells", "bulk"): 1,
        ("dangan_bells", "interactive"): 0,
        ("dangan_jobs", "succeeded"): 0,
        ("dangan_jobs", "needs_review"): 1,
        ("dangan_jobs", "running"): 1,
        ("dangan_jobs", "failed"): 1,
        ("dangan_runs", "reading"): 1,
        ("dangan_pages", "waiting"): 4,
        ("dangan_pages", "done"): 1,
        ("dangan_pages", "failed"): 1,
        ("dangan_unfinished_pages", "bulk"): 4,
        ("dangan_unfinished_pages", "interactive"): 0,
        ("dangan_held",): 1,
        ("dangan_holders",): 1,
        ("dangan_records", "ok"): 1,
        ("dangan_records", "review"): 1,
        ("dangan_deliveries", "waiting"): 1,
        ("dangan_oldest_job_age_seconds", "running"): 20,
        ("dangan_oldest_job_age_seconds", "queued"): 0,
        ("dangan_failures_total", "damaged_page", "page"): 1,
        ("dangan_failures_total", "encrypted_file", "document"): 1,
        ("dangan_crashes_total", "page_crashed", "page"): 1,
        ("dangan_forms_total",): 2,
        ("dangan_processes", PIPELINE, "worker"): 2,
        ("dangan_processes", PIPELINE, "scheduler"): 1,
    }
    found = {key: samples[str(key[0]), key[1:]] for key in expected}
    assert found == expected
    sign_out(store, "worker@a:1")
    clock.pass_by(60)
    assert ("dangan_processes", (PIPELINE, "worker")) not in scraped(store, doorbell)
    doorbell.close()


def test_it_adds_up_stages_and_confidences(store: Store, redis_server: RedisServer) -> None:
    submission = submit(store, order("a"))
    for number, page in enumerate(opened(store, submission, 2), 1):
        work = claim_page(store, page, ME, LIMITS)
        assert work is not None
        finish_page(store, work.lease, reading(number), {"read": 1.5 * number, "grid": 0.25})
    assembly = claim_assembly(store, submission.bells[0].id, ME, LIMITS)
    assert assembly is not None
    forms = (form("1"), form("2", status="review"), form("3", status="missing"))
    finish_assembly(store, assembly.lease, extraction("a", *forms, pages=2), {"assemble": 0.5})
    doorbell = Doorbell(redis_server.url)
    samples = scraped(store, doorbell)
    assert samples["dangan_stage_seconds_sum", ("read",)] == pytest.approx(4.5)
    assert samples["dangan_stage_seconds_count", ("read",)] == 2
    assert samples["dangan_stage_seconds_sum", ("assemble",)] == pytest.approx(0.5)
    buckets = {
        labels[0]: value
        for (name, labels), value in samples.items()
        if name == "dangan_field_confidence_bucket"
    }
    assert (buckets["0.8"], buckets["0.9"], buckets["1.0"], buckets["+Inf"]) == (0, 2, 2, 2)
    assert samples["dangan_field_confidence_count", ()] == 2
    assert samples["dangan_field_confidence_sum", ()] == pytest.approx(1.8)
    doorbell.close()


def test_a_part_that_is_down_is_told(store: Store, redis_server: RedisServer) -> None:
    doorbell = Doorbell(redis_server.url)
    redis_server.kill()
    samples = scraped(store, doorbell)
    assert samples["dangan_up", ("broker",)] == 0
    assert samples["dangan_jobs", ("queued",)] == 0
    redis_server.start()
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE tallies RENAME TO away"))
    samples = scraped(store, doorbell)
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO tallies"))
    assert samples["dangan_up", ("database",)] == 0
    assert samples["dangan_bells", ("bulk",)] == 0
    assert ("dangan_jobs", ("queued",)) not in samples
    doorbell.close()
