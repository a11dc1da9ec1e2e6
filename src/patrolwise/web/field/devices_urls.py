"""The addresses of the pages of devices, and of what describes the door for fixes."""

from django.urls import path

from patrolwise.web.field import (
    views_assignments,
    views_devices,
    views_forwarders,
    views_ingest,
)

urlpatterns = [
    path("devices/", views_devices.devices, name="devices"),
    path("devices/give/", views_devices.give, name="device-give"),
    path("devices/<int:device_id>/", views_devices.device, name="device"),
    path(
        "devices/<int:device_id>/hand-over/", views_assignments.hand_over, name="device-hand-over"
    ),
    path(
        "devices/<int:device_id>/history/<int:assignment_id>/",
        views_assignments.correct,
        name="device-correct",
    ),
    path("devices/<int:device_id>/renew/", views_devices.renew, name="device-renew"),
    path("devices/<int:device_id>/end/", views_devices.end, name="device-end"),
    path("devices/servers/add/", views_forwarders.give, name="forwarder-give"),
    path("devices/servers/<int:forwarder_id>/", views_forwarders.forwarder, name="forwarder"),
    path(
        "devices/servers/<int:forwarder_id>/renew/",
        views_forwarders.renew,
        name="forwarder-renew",
    ),
    path("devices/servers/<int:forwarder_id>/end/", views_forwarders.end, name="forwarder-end"),
    path("api/ingest/openapi.json", views_ingest.openapi, name="ingest-openapi"),
]
