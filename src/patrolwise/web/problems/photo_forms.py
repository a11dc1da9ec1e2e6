"""The form of a photograph. Its file has no name until the page's script has pixelated it."""

from typing import Any

from django import forms

from patrolwise.files.photographs import MOST_BYTES
from patrolwise.partnership.environment_audits import AuditItem


class PhotoForm(forms.Form):
    """A photograph that was pixelated on the phone, and of what it is."""

    item = forms.ChoiceField(label="What it shows")
    photograph = forms.FileField(
        error_messages={"required": "There is no photograph. Choose one, and mark it."}
    )
    marks = forms.IntegerField(min_value=0, max_value=200)
    is_marked = forms.BooleanField(
        label="Each face, number plate and window into a home is pixelated, or there is none",
        error_messages={
            "required": "Look at the photograph, mark what is to be marked, and say so."
        },
    )

    def __init__(self, *args: Any, items: dict[str, AuditItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, item.title) for key, item in items.items()]
        self.fields["item"].choices = choices  # type: ignore[attr-defined]

    def clean_photograph(self) -> bytes:
        """Return its bytes, not more than are taken."""
        file = self.cleaned_data["photograph"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                f"It has {file.size:,} bytes; {MOST_BYTES:,} are the most. Take a smaller one."
            )
        return bytes(file.read())
