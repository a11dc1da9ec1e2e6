"""The addresses of returns, updates and releases."""

from django.urls import path

from patrolwise.web.returns import views, views_plans, views_releases

_ONE = "returns/<int:return_id>/"
_UPDATE = "updates/<int:update_id>/"
_RELEASE = "releases/<int:release_id>/"
urlpatterns = [
    path("returns/", views.returns, name="returns"),
    path("returns/declare/", views.declare, name="return-declare"),
    path("returns/forms/", views.return_forms, name="return-forms"),
    path("returns/forms/ledger/", views.take_ledger, name="return-ledger"),
    path("returns/make/", views.make, name="return-make"),
    path("returns/plans/", views_plans.plans_files, name="plans-files"),
    path("returns/plans/<int:file_id>/", views_plans.plans_file, name="plans-file"),
    path("returns/plans/<int:file_id>/do/", views_plans.plans_file_do, name="plans-file-do"),
    path("returns/plans/<int:file_id>/file/", views_plans.plans_file_sent, name="plans-file-sent"),
    path(_ONE, views.one_return, name="return"),
    path(f"{_ONE}sheet/<int:number>/", views.sheet, name="return-sheet"),
    path(f"{_ONE}cell/", views.cell, name="return-cell"),
    path(f"{_ONE}compare/", views.compare, name="return-compare"),
    path(f"{_ONE}file/<str:name>", views.return_file, name="return-file"),
    path(f"{_ONE}ask/", views_releases.ask_return, name="return-ask"),
    path(f"{_ONE}update/", views_releases.write_update, name="update-write"),
    path(_UPDATE, views_releases.update, name="update"),
    path(f"{_UPDATE}file/<str:name>", views_releases.update_file, name="update-file"),
    path(f"{_UPDATE}ask/", views_releases.ask_update, name="update-ask"),
    path("releases/", views_releases.release_list, name="releases"),
    path(_RELEASE, views_releases.release, name="release"),
    path(f"{_RELEASE}withdraw/", views_releases.withdraw, name="release-withdraw"),
    path("public/updates/", views_releases.public_updates, name="public-updates"),
    path("public/updates/<int:release_id>/", views_releases.public_update, name="public-update"),
    path(
        "public/updates/<int:release_id>/<str:name>", views_releases.public_file, name="public-file"
    ),
]
