"""The service in Prometheus' terms.

Workers come and go on many machines, so nothing is counted in a process: each scrape reads the
database (`core.store.measures`) and the lengths of the queues. docs/observing.md lists what there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from core.pipeline import PIPELINE
from core.queue import Doorbell
from core.store.attendance import ProcessView, present
from core.store.database import Store
from core.store.measures import Counted, Measures, take_measures
from core.store.tallies import CONFIDENCE_BOUNDS, Kind

Label = TypeVar("Label", bound=str)


def collector(store: Store, doorbell: Doorbell) -> CollectorRegistry:
    """Return what `prometheus_client.generate_latest` takes; each call of that measures anew."""
    registry = CollectorRegistry()
    registry.register(ServiceCollector(store, doorbell))
    return registry


@dataclass(frozen=True, eq=False)
class ServiceCollector(Collector):
    """Measures when it is asked to. A part that does not answer is down, and its numbers lack."""

    store: Store
    doorbell: Doorbell

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "dangan_pipeline", "What reads here: release and digest", {"version": PIPELINE}
        )
        depths = self.doorbell.depths()
        try:
            measures, processes = take_measures(self.store), present(self.store)
        except SQLAlchemyError:
            measures, processes = None, ()
        up = {"database": measures is not None, "broker": depths is not None}
        yield _gauge("dangan_up", "Whether a part of the service answers", "part", up)
        if depths is not None:
            yield _gauge("dangan_bells", "Messages in a queue of the broker", "queue", depths)
        if measures is not None:
            yield from _states(measures)
            yield from _work(measures)
            yield _processes(processes)
            yield from _done(measures.tallies)


def _states(measures: Measures) -> Iterator[Metric]:
    yield _gauge("dangan_jobs", "Jobs", "state", measures.jobs)
    yield _gauge("dangan_runs", "Readings of documents", "stage", measures.runs)
    yield _gauge("dangan_pages", "Pages", "state", measures.pages)
    yield _gauge("dangan_records", "Records on file", "status", measures.records)
    yield _gauge("dangan_deliveries", "Callbacks", "state", measures.deliveries)


def _work(measures: Measures) -> Iterator[Metric]:
    unfinished = measures.unfinished
    yield _gauge(
        "dangan_unfinished_pages",
        "Pages that are wanted and not read yet",
        "queue",
        {queue: work.pages for queue, work in unfinished.items()},
    )
    yield _gauge(
        "dangan_unfinished_documents",
        "Documents that wait to be opened or assembled",
        "queue",
        {queue: work.documents for queue, work in unfinished.items()},
    )
    yield GaugeMetricFamily("dangan_held", "Pieces of work that a worker holds", measures.held)
    yield GaugeMetricFamily("dangan_holders", "Processes that hold work", measures.holders)
    yield _gauge(
        "dangan_oldest_job_age_seconds",
        "Age of the oldest job that has not ended, 0 where there is none",
        "state",
        measures.oldest_job_s,
    )


def _processes(processes: Sequence[ProcessView]) -> Metric:
    family = GaugeMetricFamily(
        "dangan_processes", "Processes that are there", labels=["role", "pipeline"]
    )
    kinds = sorted({(process.role, process.pipeline) for process in processes})
    for role, pipeline in kinds:
        count = sum((each.role, each.pipeline) == (role, pipeline) for each in processes)
        family.add_metric([role, pipeline], count)
    return family


def _done(tallies: Iterable[Counted]) -> Iterator[Metric]:
    by_kind: dict[Kind, dict[str, Counted]] = {}
    for counted in tallies:
        by_kind.setdefault(counted.kind, {})[counted.label] = counted
    stages = SummaryMetricFamily(
        "dangan_stage_seconds", "Wall time of a stage of reading", labels=["stage"]
    )
    for stage, counted in by_kind.get("stage_seconds", {}).items():
        stages.add_metric([stage], counted.times, counted.total)
    yield stages
    yield _troubles(
        "dangan_failures",
        "Work that was given up",
        {"page": by_kind.get("page_failures", {}), "document": by_kind.get("run_failures", {})},
    )
    yield _troubles(
        "dangan_crashes",
        "Attempts that ended their process or took too long, and were tried again",
        {"page": by_kind.get("page_crashes", {}), "document": by_kind.get("run_crashes", {})},
    )
    forms = by_kind.get("forms", {}).values()
    yield CounterMetricFamily("dangan_forms", "Forms found", sum(each.times for each in forms))
    yield _confidence(by_kind.get("confidence", {}))


def _troubles(name: str, told: str, by_work: Mapping[str, Mapping[str, Counted]]) -> Metric:
    family = CounterMetricFamily(name, told, labels=["work", "code"])
    for work, by_code in by_work.items():
        for code, counted in by_code.items():
            family.add_metric([work, code], counted.times)
    return family


def _confidence(found: Mapping[str, Counted]) -> Metric:
    counts = [found[str(bound)].times if str(bound) in found else 0 for bound in CONFIDENCE_BOUNDS]
    summed = list(accumulate(counts))
    bounds = [*(str(bound) for bound in CONFIDENCE_BOUNDS), "+Inf"]
    buckets = [
        (bound, float(count)) for bound, count in zip(bounds, [*summed, summed[-1]], strict=True)
    ]
    total = sum(counted.total for counted in found.values())
    return HistogramMetricFamily(
        "dangan_field_confidence", "Confidence of values as they were read", buckets, total
    )


def _gauge(name: str, told: str, label: str, values: Mapping[Label, float]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for value, amount in values.items():
        family.add_metric([value], amount)
    return family
