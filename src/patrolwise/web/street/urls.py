"""The addresses of street."""

from django.urls import path

from patrolwise.web.street import views, views_device, views_phones

urlpatterns = [
    path("today/", views.today, name="today"),
    path("brief/", views.street_brief, name="street-brief"),
    path("contact/", views.contact, name="contact"),
    path("worried/", views.worried, name="worried"),
    path("debrief/places/", views.debrief_places, name="debrief-places"),
    path("debrief/people/", views.debrief_people, name="debrief-people"),
    path("wellbeing/", views.wellbeing, name="wellbeing"),
    path("safe/", views.safe, name="safe"),
    path("position/", views.position, name="position"),
    path("follow-ups/", views.follow_ups, name="follow-ups"),
    path("end/", views.shift_end, name="shift-end"),
    path("street/", views_device.street_shell, name="street-shell"),
    path("sync/", views_device.street_sync, name="street-sync"),
    path("worker.js", views_device.street_worker, name="street-worker"),
    path("manifest.webmanifest", views_device.street_manifest, name="street-manifest"),
    path("phones/", views_phones.phones, name="phones"),
    path("phones/add/", views_device.phone_add, name="phone-add"),
    path("phones/half/", views_device.phone_half, name="phone-half"),
    path("phones/<uuid:phone_id>/end/", views_phones.phone_end, name="phone-end"),
    path("clashes/", views_phones.clashes, name="clashes"),
    path("clashes/<uuid:clash_id>/", views_phones.clash, name="clash"),
    path("rescue/", views_phones.rescue, name="rescue"),
]
