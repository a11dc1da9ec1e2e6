"""The addresses of casework."""

from django.urls import path

from patrolwise.web.casework.views import cases, consents, moments, referrals, services, writing

urlpatterns = [
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", cases.case_new, name="case-new"),
    path("cases/search/", cases.case_search, name="case-search"),
    path("cases/break/", cases.case_break, name="case-break"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("cases/<uuid:case_id>/identity/", cases.case_identity, name="case-identity"),
    path("cases/<uuid:case_id>/close/", cases.case_close, name="case-close"),
    path("cases/<uuid:case_id>/share/", cases.case_share, name="case-share"),
    path("cases/<uuid:case_id>/need/", writing.case_need, name="case-need"),
    path("cases/<uuid:case_id>/note/", writing.case_note, name="case-note"),
    path("cases/<uuid:case_id>/follow-up/", writing.case_follow_up, name="case-follow-up"),
    path("cases/<uuid:case_id>/concern/", writing.case_concern, name="case-concern"),
    path("cases/<uuid:case_id>/consent/", consents.consent_new, name="consent-new"),
    path("cases/<uuid:case_id>/refer/", referrals.refer, name="refer"),
    path("cases/<uuid:case_id>/refer/<uuid:service_id>/", referrals.refer_to, name="refer-to"),
    path("follow-ups/<uuid:follow_up_id>/", writing.follow_up_done, name="follow-up-done"),
    path("consents/<uuid:consent_id>/", consents.consent_withdraw, name="consent-withdraw"),
    path("referrals/<uuid:referral_id>/", referrals.referral, name="referral"),
    path("answers/", referrals.answers, name="answers"),
    path("answers/<uuid:referral_id>/", referrals.answer, name="answer"),
    path("concerns/", writing.concerns, name="concerns"),
    path("concerns/<uuid:concern_id>/", writing.concern, name="concern"),
    path("moments/", moments.moments, name="moments"),
    path("moments/new/", moments.moment_new, name="moment-new"),
    path("moments/<uuid:moment_id>/", moments.moment, name="moment"),
    path("services/", services.services, name="services"),
    path("services/new/", services.service_new, name="service-new"),
    path("services/read/", services.services_read, name="services-read"),
    path("services/<uuid:service_id>/", services.service_edit, name="service-edit"),
]
