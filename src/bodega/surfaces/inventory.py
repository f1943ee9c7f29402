"""What can be set going from outside, and by whom: every address, command, job, reaction. A test keeps it complete."""

from __future__ import annotations

from collections.abc import Mapping

ANYBODY = "anybody"
STAFF = "who has signed in, for themselves or as far as they may see"
OFFICE = "administrators"
OWNER = "who began it, and administrators"
MACHINE = "who may run programs on the machine"
PROGRAM = "the program itself"
BEHALF = "the program on behalf of somebody, with their rights at that moment"

VIEW, CREATE, CHANGE, DELETE = (
    f"whose role lets them {verb} the type, each record as far as it reaches"
    for verb in ("view", "create", "change", "delete")
)

PAGES: Mapping[str, str] = {
    # Before and around signing in.
    "health/": ANYBODY,
    "signin/": ANYBODY,
    "welcome/<int:user_id>/<str:token>/": ANYBODY,
    "": STAFF,
    "signout/": STAFF,
    "theme/": STAFF,
    "me/": STAFF,
    "me/password/": STAFF,
    "find/": STAFF,
    "any/options/": STAFF,
    "files/<int:pk>/download/": VIEW,
    "undo/<int:pk>/": CHANGE,
    # Imports.
    "import/": CREATE,
    "import/<int:run_id>/": OWNER,
    "import/<int:run_id>/errors/": OWNER,
    "import/<int:run_id>/<str:what>/": OWNER,
    # What administrators arrange; everybody may look at who works here and in which teams and roles.
    "users/": STAFF,
    "teams/": STAFF,
    "roles/": STAFF,
    "users/<int:pk>/": STAFF,
    "users/invite/": OFFICE,
    "users/<int:pk>/link/": OFFICE,
    "users/<int:pk>/deactivate/": OFFICE,
    "users/<int:pk>/activate/": OFFICE,
    "roles/new/": OFFICE,
    "roles/<int:pk>/edit/": OFFICE,
    "fields/": OFFICE,
    "fields/new/": OFFICE,
    "fields/<int:pk>/edit/": OFFICE,
    "fields/<int:pk>/purge/": OFFICE,
    "types/new/": OFFICE,
    "types/<int:pk>/edit/": OFFICE,
    "types/<int:pk>/purge/": OFFICE,
    "options/": OFFICE,
    "options/new/": OFFICE,
    "options/<int:pk>/edit/": OFFICE,
    "options/<int:pk>/retire/": OFFICE,
    "options/<int:pk>/return/": OFFICE,
    "jobs/": OFFICE,
    "jobs/<int:job_id>/<str:what>/": OFFICE,
    "parked/": OFFICE,
    "parked/<int:parked_id>/<str:what>/": OFFICE,
    "<slug:slug>/<int:pk>/up/": OFFICE,
    "<slug:slug>/<int:pk>/down/": OFFICE,
    # The pages of every record type.
    "<slug:slug>/": VIEW,
    "<slug:slug>/board/": VIEW,
    "<slug:slug>/columns/": VIEW,
    "<slug:slug>/options/": VIEW,
    "<slug:slug>/<int:pk>/": VIEW,
    "<slug:slug>/new/": CREATE,
    "<slug:slug>/move/": CHANGE,
    "<slug:slug>/bulk/": CHANGE,
    "<slug:slug>/cell/<int:pk>/<slug:name>/": CHANGE,
    "<slug:slug>/<int:pk>/edit/": CHANGE,
    "<slug:slug>/do/<slug:name>/": CHANGE,
    "<slug:slug>/<int:pk>/do/<slug:name>/": CHANGE,
    "<slug:slug>/trash/": DELETE,
    "<slug:slug>/<int:pk>/delete/": DELETE,
    "<slug:slug>/<int:pk>/restore/": DELETE,
}
"""Addresses in the order of what they are about; those of record types stand for each of them."""

COMMANDS: Mapping[str, str] = dict.fromkeys(
    "serve web worker init demo doctor user import ask explain manage".split(), MACHINE
)

JOBS: Mapping[str, str] = {
    "bodega.platform.accounts.jobs.forget_attempts": PROGRAM,
    "bodega.platform.indexes.jobs.keep_indexes": PROGRAM,
    "bodega.platform.indexes.jobs.purge_field": PROGRAM,
    "bodega.platform.indexes.jobs.purge_type": PROGRAM,
    "bodega.platform.jobs.jobs.prune": PROGRAM,
    "bodega.surfaces.html.jobs.do_to_many": BEHALF,
    "bodega.surfaces.html.jobs.undo_many": BEHALF,
    "bodega.surfaces.transfer.jobs.forget_files": PROGRAM,
    "bodega.surfaces.transfer.jobs.run_import": BEHALF,
    "bodega.surfaces.transfer.jobs.undo_import": BEHALF,
}
"""Jobs are asked for by pages and actions that have checked who asks; those by the clock by nobody."""

REACTIONS: Mapping[str, str] = {
    "bodega.apps.activity.reactions.put_notes_right": PROGRAM,
    "bodega.apps.activity.reactions.tell": PROGRAM,
    "bodega.platform.indexes.reactions.index_fields": PROGRAM,
    "bodega.platform.worth.reactions.fill_worth": PROGRAM,
}
