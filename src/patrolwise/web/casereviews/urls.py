"""The addresses of case reviews: those open to all, and those of who works on reviews."""

from django.urls import path

from patrolwise.web.casereviews import (
    views,
    views_agency,
    views_deciding,
    views_panel,
    views_partnership,
    views_public,
)

_ONE = "reviews/<uuid:review_id>"

urlpatterns = [
    path("case-review/", views_public.case_review, name="case-review"),
    path("case-review/apply/", views_public.apply_own, name="case-review-apply"),
    path(
        "case-review/apply-for-somebody/",
        views_public.apply_for_other,
        name="case-review-apply-other",
    ),
    path("case-review/state/", views_public.state, name="case-review-state"),
    path("case-review/appeal/", views_public.make_appeal, name="case-review-appeal"),
    path("case-review/leave/", views_public.leave, name="case-review-leave"),
    path("case-review/counts/", views_public.counts, name="case-review-counts"),
    path("case-review/counts.csv", views_public.counts_csv, name="case-review-counts-csv"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/new/", views.review_new, name="review-new"),
    path("reviews/offers/", views_partnership.review_offers, name="review-offers"),
    path("reviews/offers/<uuid:victim_id>/", views_partnership.review_offer, name="review-offer"),
    path("reviews/counts/", views_partnership.review_counts, name="review-counts"),
    path("reviews/counts.csv", views_partnership.review_counts_csv, name="review-counts-csv"),
    path(
        "reviews/counts/<int:year>/propose/",
        views_partnership.counts_propose,
        name="review-counts-propose",
    ),
    path(
        "reviews/counts/<int:publication_id>/release/",
        views_partnership.counts_release,
        name="review-counts-release",
    ),
    path("reviews/procedure/", views_partnership.review_procedure, name="review-procedure"),
    path(f"{_ONE}/", views.review, name="review"),
    path(f"{_ONE}/officer/", views.review_officer, name="review-officer"),
    path(f"{_ONE}/code/", views.review_code, name="review-code"),
    path(f"{_ONE}/letters/<slug:kind>/", views.review_letter, name="review-letter"),
    path(f"{_ONE}/appeal/", views.review_appeal, name="review-appeal"),
    path(f"{_ONE}/close/", views.review_close, name="review-close"),
    path(f"{_ONE}/hold/", views.review_hold, name="review-hold"),
    path(f"{_ONE}/case/", views_deciding.review_case, name="review-case"),
    path(f"{_ONE}/complaint/", views_deciding.review_complaint, name="review-complaint"),
    path(f"{_ONE}/incidents/", views_deciding.review_incidents, name="review-incidents"),
    path(
        f"{_ONE}/complaints/<uuid:complaint_id>/",
        views_deciding.complaint_left_out,
        name="complaint-left-out",
    ),
    path(f"{_ONE}/decide/", views_deciding.review_decide, name="review-decide"),
    path(f"{_ONE}/panel/", views_panel.review_seat, name="review-seat"),
    path(f"{_ONE}/panel/<uuid:seat_id>/left/", views_panel.seat_left, name="seat-left"),
    path(f"{_ONE}/meeting/", views_panel.review_meeting, name="review-meeting"),
    path(f"{_ONE}/held/", views_panel.review_held, name="review-held"),
    path(f"{_ONE}/request/", views_panel.review_request, name="review-request"),
    path(
        f"{_ONE}/recommendation/", views_panel.review_recommendation, name="review-recommendation"
    ),
    path(
        f"{_ONE}/recommendations/<uuid:recommendation_id>/",
        views_panel.recommendation_answered,
        name="recommendation-answered",
    ),
    path("review-requests/", views_agency.review_requests, name="review-requests"),
    path("review-requests/<uuid:request_id>/", views_agency.request_one, name="request-one"),
    path(
        "review-requests/recommendations/<uuid:recommendation_id>/",
        views_agency.recommendation_one,
        name="recommendation-one",
    ),
    path("appeals/", views_partnership.appeals, name="appeals"),
    path("appeals/<uuid:review_id>/", views_partnership.appeal_one, name="appeal"),
    path("appeals/<uuid:review_id>/letter/", views_partnership.appeal_letter, name="appeal-letter"),
]
