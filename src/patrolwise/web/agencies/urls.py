"""The addresses of phone links, of an agency's own pages, and of the ledger."""

from django.urls import path

from patrolwise.web.agencies import views_ledger, views_own, views_phone, views_tracks

urlpatterns = [
    path("patrol/", views_phone.patrol, name="patrol"),
    path("patrol/start/", views_phone.patrol_start, name="patrol-start"),
    path("patrol/stop/", views_phone.patrol_stop, name="patrol-stop"),
    path("patrol/drop/", views_phone.patrol_drop, name="patrol-drop"),
    path("patrol/undo/", views_phone.patrol_undo, name="patrol-undo"),
    path("patrol/earlier/", views_phone.patrol_later, name="patrol-later"),
    path("patrol/leave/", views_phone.patrol_leave, name="patrol-leave"),
    path("patrols/", views_own.own_patrols, name="own-patrols"),
    path("patrols/new/", views_own.own_patrol_new, name="own-patrol-new"),
    path("patrols/<int:row_id>/", views_own.own_patrol, name="own-patrol"),
    path("patrols/<int:row_id>/back/", views_own.own_patrol_back, name="own-patrol-back"),
    path("patrols/phones/", views_own.phone_links, name="phone-links"),
    path("patrols/phones/<int:link_id>/end/", views_own.phone_link_end, name="phone-link-end"),
    path("patrols/tracks/", views_tracks.tracks, name="own-tracks"),
    path("patrols/tracks/<uuid:track_id>/", views_tracks.track, name="own-track"),
    path("patrols/files/", views_own.own_files, name="own-files"),
    path("patrols/files/<int:upload_id>/", views_own.own_file, name="own-file"),
    path("minutes/", views_ledger.agency_minutes, name="agency-minutes"),
    path("ledger/", views_ledger.ledger, name="ledger"),
    path("ledger/file/", views_ledger.ledger_file, name="ledger-file"),
    path("ledger/quality/", views_ledger.agency_quality, name="agency-quality"),
    path("ledger/agencies/new/", views_ledger.agency_new, name="agency-new"),
    path("ledger/streams/new/", views_ledger.stream_new, name="stream-new"),
    path("ledger/streams/<int:stream_id>/", views_ledger.stream, name="stream"),
    path("ledger/streams/<int:stream_id>/back/", views_ledger.stream_back, name="stream-back"),
    path("ledger/services/", views_ledger.service_files, name="service-files"),
    path("ledger/services/<int:upload_id>/", views_ledger.service_file, name="service-file"),
]
