"""`bodega serve`: pages, jobs and the clock under one small supervisor."""

from __future__ import annotations

from argparse import Namespace

from django.db import connection

from bodega.kernel.actors import system
from bodega.platform.administration import records
from bodega.web import configured, tables
from bodega.web.cli import version
from bodega.web.commands.web import open_port
from bodega.web.supervisor import Child, address, supervise, web_children


def run(options: Namespace) -> int:
    with open_port(options.host, options.port) as listening:
        tables.make_or_require()
        configured.write_down("serve", version=version())
        if not records.user.rows(system("bodega serve")).exists():
            print("Nobody can sign in yet. Add an administrator: bodega init", flush=True)
        connection.close()
        print(f"Bodega is on {address(listening)} (end it with Ctrl-C)", flush=True)
        worker = Child("worker", ["worker", "--supervised", "--threads", str(options.threads)])
        return supervise([*web_children(listening, options.workers), worker])
