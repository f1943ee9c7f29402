"""`bodega worker`: jobs, events and the clock alone."""

from __future__ import annotations

import signal
from argparse import Namespace

from bodega.platform.jobs.worker import WorkerProcess
from bodega.web import configured, tables
from bodega.web.cli import version
from bodega.web.supervisor import end_with_parent


def run(options: Namespace) -> int:
    if options.supervised:
        end_with_parent()
    else:
        tables.require_up_to_date()
        configured.write_down("worker", version=version())
    worker = WorkerProcess(threads=options.threads, queues=options.queues.split(), version=version())

    def stop(_number: int, _frame: object) -> None:
        # The second time nothing is waited for.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()
    return 0
