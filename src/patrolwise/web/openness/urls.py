"""The addresses of what anybody may know."""

from django.urls import path

from patrolwise.web.openness import views, views_assessment

urlpatterns = [
    path("what-the-police-can-see/", views.police_see, name="police-see"),
    path("privacy/", views.privacy, name="privacy"),
    path("how-long/", views.how_long, name="how-long"),
    path("processing/", views.processing, name="processing"),
    path("assessment/", views_assessment.assessment, name="assessment"),
]
