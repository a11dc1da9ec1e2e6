"""Cases for tests: opened and filled by the same actions as the pages'."""

import datetime as dt

from patrolwise.web.casework.actions import consents, engagements
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.models import Service

NOW = dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC)  # a Monday
TODAY = NOW.date()


def writing(person, now=NOW):
    return Writing(by=person, now=now)


def open_case(person, alias="Kez", **more):
    new = {"alias": alias, "agreed_on": TODAY, "privacy_explained_at": NOW, **more}
    return engagements.open_case(writing=writing(person), new=engagements.NewEngagement(**new))


def make_service(name="Youth Counselling", team=None, **more):
    return Service.objects.create(
        name=name,
        organisation=f"{name} CIO",
        team_id=team.pk if team else None,
        checked_on=TODAY,
        **more,
    )


def consent_to(person, case, service, fields=("alias",), **more):
    new = {
        "purpose": "refer_to_service",
        "fields": fields,
        "given_by": "young_person_16_over",
        "method": "spoken",
        "is_pressure_free": True,
        "since": TODAY,
        "wording_version": "1",
        "service_id": service.pk if service else None,
        "age": 17,
        **more,
    }
    return consents.give_consent(writing=writing(person), case=case, new=consents.NewConsent(**new))
