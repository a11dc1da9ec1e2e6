"""What every record of the partnership about people has."""

from django.db import models

from patrolwise.web.vault.records import PersonalRecord

ASB = "asb"  # the partnership, as the controller of what is written here


class AsbRecord(PersonalRecord):
    """A record about somebody, sealed under the partnership's key."""

    controller = models.CharField(max_length=40, default=ASB)

    class Meta:
        """No table of its own."""

        abstract = True
