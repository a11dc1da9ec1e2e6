"""The forms of people's access."""

from django import forms

from patrolwise.web.accounts.models import Team
from patrolwise.web.accounts.roles import ROLES

_ROLES = [(role.key, f"{role.title}: {role.told}") for role in ROLES.values()]


class InvitationForm(forms.Form):
    """Who is invited, and as what."""

    name = forms.CharField(max_length=120, label="Name")
    email = forms.EmailField(label="Work e-mail address")
    team = forms.ModelChoiceField(
        queryset=Team.objects.order_by("name"), required=False, label="Team or agency"
    )
    role = forms.ChoiceField(choices=_ROLES, widget=forms.RadioSelect, label="Role")


class RoleForm(forms.Form):
    """Another role, and why."""

    role = forms.ChoiceField(choices=_ROLES, widget=forms.RadioSelect, label="Role")
    reason = forms.CharField(
        max_length=300, label="Why", help_text="Kept in the record, for whoever looks later."
    )


class EndForm(forms.Form):
    """Why access ends."""

    reason = forms.CharField(
        max_length=300, label="Why", help_text="Kept in the record, for whoever looks later."
    )
