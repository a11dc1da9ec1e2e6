"""The forms of devices."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from patrolwise.web.field.devices_actions import DeviceDetails
from patrolwise.web.field.ingest_trackers import LONGEST
from patrolwise.web.field.models import Forwarder


class DeviceForm(forms.Form):
    """What is said of a device."""

    name = forms.CharField(
        max_length=80,
        label="Name of the device",
        help_text="What is on its label, such as Phone 12. Not a person's name.",
    )
    unit_id = forms.CharField(
        max_length=80, label="Unit", help_text="Whom it goes with, as in the rota."
    )
    service = forms.CharField(
        max_length=80, label="Service", help_text="As in the programme, such as police."
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
        """Return what was filled in."""
        return DeviceDetails(**self.cleaned_data)


class ForwarderForm(forms.Form):
    """What is said of a server that forwards for many trackers."""

    name = forms.CharField(
        max_length=80, label="Name of the server", help_text="Such as Traccar of the fleet."
    )
    service = forms.CharField(
        max_length=80,
        label="Service",
        help_text="Of all trackers that it forwards for, such as police. It cannot be changed.",
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=300, label="Why", help_text="Kept in the record, for whoever looks later."
    )
