"""Impact assessments that were signed: which document, by whom, and until when it is good."""

from django.db import models


class SignedAssessment(models.Model):
    """The data protection officer signed an impact assessment (UK GDPR, article 35)."""

    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)  # of the document, which stays with the officer
    file_name = models.CharField(max_length=120)
    signed_on = models.DateField()
    review_by = models.DateField(db_index=True)
    note = models.CharField(max_length=300, blank=True)
    signed_by_id = models.BigIntegerField()
    signed_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-signed_at", "-id")

    def __str__(self) -> str:
        """Return which."""
        return f"impact assessment {self.version}"
