"""People and their teams."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from patrolwise.web.accounts.roles import Permission, permissions_of


class Team(models.Model):
    """A team of the force, or a partner agency."""

    name = models.CharField(max_length=80, unique=True)
    is_partner = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class People(BaseUserManager["Person"]):
    """How people are found: an address is the same in capitals."""

    def get_by_natural_key(self, email: str | None) -> "Person":
        """Return who signs in with an address."""
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Somebody who signs in. One role each: nobody holds two sides of the wall."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=40)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        """By name."""

        ordering = ("name", "id")

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def may(self, permission: Permission) -> bool:
        """Return whether the person may do something now."""
        return self.is_active and permission in permissions_of(self.role)
