"""Exports of other case systems that were read in."""

from django.db import models

from patrolwise.web.asb.models.records import AsbRecord
from patrolwise.web.identifiers import make_reference
from patrolwise.web.vault.fields import SealedField


class ImportRun(AsbRecord):
    """One export: held sealed until somebody keeps or drops it, then its counts alone."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    file_hash = models.CharField(max_length=64)
    content = SealedField()  # of the file; empty once it was decided
    mapping = models.TextField()  # TOML: heads of columns and words, nobody's values
    state = models.CharField(max_length=20, default="preview")  # kept, dropped, undone, expired
    lead_agency = models.CharField(max_length=80)
    lines = models.JSONField(default=list)  # the quality report: what, count, note
    counts = models.JSONField(default=dict)  # table → rows that were written
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-created_at", "-id")
