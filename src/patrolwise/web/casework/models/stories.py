"""Case studies: what is told of somebody, without a name, to funders and the public."""

from django.db import models

from patrolwise.web.casework.models.people import Engagement
from patrolwise.web.identifiers import make_reference
from patrolwise.web.vault.fields import SealedField, SealedJSONField
from patrolwise.web.vault.records import PersonalRecord


class Story(PersonalRecord):
    """A case study: told only while consent stands, and only after a second person looked."""

    reference = models.CharField(max_length=12, unique=True, default=make_reference)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="stories")
    consent_id = models.UUIDField()  # the one that it was written, then released, by
    title = SealedField()
    parts = SealedJSONField()  # key of StoryPart → text; gone once it is taken back
    kept = SealedJSONField()  # key of a finding → why it stays in the text
    author_ids = models.JSONField(default=list)  # everybody who wrote at it: none may release it
    state = models.CharField(max_length=20, default="draft", db_index=True)
    sent_at = models.DateTimeField(null=True)
    returned = SealedField()  # why the second person gave it back
    released_at = models.DateTimeField(null=True)
    released_by_id = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the text as it was released
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-created_at", "-id")


class StoryReceiver(PersonalRecord):
    """Somebody who got a case study, and is to be told when it is taken back."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="receivers")
    receiver = SealedField()  # an organisation, or where it was published
    given_on = models.DateField()
    told_at = models.DateTimeField(null=True)  # that it was taken back
    told_by_id = models.BigIntegerField(null=True)

    class Meta:
        """In order."""

        ordering = ("given_on", "created_at", "id")
