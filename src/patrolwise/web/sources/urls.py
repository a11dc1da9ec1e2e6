"""The addresses of sources."""

from django.urls import path

from patrolwise.web.sources import views

urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/new/", views.source_new, name="source-new"),
    path("sources/<int:source_id>/", views.source, name="source"),
    path("sources/<int:source_id>/unplaced/", views.unplaced, name="source-unplaced"),
    path("sources/files/<int:batch_id>/undo/", views.batch_undo, name="source-undo"),
    path("sources/records/<uuid:record_id>/", views.place, name="source-place"),
]
