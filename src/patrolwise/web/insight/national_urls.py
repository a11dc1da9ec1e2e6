"""The addresses of the national comparison."""

from django.urls import path

from patrolwise.web.insight import national_views as views

_ONE = "insight/national/<int:national_id>/"
NATIONAL = [
    path("insight/national/", views.national, name="national"),
    path("insight/national/start/", views.start, name="national-start"),
    path(_ONE, views.result, name="national-result"),
    path(f"{_ONE}again/", views.again, name="national-again"),
    path(f"{_ONE}measures/<slug:measure_id>/", views.measure, name="national-measure"),
    path(f"{_ONE}pictures/<str:picture>", views.picture, name="national-picture"),
    path(f"{_ONE}files/<str:name>", views.file, name="national-file"),
]
