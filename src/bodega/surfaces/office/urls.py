"""The addresses of what is no record's page; they come before those of record types."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.platform.administration import records
from bodega.surfaces.home import today
from bodega.surfaces.html import find, importing, signing
from bodega.surfaces.html.urls import of_type
from bodega.surfaces.office import background, fields, me, options, ordering, programs, users

PEOPLE = {type_.slug: users.PeopleList.as_view(type_=type_) for type_ in users.TABS}

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.Today.as_view()),
    path("signin/", signing.SignIn.as_view()),
    path("signout/", signing.SignOut.as_view()),
    path("welcome/<int:user_id>/<str:token>/", signing.Welcome.as_view()),
    path("theme/", me.Theme.as_view()),
    path("me/", me.Me.as_view()),
    path("me/password/", me.Password.as_view()),
    path("me/sessions/", me.Elsewhere.as_view()),
    path("me/tokens/", programs.TokensPage.as_view()),
    path("me/tokens/new/", programs.NewToken.as_view()),
    path("me/tokens/<int:token_id>/end/", programs.EndToken.as_view()),
    path("api/", programs.ApiPage.as_view()),
    path("find/", find.Find.as_view()),
    path("import/", importing.Upload.as_view()),
    path("import/<int:run_id>/", importing.Run.as_view()),
    path("import/<int:run_id>/errors/", importing.Errors.as_view()),
    path("import/<int:run_id>/<str:what>/", importing.RunDone.as_view()),
    *(path(f"{slug}/", view) for slug, view in PEOPLE.items()),
    path("users/invite/", users.Invite.as_view()),
    path("users/<int:pk>/", users.PersonPage.as_view(type_=records.user)),
    path("users/<int:pk>/link/", users.SignInLink.as_view()),
    path("users/<int:pk>/deactivate/", users.Deactivate.as_view()),
    path("users/<int:pk>/activate/", users.Reopen.as_view()),
    path("fields/", fields.FieldsPage.as_view()),
    path("fields/new/", fields.FieldSheet.as_view()),
    path("fields/<int:pk>/edit/", fields.FieldSheet.as_view()),
    path("fields/<int:pk>/purge/", fields.Purge.as_view(of=records.custom_field)),
    path("types/new/", fields.TypeSheet.as_view()),
    path("types/<int:pk>/edit/", fields.TypeSheet.as_view()),
    path("types/<int:pk>/purge/", fields.Purge.as_view(of=records.custom_type)),
    path("options/", options.OptionsPage.as_view()),
    path("options/new/", options.OptionSheet.as_view()),
    path("options/<int:pk>/edit/", options.OptionSheet.as_view()),
    path("options/<int:pk>/retire/", options.Retire.as_view()),
    path("options/<int:pk>/return/", options.Return.as_view()),
    path("jobs/", background.JobsPage.as_view()),
    path("jobs/<int:job_id>/<str:what>/", background.JobDone.as_view()),
    path("jobs/<str:name>/<str:what>/", background.WorkDone.as_view()),
    path("parked/", background.EventsPage.as_view()),
    path("parked/all/retry/", background.EveryParkedDone.as_view()),
    path("parked/<int:parked_id>/<str:what>/", background.ParkedDone.as_view()),
    path("<slug:slug>/<int:pk>/up/", of_type("up", ordering.MovePage), {"step": -1}),
    path("<slug:slug>/<int:pk>/down/", of_type("down", ordering.MovePage), {"step": 1}),
]
