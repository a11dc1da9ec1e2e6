"""Deletions that one person proposes and another releases."""

from patrolwise.web.vault.deletion_records import DeletionRecord


class DeletionRun(DeletionRecord):
    """What is to be deleted of cases: which records, named by table and number only."""
