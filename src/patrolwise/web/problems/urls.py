"""The addresses of problem-solving plans, and of walks of places."""

from django.urls import path

from patrolwise.web.problems import (
    owner_views,
    photo_views,
    plan_views,
    return_views,
    walk_views,
)

_PLAN, _WALKS = "problems/<int:problem_id>/", "problems/walks/"
_OWNER = "problems/owners/<path:owner>/"  # a name may hold a stroke

urlpatterns = [
    path("problems/", plan_views.problems, name="problems"),
    path("problems/new/", plan_views.problem_new, name="problem-new"),
    path("problems/return/", return_views.plans_return, name="plans-return"),
    path(
        "problems/return/<str:quarter>/file/",
        return_views.plans_return_file,
        name="plans-return-file",
    ),
    path("problems/worked/", plan_views.worked, name="problems-worked"),
    path("problems/ours/", plan_views.own_actions, name="own-actions"),
    path("problems/ours/<int:action_id>/", plan_views.own_action, name="own-action"),
    path("problems/actions/<int:action_id>/", plan_views.plan_action, name="problem-action"),
    path(_PLAN, plan_views.problem, name="problem"),
    path(f"{_PLAN}edit/", plan_views.problem_edit, name="problem-edit"),
    path(f"{_PLAN}print/", plan_views.problem_print, name="problem-print"),
    path(f"{_PLAN}add/<slug:kind>/", plan_views.problem_add, name="problem-add"),
    path(
        f"{_PLAN}hypotheses/<int:hypothesis_id>/",
        plan_views.hypothesis_test,
        name="hypothesis-test",
    ),
    path(f"{_PLAN}measure/", plan_views.problem_measure, name="problem-measure"),
    path(f"{_PLAN}to/<slug:stage>/", plan_views.problem_move, name="problem-move"),
    path(f"{_PLAN}outcome/", plan_views.problem_outcome, name="problem-outcome"),
    path(f"{_PLAN}decide/", plan_views.problem_decide, name="problem-decide"),
    path(_WALKS, walk_views.audits, name="audits"),
    path(f"{_WALKS}new/", walk_views.audit_new, name="audit-new"),
    path(f"{_WALKS}<int:audit_id>/", walk_views.audit, name="audit"),
    path(f"{_WALKS}<int:audit_id>/walk/", walk_views.walk_new, name="walk-new"),
    path("problems/walks/one/<int:walk_id>/photo/", photo_views.photo_new, name="photo-new"),
    path("problems/photos/<int:photo_id>/", photo_views.photo, name="place-photo"),
    path(
        "problems/photos/<int:photo_id>/picture.jpg",
        photo_views.photo_picture,
        name="photo-picture",
    ),
    path("problems/owners/", owner_views.owners, name="asset-owners"),
    path(f"{_OWNER}requests.<slug:form>", owner_views.owner_file, name="owner-file"),
    path(_OWNER, owner_views.owner, name="asset-owner"),
    path("problems/issues/<int:issue_id>/", walk_views.issue, name="place-issue"),
    path("problems/places/<str:area_id>/", walk_views.problem_place, name="problem-place"),
]
