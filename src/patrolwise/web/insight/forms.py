"""What is asked before a run and before a token."""

from typing import Any

from django import forms

from patrolwise.web.records.models import Kind, State, Upload


class RunForm(forms.Form):
    """Which programme is evaluated, and what the run is called."""

    upload = forms.ModelChoiceField(
        queryset=Upload.objects.none(), label="Programme", empty_label=None
    )
    title = forms.CharField(
        max_length=200, label="What this run is called", help_text="Such as: first year, as agreed"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = Upload.objects.filter(kind=Kind.PROGRAMME.value, state=State.KEPT.value)
        field = self.fields["upload"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = kept
        field.label_from_instance = _name_upload  # type: ignore[assignment]


class TokenForm(forms.Form):
    """What a token is for."""

    name = forms.CharField(
        max_length=80, label="What it is for", help_text="Such as: my notebook on doses"
    )


def _name_upload(upload: Any) -> str:
    return f"{upload.name}, {upload.uploaded:%d %b %Y}"
