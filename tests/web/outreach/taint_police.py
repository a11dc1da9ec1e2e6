"""Run on the police site, before and after what crosses: a set of hot spots, then every page."""

import datetime as dt

from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.received.models import Envelope, OutreachMinutes
from patrolwise.web.records.models import SetState, SpotSet

RING = [[-1.136, 52.635], [-1.133, 52.635], [-1.133, 52.637], [-1.136, 52.637], [-1.136, 52.635]]


def walk(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from walk(pattern.url_patterns)


if not SpotSet.objects.exists():
    feature = {
        "type": "Feature", "id": "hs-1", "properties": {"area_id": "hs-1", "name": "Clock Tower"},
        "geometry": {"type": "Polygon", "coordinates": [RING]},
    }  # fmt: skip
    now = dt.datetime.now(dt.UTC)
    SpotSet.objects.create(
        set_id="taint", version=1, state=SetState.PUBLISHED, sha256="x", hot_spots=1, made=now,
        document={"type": "FeatureCollection", "features": [feature]}, made_by_id=1, published=now,
    )  # fmt: skip
else:
    assert OutreachMinutes.objects.exists()
    assert Envelope.objects.count() == 6
    for role in ROLES:
        person = Person.objects.create(email=f"{role}@example.org", name=role, role=role)
        client = Client(raise_request_exception=False)
        client.force_login(person)
        for pattern in walk(get_resolver().url_patterns):
            if hasattr(pattern.callback, "needs") and not pattern.pattern.converters:
                client.get(reverse(pattern.name))
        for envelope in Envelope.objects.all():
            client.get(reverse("envelope", args=[envelope.reference]))
    print("read every page")
