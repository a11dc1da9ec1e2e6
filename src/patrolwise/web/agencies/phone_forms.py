"""The forms of a phone page that are buttons: what they send with them."""

from django import forms

from patrolwise.web.agencies.link_actions import MOST_STAFF


class KeyForm(forms.Form):
    """Which patrol is meant."""

    key = forms.UUIDField()


class StartForm(KeyForm):
    """Where a patrol begins; the button that was pressed says which hot spot."""

    hot_spot = forms.CharField(max_length=80)
    people = forms.IntegerField(min_value=1, max_value=MOST_STAFF)
    paid = forms.CharField(max_length=20, required=False)
