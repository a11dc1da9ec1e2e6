"""The app's name."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of who did what."""

    name = "patrolwise.web.audit"
    label = "audit"
