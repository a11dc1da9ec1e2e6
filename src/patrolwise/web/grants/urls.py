"""The addresses of grants."""

from django.urls import include, path

from patrolwise.web.grants.views import (
    applying,
    assessing,
    awards,
    keeping,
    opened,
    panel,
    reporting,
    running,
)

_APPLY = [
    path("", applying.grants_open, name="grants-open"),
    path("return/", applying.grant_return, name="grant-return"),
    path("mine/", applying.grant_own, name="grant-own"),
    path("mine/check/", applying.grant_check, name="grant-check"),
    path("mine/withdraw/", applying.grant_withdraw, name="grant-withdraw"),
    path("mine/more/", applying.grant_more, name="grant-more"),
    path("mine/accept/", applying.grant_accept, name="grant-accept"),
    path("mine/close/", applying.grant_leave, name="grant-leave"),
    path("mine/<slug:page>/", applying.grant_page, name="grant-page"),
    path("<int:round_id>/", applying.grant_preview, name="grant-preview"),
    path("<int:round_id>/begin/", applying.grant_begin, name="grant-begin"),
]
_GRANTS = [
    path("", running.grant_rounds, name="grant-rounds"),
    path("new/", running.grant_round_new, name="grant-round-new"),
    path("counts/", opened.grant_counts, name="grant-counts"),
    path("when-money-ends/", opened.fund_cliff, name="fund-cliff"),
    path("keeping/", keeping.grant_keeping, name="grant-keeping"),
    path("keeping/<str:deletion>/", keeping.grant_deletion, name="grant-deletion"),
    path("<int:round_id>/", running.grant_round, name="grant-round"),
    path("<int:round_id>/edit/", running.grant_round_edit, name="grant-round-edit"),
    path("<int:round_id>/ranking/", running.grant_ranking, name="grant-ranking"),
    path("<int:round_id>/<slug:what>/", running.grant_round_move, name="grant-round-move"),
]
_ONE = "applications/<uuid:application_id>/"
_APPLICATIONS = [
    path(_ONE, panel.grant_application, name="grant-application"),
    path(f"{_ONE}code/", panel.grant_new_code, name="grant-new-code"),
    path(f"{_ONE}award/", panel.grant_award_new, name="grant-award-new"),
    path(f"{_ONE}letter/", panel.grant_letter, name="grant-letter"),
    path(f"{_ONE}hold/", keeping.grant_hold, name="grant-hold"),
    path(f"{_ONE}<slug:what>/", panel.grant_act, name="grant-act"),
]
urlpatterns = [
    path("apply/", include(_APPLY)),
    path("grants/", include(_GRANTS)),
    *_APPLICATIONS,
    path("assess/", assessing.assess_list, name="assess-list"),
    path("assess/<int:assessment_id>/", assessing.assess, name="assess"),
    path("assess/<int:assessment_id>/interest/", assessing.assess_declare, name="assess-declare"),
    path("given/", awards.award_list, name="award-list"),
    path("given/<int:award_id>/", awards.award, name="award"),
    path("given/<int:award_id>/code/", awards.award_code, name="award-code"),
    path("given/<int:award_id>/<slug:what>/", awards.award_act, name="award-act"),
    path("report/", reporting.report_enter, name="report-enter"),
    path("report/mine/", reporting.report_own, name="report-own"),
    path("report/<str:reference>/", reporting.report_enter, name="report-for"),
    path("awards/", opened.awards_public, name="awards-public"),
    path("awards/<int:round_id>/360giving.json", opened.awards_json, name="awards-json"),
    path("awards/<int:round_id>/360giving.csv", opened.awards_csv, name="awards-csv"),
]
