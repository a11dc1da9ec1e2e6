"""The addresses of the disclosure desk."""

from django.urls import path

from patrolwise.web.desk import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/gateways/", views.desk_gateways, name="desk-gateways"),
    path("desk/requests/new/", views.request_new, name="disclosure-request-new"),
    path("desk/requests/<uuid:request_id>/", views.disclosure_request, name="disclosure-request"),
    path("desk/<uuid:disclosure_id>/", views.disclosure, name="disclosure"),
    path("desk/<uuid:disclosure_id>/letter/", views.disclosure_letter, name="disclosure-letter"),
    path("cases/<uuid:case_id>/disclose/", views.disclosure_new, name="disclosure-new"),
]
