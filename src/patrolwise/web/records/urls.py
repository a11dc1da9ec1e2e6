"""The addresses of uploads and hot spot sets."""

from django.urls import path

from patrolwise.web.records import (
    views_drawing,
    views_mapping,
    views_saved_mappings,
    views_sets,
    views_uploads,
)

_UPLOAD, _SET = "records/<int:upload_id>/", "hot-spots/<int:set_id>/"

urlpatterns = [
    path("records/", views_uploads.uploads, name="uploads"),
    path("records/new/", views_uploads.upload_new, name="upload-new"),
    path("records/mappings/", views_saved_mappings.saved_mappings, name="saved-mappings"),
    path(
        "records/mappings/<int:mapping_id>/delete/",
        views_saved_mappings.saved_mapping_delete,
        name="saved-mapping-delete",
    ),
    path(_UPLOAD, views_uploads.upload, name="upload"),
    path(f"{_UPLOAD}progress/", views_uploads.upload_progress, name="upload-progress"),
    path(f"{_UPLOAD}keep/", views_uploads.upload_keep, name="upload-keep"),
    path(f"{_UPLOAD}undo/", views_uploads.upload_undo, name="upload-undo"),
    path(f"{_UPLOAD}again/", views_uploads.upload_again, name="upload-again"),
    path(f"{_UPLOAD}mapping/", views_mapping.upload_mapping, name="upload-mapping"),
    path("hot-spots/", views_sets.hot_spots, name="hot-spots"),
    path("hot-spots/compare/", views_sets.hot_spot_compare, name="hot-spot-compare"),
    path("hot-spots/draft/", views_drawing.hot_spot_draft, name="hot-spot-draft"),
    path("hot-spots/choose/", views_drawing.hot_spot_choose, name="hot-spot-choose"),
    path(
        "hot-spots/choices/<int:choice_id>/", views_drawing.hot_spot_choice, name="hot-spot-choice"
    ),
    path(_SET, views_sets.hot_spot_set, name="hot-spot-set"),
    path(f"{_SET}publish/", views_sets.hot_spot_publish, name="hot-spot-publish"),
    path(f"{_SET}add/", views_drawing.hot_spot_add, name="hot-spot-add"),
    path(f"{_SET}areas/<int:number>/", views_drawing.hot_spot_area, name="hot-spot-area"),
    path(f"{_SET}areas.geojson", views_sets.hot_spot_geojson, name="hot-spot-geojson"),
    path(f"{_SET}areas.parquet", views_sets.hot_spot_geoparquet, name="hot-spot-geoparquet"),
    path(f"{_SET}areas.gpkg", views_sets.hot_spot_geopackage, name="hot-spot-geopackage"),
    path(f"{_SET}areas.csv", views_sets.hot_spot_csv, name="hot-spot-csv"),
]
