"""The forms of devices."""

from django import forms

from patrolwise.web.field.devices_actions import DeviceDetails


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

    def details(self) -> DeviceDetails:
        """Return what was filled in."""
        return DeviceDetails(**self.cleaned_data)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=300, label="Why", help_text="Kept in the record, for whoever looks later."
    )
