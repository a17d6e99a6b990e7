"""The settings of the Celery application of the workers, each with its reason.

The measurements behind them are summed up in docs/decisions/0006-celery-settings.md. In short: the
broker may lose, repeat and reorder; the database decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from celery import Celery, signals

from core.logs import configure_logging
from core.places import settled_broker_url
from core.queue import KEY_PREFIX, VISIBILITY_TIMEOUT_S
from core.settings import Settings
from worker.pulse import pulse


def make_app(settings: Settings, include: Sequence[str]) -> Celery:
    """Make the application; `include` are the modules that a pool process imports for its tasks.

    A spawned process shares tasks between applications by their names, so no two applications that
    register the same ones may be imported together.
    """
    app = Celery("dangan", broker=settled_broker_url(settings), include=list(include))
    app.conf.update(
        # Results are in the database. A result backend would double them, lose chords, and in two of
        # five restarts of Redis lost what was in flight.
        result_backend=None,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        # A message is done when its work is, and comes back when its process dies. Neither loops: the
        # claim in the database counts, and refuses.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # With more, a message waits behind a long page until it is delivered twice (12 runs for 6).
        worker_prefetch_multiplier=1,
        # True will be the default in Celery 6. It ends the work and, with Redis away, loses the
        # message; leases keep the work from being done twice anyway.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_soft_time_limit=settings.page_soft_s,
        task_time_limit=settings.page_hard_s,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_TIMEOUT_S,
            # What a dead worker held is looked for every 10 s, not every 100 s.
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "global_keyprefix": KEY_PREFIX,
            # Queues in the order of -Q, exactly.
            "queue_order_strategy": "priority",
            # No socket_timeout: with 3 s, three of nine workers were wedged for ever by a frozen
            # Redis, their acknowledgements lost and their prefetch window full.
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 25,
        },
        # The other two places where Celery looks for it.
        visibility_timeout=VISIBILITY_TIMEOUT_S,
        result_backend_transport_options={"visibility_timeout": VISIBILITY_TIMEOUT_S},
        # Wait for the broker for ever; the default gives up after 100 attempts.
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # Leaks of native libraries end with their process.
        worker_max_tasks_per_child=200,
        # OpenCV and ONNX Runtime are documented unsafe across fork.
        worker_pool_start_method="spawn",
        # A new process imports everything first. The default of 4 s killed them one after another, for
        # ever, on two busy cores.
        worker_proc_alive_timeout=60,
        worker_soft_shutdown_timeout=30,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        task_create_missing_queues=True,
    )
    app.steps["worker"].add(pulse(settings))
    # With a receiver, Celery leaves logging alone, in the parent process and in the pool's.
    signals.setup_logging.connect(
        lambda **_: configure_logging(settings, "worker"), weak=False, dispatch_uid="dangan"
    )
    return app
