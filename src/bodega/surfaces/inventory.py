"""What can be set going from outside, and by whom: every address, command, job, reaction. A test keeps it complete."""

from __future__ import annotations

from collections.abc import Mapping

ANYBODY = "anybody"
STAFF = "who has signed in, for themselves or as far as they may see"
OFFICE = "administrators"
OWNER = "who began it, and administrators"
MACHINE = "who may run programs on the machine"
MONITOR = "who has the token for metrics; without one, this machine alone"
PROGRAM = "the program itself"
BEHALF = "the program on behalf of somebody, with their rights at that moment"

VIEW, CREATE, CHANGE, DELETE = (
    f"whose role lets them {verb} the type, each record as far as it reaches"
    for verb in ("view", "create", "change", "delete")
)

PAGES: Mapping[str, str] = {
    # Before and around signing in.
    "health/": ANYBODY,
    "health/live": ANYBODY,
    "health/ready": ANYBODY,
    "metrics": MONITOR,
    "signin/": ANYBODY,
    "welcome/<int:user_id>/<str:token>/": ANYBODY,
    "": STAFF,
    "signout/": STAFF,
    "theme/": STAFF,
    "design/": STAFF,
    "start/hide/": OFFICE,
    "start/sample/": OFFICE,
    "me/": STAFF,
    "me/password/": STAFF,
    "me/sessions/": STAFF,
    "me/tokens/": STAFF,
    "me/tokens/new/": STAFF,
    "me/tokens/<int:token_id>/end/": STAFF,
    "me/notifications/": STAFF,
    "notifications/": STAFF,
    "notifications/read/": STAFF,
    "notifications/<int:pk>/": STAFF,
    "live/": STAFF,
    "find/": STAFF,
    "any/options/": STAFF,
    "files/<int:pk>/download/": VIEW,
    "work/<int:job_id>/": OWNER,
    "undo/": STAFF,
    "files/<int:pk>/small/": VIEW,
    "undo/<int:pk>/": CHANGE,
    "views/<int:pk>/keep/": CHANGE,
    "views/<int:pk>/copy/": CREATE,
    "views/<int:pk>/pin/": STAFF,
    "views/pins/": STAFF,
    "views/first/": STAFF,
    "views/counts/": STAFF,
    # Imports.
    "import/": CREATE,
    "import/<int:run_id>/": OWNER,
    "import/<int:run_id>/errors/": OWNER,
    "import/<int:run_id>/<str:what>/": OWNER,
    # What administrators arrange; everybody may look at who works here and in which teams and roles.
    "users/": STAFF,
    "teams/": STAFF,
    "territories/": STAFF,
    "roles/": STAFF,
    "rules/": OFFICE,
    "users/<int:pk>/": STAFF,
    "users/<int:pk>/access/": STAFF,
    "users/<int:pk>/look/": OFFICE,
    "look/stop/": STAFF,
    "users/<int:pk>/edit/": OFFICE,
    "teams/<int:pk>/edit/": OFFICE,
    "territories/<int:pk>/edit/": OFFICE,
    "rules/<int:pk>/edit/": OFFICE,
    "rules/new/": OFFICE,
    "users/invite/": OFFICE,
    "users/<int:pk>/link/": OFFICE,
    "users/<int:pk>/deactivate/": OFFICE,
    "users/<int:pk>/activate/": OFFICE,
    "roles/new/": OFFICE,
    "roles/ready/": OFFICE,
    "roles/<int:pk>/edit/": OFFICE,
    "roles/<int:pk>/fields/<slug:slug>/": OFFICE,
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
    "marked-fields/new/": OFFICE,
    "audit/": OFFICE,
    "audit/export.<slug:format>": OFFICE,
    "jobs/": OFFICE,
    "jobs/<int:job_id>/<str:what>/": OFFICE,
    "jobs/<str:name>/<str:what>/": OFFICE,
    "parked/": OFFICE,
    "parked/all/retry/": OFFICE,
    "parked/<int:parked_id>/<str:what>/": OFFICE,
    "<slug:slug>/<int:pk>/up/": OFFICE,
    "<slug:slug>/<int:pk>/down/": OFFICE,
    # The API; who comes by a token has the rights of its person, or fewer.
    "api/": STAFF,
    "api/v1/": STAFF,
    "api/v1/openapi.json": STAFF,
    "api/v1/changes/": VIEW,
    "api/v1/<slug:slug>/": VIEW,
    "api/v1/<slug:slug>/report/": VIEW,
    "api/v1/<slug:slug>/<int:pk>/": VIEW,
    "api/v1/<slug:slug>/<int:pk>/history/": VIEW,
    "api/v1/<slug:slug>/export.<slug:format>": VIEW,
    "api/v1/<slug:slug>/by/<slug:field>/<path:value>/": VIEW,
    "api/v1/<slug:slug>/bulk/": CHANGE,
    "api/v1/<slug:slug>/do/<slug:name>/": CHANGE,
    "api/v1/<slug:slug>/<int:pk>/do/<slug:name>/": CHANGE,
    "api/v1/<slug:slug>/trash/": DELETE,
    "api/v1/<slug:slug>/<int:pk>/restore/": DELETE,
    # The pages of every record type.
    "<slug:slug>/": VIEW,
    "<slug:slug>/board/": VIEW,
    "<slug:slug>/calendar/": VIEW,
    "<slug:slug>/columns/": VIEW,
    "<slug:slug>/gallery/": VIEW,
    "<slug:slug>/export/": VIEW,
    "<slug:slug>/export.<slug:format>": VIEW,
    "<slug:slug>/options/": VIEW,
    "<slug:slug>/cells/": VIEW,
    "<slug:slug>/<int:pk>/": VIEW,
    "<slug:slug>/<int:pk>/follow/": VIEW,
    "<slug:slug>/<int:pk>/unfollow/": VIEW,
    "<slug:slug>/new/": CREATE,
    "<slug:slug>/move/": CHANGE,
    "<slug:slug>/reschedule/": CHANGE,
    "<slug:slug>/bulk/": CHANGE,
    "<slug:slug>/put/": CHANGE,
    "<slug:slug>/cell/<int:pk>/<slug:name>/": CHANGE,
    "<slug:slug>/<int:pk>/edit/": CHANGE,
    "<slug:slug>/<int:pk>/access/": CHANGE,
    "<slug:slug>/do/<slug:name>/": CHANGE,
    "<slug:slug>/<int:pk>/do/<slug:name>/": CHANGE,
    "<slug:slug>/trash/": DELETE,
    "<slug:slug>/<int:pk>/delete/": DELETE,
    "<slug:slug>/<int:pk>/restore/": DELETE,
}
"""Addresses in the order of what they are about; those of record types stand for each of them."""

