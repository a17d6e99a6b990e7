"""The Celery application of an installation: `celery --app worker.app worker`."""

import os

from core.settings import read_settings
from core.threads import ONE_THREAD
from worker.application import make_app
from worker.bench import settled_bench
from worker.tasks import register
from worker.watchdog import watch_over

# Pool processes are started with this environment, before any library of theirs is loaded. One process
# a core reads pages; threads of libraries would only take the cores from each other (Tesseract, 4 pages
# on 2 cores: 23.5 s with its own threads, 9.4 s without).
os.environ.update(ONE_THREAD)

settings = read_settings(os.environ)
app = make_app(settings, include=[__name__])
register(app, settled_bench)
watch_over(app, settings)
