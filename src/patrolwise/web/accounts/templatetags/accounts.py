"""Words about people, for templates."""

from django import template

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES

register = template.Library()


@register.filter
def role_title(person: Person) -> str:
    """Return what a person's role is called; its key when it is no longer known."""
    known = ROLES.get(person.role)
    return known.title if known else person.role
