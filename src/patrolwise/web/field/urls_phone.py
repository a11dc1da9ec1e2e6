"""The addresses of the phone page, of what it sends, and of what was put aside."""

from django.urls import path

from patrolwise.web.field import views_held, views_phone

urlpatterns = [
    path("field/", views_phone.field, name="field"),
    path("field/unit/", views_phone.field_unit, name="field-unit"),
    path("field/position/", views_phone.field_position, name="field-position"),
    path("field/out/", views_phone.field_out, name="field-out"),
    path("field/unsent/", views_phone.field_unsent, name="field-unsent"),
    path("field/sync/", views_phone.field_sync, name="field-sync"),
    path("field/worker.js", views_phone.field_worker, name="field-worker"),
    path("field/manifest.webmanifest", views_phone.field_manifest, name="field-manifest"),
    path("held/", views_held.held_items, name="field-held"),
    path("held/<int:item_id>/", views_held.held_item, name="field-held-item"),
]
