"""The forms of devices."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from patrolwise.web.field.assignments_actions import MOST_PEOPLE, Given
from patrolwise.web.field.assignments_queries import BEGINNING
from patrolwise.web.field.devices_actions import DeviceDetails
from patrolwise.web.field.ingest_trackers import LONGEST
from patrolwise.web.field.models import Forwarder
from patrolwise.web.tasking.forms import MomentInput

_PAIR = 2
_OF_PROGRAMME = "One that a programme on this site names: police or a partner."


class DeviceForm(forms.Form):
    """What is said of a device."""

    name = forms.CharField(
        max_length=80,
        label="Name of the device",
        help_text="What is on its label, such as Phone 12. Not a person's name.",
    )
    refresh_s = forms.FloatField(
        min_value=1,
        max_value=3_600,
        initial=30,
        label="Seconds between fixes",
        help_text="As the app is set. 30 is a good start; more than 60 loses short visits.",
    )
    forwarder_id = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, label="Who sends what it says"
    )
    sent_as = forms.CharField(
        max_length=LONGEST,
        required=False,
        label="Its identifier at the forwarding server",
        help_text="As it is there, such as 864 and twelve more digits. Blank if it sends itself.",
    )

    def __init__(self, *given: Any, forwarders: Iterable[Forwarder], **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [(one.pk, f"{one.name} forwards it") for one in forwarders]
        if choices:
            chosen = cast("forms.TypedChoiceField", self.fields["forwarder_id"])
            chosen.choices = [("", "It sends itself"), *choices]
        else:  # most sites have no such server: nothing is asked about it
            del self.fields["forwarder_id"], self.fields["sent_as"]

    def details(self) -> DeviceDetails:
        """Return what was filled in of the device itself."""
        names = ("name", "refresh_s", "forwarder_id", "sent_as")
        given = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return DeviceDetails(**given)


class ServiceField(forms.ChoiceField):
    """A service of a programme on this site; what it is now is a choice too."""

    def __init__(self, **named: Any) -> None:
        super().__init__(label="Service", **named)

    def offer(self, services: Iterable[str], now: str = "") -> None:
        """Say which services can be chosen.

        Parameters
        ----------
        services : iterable of str
        now : str
            What stands there already, whether a programme names it or not.
        """
        offered = list(services)
        more = [(now, f"{now} (no programme knows this service)")] if now else []
        self.choices = [
            ("", "Choose a service"),
            *((one, one) for one in offered),
            *(one for one in more if now not in offered),
        ]


class GivenForm(forms.Form):
    """Which unit has a device, how many people go by it, from when to when."""

    unit_id = forms.CharField(
        max_length=80, label="Unit", help_text="Whom it goes with, as in the rota."
    )
    service = ServiceField(help_text=_OF_PROGRAMME)
    people = forms.IntegerField(
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=_PAIR,
        label="People who go by it",
        help_text="2 for a pair with this tracker between them. Where each carries one, say 1 for "
        "each tracker: else their person-minutes count twice.",
    )
    start = forms.DateTimeField(
        required=False,
        label="From",
        widget=MomentInput(),
        help_text="Local time. Blank: from its first fix, so that all it ever sent counts.",
    )
    end = forms.DateTimeField(
        required=False,
        label="Until",
        widget=MomentInput(),
        help_text="Local time. Blank: until it is given to another unit.",
    )

    def __init__(self, *given: Any, services: Iterable[str], now: str = "", **named: Any) -> None:
        super().__init__(*given, **named)
        cast("ServiceField", self.fields["service"]).offer(services, now)

    def given(self) -> Given:
        """Return what was filled in."""
        told = {name: self.cleaned_data[name] for name in ("unit_id", "service", "end", "people")}
        return Given(**told, start=self.cleaned_data["start"] or BEGINNING)


class ForwarderForm(forms.Form):
    """What is said of a server that forwards for many trackers."""

    name = forms.CharField(
        max_length=80, label="Name of the server", help_text="Such as Traccar of the fleet."
    )
    service = ServiceField(help_text="Of all trackers that it forwards for. It cannot be changed.")

    def __init__(self, *given: Any, services: Iterable[str], **named: Any) -> None:
        super().__init__(*given, **named)
        cast("ServiceField", self.fields["service"]).offer(services)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=300, label="Why", help_text="Kept in the record, for whoever looks later."
    )
