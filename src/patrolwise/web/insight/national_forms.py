"""What is asked before a national comparison."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from patrolwise.benchmarking.forces import territorial_forces
from patrolwise.benchmarking.measures import load_measures
from patrolwise.benchmarking.spans import parse_period
from patrolwise.errors import InputError
from patrolwise.files.similar_forces import read_similar_forces
from patrolwise.web.insight.models import NationalRun
from patrolwise.web.insight.run_campaigns import list_force_campaigns
from patrolwise.web.records.models import Kind, Upload
from patrolwise.web.records.queries import list_kept
from patrolwise.web.records.stored_files import safe_name

MOST_BYTES = 1_000_000  # of the whole form: a list of similar forces has some kilobytes


class NationalForm(forms.Form):
    """Which force is held against all others, in what, and when."""

    uploads = forms.ModelMultipleChoiceField(
        queryset=Upload.objects.none(), label="Tables", widget=forms.CheckboxSelectMultiple
    )
    force = forms.ChoiceField(label="Force", help_text="Remembered for the next time.")
    period = forms.CharField(
        max_length=40,
        required=False,
        label="Period",
        help_text="A financial year such as 2023/24, some of them such as 2021/22 to 2023/24, or a "
        "quarter such as 2023/24 Q2. Leave it empty for the newest whole year.",
    )
    baseline = forms.CharField(
        max_length=40,
        required=False,
        label="Changes since",
        help_text="Written likewise. Leave it empty for the year before.",
    )
    similar = forms.FileField(
        required=False,
        label="List of similar forces",
        help_text="CSV with the columns force and similar, one pair a row. Without it, forces are "
        "alike that record a like mix of crime.",
    )
    campaigns = forms.BooleanField(
        required=False,
        initial=True,
        label="Mark this site's campaigns on its charts",
        help_text="Those under Plan, Events that were everywhere. Untick it for a force that is "
        "not this site's.",
    )
    measures = forms.MultipleChoiceField(
        required=False,
        label="Measures",
        help_text="Tick none to have all.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = list_kept(Kind.RECORDED)
        tables, force, measures = (self.fields[name] for name in ("uploads", "force", "measures"))
        assert isinstance(tables, forms.ModelMultipleChoiceField)
        tables.queryset, tables.initial = kept, kept
        tables.label_from_instance = _name_table  # type: ignore[assignment]
        assert isinstance(force, forms.ChoiceField)
        force.choices = [(name, name) for name in territorial_forces()]
        force.initial = NationalRun.objects.values_list("force", flat=True).first()
        if not list_force_campaigns():
            del self.fields["campaigns"]
        assert isinstance(measures, forms.MultipleChoiceField)
        measures.choices = [(one.id, one.title) for one in load_measures().values()]

    def clean_period(self) -> str:
        """Return the period as it is written everywhere."""
        return _read_period(self.cleaned_data["period"])

    def clean_baseline(self) -> str:
        """Return what changes are told against, likewise."""
        return _read_period(self.cleaned_data["baseline"])

    def clean_similar(self) -> tuple[str, str]:
        """Return name and text of the list; both blank without one."""
        file = self.cleaned_data["similar"]
        return _read_similar(file) if file else ("", "")


def _read_period(text: str) -> str:
    try:
        return parse_period(text).label if text else ""
    except InputError as error:
        raise forms.ValidationError(str(error)) from error


def _read_similar(file: UploadedFile) -> tuple[str, str]:  # type: ignore[type-arg]
    name = safe_name(file.name or "")
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise forms.ValidationError(
            f"{name} is no text in UTF-8. Save the list as CSV (UTF-8)."
        ) from error
    try:
        with listed_forces(name, text) as path:
            read_similar_forces(path)
    except InputError as error:
        raise forms.ValidationError(str(error)) from error
    return name, text


@contextmanager
def listed_forces(name: str, text: str) -> Iterator[Path]:
    """Yield the path of a list of similar forces, for as long as it is needed.

    Parameters
    ----------
    name, text : str

    Yields
    ------
    Path
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        yield path


def _name_table(upload: Any) -> str:
    return f"{upload.name}: {upload.first_day:%b %Y} to {upload.last_day:%b %Y}"