COMMANDS: Mapping[str, str] = dict.fromkeys(
    """serve web worker init demo doctor upgrade user token audit import export ask explain backup restore move digest
    reindex manage""".split(),
    MACHINE,
)

JOBS: Mapping[str, str] = {
    "bodega.apps.activity.jobs.tell_of_due_tasks": PROGRAM,
    "bodega.platform.accounts.jobs.forget_attempts": PROGRAM,
    "bodega.platform.accounts.jobs.forget_sessions": PROGRAM,
    "bodega.platform.administration.jobs.check_copies": PROGRAM,
    "bodega.platform.copies.jobs.back_up": PROGRAM,
    "bodega.platform.indexes.jobs.keep_indexes": PROGRAM,
    "bodega.platform.indexes.jobs.purge_field": PROGRAM,
    "bodega.platform.indexes.jobs.purge_type": PROGRAM,
    "bodega.platform.jobs.jobs.prune": PROGRAM,
    "bodega.platform.notifications.jobs.forget_notifications": PROGRAM,
    "bodega.platform.tallies.jobs.keep_tallies": PROGRAM,
    "bodega.surfaces.api.jobs.forget_answers": PROGRAM,
    "bodega.surfaces.html.jobs.do_to_many": BEHALF,
    "bodega.surfaces.html.jobs.undo_many": BEHALF,
    "bodega.surfaces.search.jobs.catch_up": PROGRAM,
    "bodega.surfaces.search.jobs.fill": PROGRAM,
    "bodega.surfaces.search.jobs.refresh": PROGRAM,
    "bodega.surfaces.transfer.jobs.forget_files": PROGRAM,
    "bodega.surfaces.transfer.jobs.run_import": BEHALF,
    "bodega.surfaces.transfer.jobs.undo_import": BEHALF,
    "bodega.surfaces.views.jobs.keep_keys": PROGRAM,
}
"""Jobs are asked for by pages and actions that have checked who asks; those by the clock by nobody."""

REACTIONS: Mapping[str, str] = {
    "bodega.apps.activity.reactions.put_notes_right": PROGRAM,
    "bodega.apps.activity.reactions.tell": PROGRAM,
    "bodega.platform.audit.reactions.write_down": PROGRAM,
    "bodega.platform.indexes.reactions.index_fields": PROGRAM,
    "bodega.platform.notifications.reactions.tell": PROGRAM,
    "bodega.platform.worth.reactions.fill_worth": PROGRAM,
    "bodega.surfaces.search.reactions.keep": PROGRAM,
}
