"""Which services a young person can be referred to: records of Open Referral UK, and their checks.

Open Referral UK 3.0 is a profile of the Human Services Data Specification (HSDS) 3.0. Only the
fields that a worker needs to choose a service are kept; others are passed over.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from patrolwise.errors import InputError, check_faults


class ServiceStatus(StrEnum):
    """Whether a service runs."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


@dataclass(frozen=True, kw_only=True)
class ServiceContact:
    """Whom to ask for at a service: of a desk or a role."""

    id: str
    name: str = ""
    title: str = ""
    email: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServiceLocation:
    """Where a service is."""

    id: str
    name: str = ""
    kind: str = ""  # physical, postal or virtual
    address: str = ""
    city: str = ""
    county: str = ""
    postal_code: str = ""
    country: str = ""  # two letters
    address_kind: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceSchedule:
    """When a service is open, as iCalendar (RFC 5545) tells it."""

    id: str
    freq: str = ""  # WEEKLY or MONTHLY
    byday: str = ""  # "MO,TU"
    opens_at: str = ""
    closes_at: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceAttribute:
    """What a service is about, by a taxonomy."""

    id: str
    taxonomy: str = ""
    term: str = ""
    term_description: str = ""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service of the directory."""

    id: str
    name: str
    status: ServiceStatus
    description: str = ""
    eligibility_description: str = ""
    application_process: str = ""
    minimum_age: float | None = None  # years; None for no limit
    maximum_age: float | None = None
    url: str = ""  # which the profile asks for, and small services lack
    email: str = ""
    phones: tuple[str, ...] = ()  # of the service itself
    organization_id: str = ""
    organization_name: str = ""
    organization_description: str = ""
    contacts: tuple[ServiceContact, ...] = ()
    locations: tuple[ServiceLocation, ...] = ()
    schedules: tuple[ServiceSchedule, ...] = ()
    attributes: tuple[ServiceAttribute, ...] = ()

    def takes_age(self, age: float) -> bool:
        """Return whether somebody of that age is within its limits, both included."""
        low = -math.inf if self.minimum_age is None else self.minimum_age
        high = math.inf if self.maximum_age is None else self.maximum_age
        return low <= age <= high


def make_services(document: object, what: str) -> list[Service]:
    """Return the services of a decoded document.

    Parameters
    ----------
    document : object
        A page of `/services` (with ``contents``), or a list of services, or one service.
    what : str
        What is being read, for the message.

    Returns
    -------
    list of Service
        In the order of the document. Members that are null are as if absent.

    Raises
    ------
    InputError
        A service has no id, name or status, an id comes twice, a member is of another type, or the
        least age is above the greatest; all are named.

    References
    ----------
    Open Referral UK, uk-profile 3.0, schema/service.json: the members and the four states. Of a
    term, older feeds call the name ``term``; HSDS gives its taxonomy as an object, the profile as a
    text. Each is read.

    Examples
    --------
    >>> make_services([{"id": "s-1", "name": "Drop-in", "status": "active"}], "a list")[0].name
    'Drop-in'
    """
    if isinstance(document, Mapping) and "contents" in document:
        document = document["contents"]
    records = [document] if isinstance(document, Mapping) else document
    if not isinstance(records, list):
        raise InputError(f"{what}: It holds no list of services. Give what /services answers.")
    faults: list[str] = []
    services = [_Reader(record, number, faults) for number, record in enumerate(records, start=1)]
    found = [reader.make_service() for reader in services]
    seen: set[str] = set()
    for service in found:
        if service.id and service.id in seen:
            faults.append(f"Two services have the id {service.id}. Keep one.")
        seen.add(service.id)
    check_faults(what, faults)
    return found


def record_services(services: Sequence[Service]) -> dict[str, Any]:
    """Return services as one page of `/services`, in plain values fit for JSON.

    Parameters
    ----------
    services : sequence of Service

    Returns
    -------
    dict
        Members that are empty are left out, also those that the profile asks for (a service's
        address on the web, an address's city): nothing is made up. Parts whose identifier is not
        kept get one that is the same each time. `make_services` gives the same services back.

    References
    ----------
    Open Referral UK, uk-profile 3.0, schema/service.json: required members.
    """
    return {
        "total_items": len(services),
        "total_pages": 1,
        "page_number": 1,
        "size": len(services),
        "first_page": True,
        "last_page": True,
        "empty": not services,
        "contents": [_record(service) for service in services],
    }


class _Reader:
    """One record that is being read; what is wrong with it is added to the faults."""

    def __init__(self, record: object, number: int, faults: list[str]) -> None:
        self._faults = faults
        self._where = f"Service {number}"
        self._is_object = isinstance(record, Mapping)
        self._record: Mapping[str, Any] = record if isinstance(record, Mapping) else {}

    def make_service(self) -> Service:
        if not self._is_object:
            self._complain("it is no object")
        for name in ("id", "name", "status") if self._is_object else ():
            if self._record.get(name) in (None, ""):
                self._complain(f"it has no {name}")
        low, high = self._age("minimum_age"), self._age("maximum_age")
        if low is not None and high is not None and low > high:
            self._complain(f"minimum_age {low:g} is above maximum_age {high:g}")
        owner = self._object(self._record, "organization")
        return Service(
            id=self._text(self._record, "id"),
            name=self._text(self._record, "name"),
            status=self._status(),
            description=self._text(self._record, "description"),
            eligibility_description=self._text(self._record, "eligibility_description"),
            application_process=self._text(self._record, "application_process"),
            minimum_age=low,
            maximum_age=high,
            url=self._text(self._record, "url"),
            email=self._text(self._record, "email"),
            phones=self._phones(self._record),
            organization_id=self._text(owner, "id"),
            organization_name=self._text(owner, "name"),
            organization_description=self._text(owner, "description"),
            contacts=tuple(self._contact(part) for part in self._parts(self._record, "contacts")),
            locations=tuple(
                self._location(part) for part in self._parts(self._record, "service_at_locations")
            ),
            schedules=tuple(
                ServiceSchedule(
                    **{
                        name: self._text(part, name)
                        for name in ("id", "freq", "byday", "opens_at", "closes_at", "description")
                    }
                )
                for part in self._parts(self._record, "schedules")
            ),
            attributes=tuple(
                self._attribute(part) for part in self._parts(self._record, "attributes")
            ),
        )

    def _contact(self, part: Mapping[str, Any]) -> ServiceContact:
        return ServiceContact(
            **{name: self._text(part, name) for name in ("id", "name", "title", "email")},
            phones=self._phones(part),
        )

    def _phones(self, record: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(self._text(phone, "number") for phone in self._parts(record, "phones"))

    def _location(self, part: Mapping[str, Any]) -> ServiceLocation:
        place = self._object(part, "location")
        address = next(iter(self._parts(place, "addresses")), {})
        return ServiceLocation(
            id=self._text(part, "id"),
            name=self._text(place, "name"),
            kind=self._text(place, "location_type"),
            address=self._text(address, "address_1"),
            city=self._text(address, "city"),
            county=self._text(address, "state_province"),
            postal_code=self._text(address, "postal_code"),
            country=self._text(address, "country"),
            address_kind=self._text(address, "address_type"),
        )

    def _attribute(self, part: Mapping[str, Any]) -> ServiceAttribute:
        term = self._object(part, "taxonomy_term")
        taxonomy = self._text(self._object(term, "taxonomy_detail"), "name")
        if not taxonomy and isinstance(term.get("taxonomy"), Mapping):
            taxonomy = self._text(self._object(term, "taxonomy"), "name")
        elif not taxonomy:
            taxonomy = self._text(term, "taxonomy")
        return ServiceAttribute(
            id=self._text(part, "id"),
            taxonomy=taxonomy,
            term=self._text(term, "name") or self._text(term, "term"),
            term_description=self._text(term, "description"),
        )

    def _status(self) -> ServiceStatus:
        given = self._text(self._record, "status")
        known = [status.value for status in ServiceStatus]
        if given and given not in known:
            self._complain(f"status {given!r} is not one of {', '.join(known)}")
        return ServiceStatus(given) if given in known else ServiceStatus.INACTIVE

    def _age(self, name: str) -> float | None:
        value = self._record.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 150:
            self._complain(f"{name} {value!r} is no age in years")
            return None
        return float(value)

    def _text(self, record: Mapping[str, Any], name: str) -> str:
        value = record.get(name)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        self._complain(f"{name} {value!r} is no text")
        return ""

    def _object(self, record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = record.get(name)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self._complain(f"{name} is no object")
        return {}

    def _parts(self, record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        value = record.get(name)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(part, Mapping) for part in value):
            return value
        self._complain(f"{name} is no list of objects")
        return []

    def _complain(self, sentence: str) -> None:
        self._faults.append(f"{self._where}: {sentence}. Mend it where the directory is kept.")


def _record(service: Service) -> dict[str, Any]:
    owner = {
        "id": service.organization_id,
        "name": service.organization_name,
        "description": service.organization_description,
    }
    return _full(
        {
            "id": service.id,
            "name": service.name,
            "description": service.description,
            "url": service.url,
            "email": service.email,
            "phones": _record_phones(service.id, service.phones),
            "status": service.status.value,
            "eligibility_description": service.eligibility_description,
            "application_process": service.application_process,
            "minimum_age": service.minimum_age,
            "maximum_age": service.maximum_age,
            "organization": _full(owner),
            "contacts": [
                _full({
                    "id": contact.id,
                    "name": contact.name,
                    "title": contact.title,
                    "email": contact.email,
                    "phones": _record_phones(contact.id, contact.phones),
                })
                for contact in service.contacts
            ],
            "service_at_locations": [_record_location(place) for place in service.locations],
            "schedules": [_full(dict(vars(schedule))) for schedule in service.schedules],
            "attributes": [_record_attribute(attribute) for attribute in service.attributes],
        }
    )  # fmt: skip


def _record_phones(owner: str, numbers: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"id": _name(owner, "phone", str(place)), "number": number}
        for place, number in enumerate(numbers)
    ]


def _record_location(place: ServiceLocation) -> dict[str, Any]:
    address = _full(
        {
            "address_1": place.address,
            "city": place.city,
            "state_province": place.county,
            "postal_code": place.postal_code,
            "country": place.country,
            "address_type": place.address_kind,
        }
    )
    addresses = [{"id": _name(place.id, "address"), **address}] if address else []
    location = _full({"name": place.name, "location_type": place.kind, "addresses": addresses})
    if location:
        location["id"] = _name(place.id, "location")
    return _full({"id": place.id, "location": location})


def _record_attribute(attribute: ServiceAttribute) -> dict[str, Any]:
    term = _full(
        {
            "name": attribute.term,
            "description": attribute.term_description,
            "taxonomy": attribute.taxonomy,
        }
    )
    if term:
        term["id"] = _name("term", attribute.taxonomy, attribute.term)
    return _full({"id": attribute.id, "taxonomy_term": term})


def _name(*parts: str) -> str:
    """Return an identifier that is the same for the same parts."""
    return str(uuid5(NAMESPACE_OID, json.dumps(parts)))


def _full(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value not in ("", None, [], {})}
