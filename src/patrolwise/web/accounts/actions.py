"""What is done to people's access: each change with its event, in one transaction."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.audit.actions import NewEvent, record_event


def invite_person(
    *, by: Person | None, email: str, name: str, role: str, team: Team | None
) -> Person:
    """Add a person, who can sign in once they have chosen a password by `invitation_to`.

    Parameters
    ----------
    by : Person or None
        None: on the server, where there is nobody yet.
    email, name, role : str
    team : Team or None

    Returns
    -------
    Person

    Raises
    ------
    InputError
        There is no name, the role is not known, or the address is none or taken.
    """
    faults = []
    if role not in ROLES:
        faults.append(f"{role!r} is no role. Give one of {', '.join(ROLES)}.")
    if not name.strip():
        faults.append("There is no name. Give the person's name.")
    if not _is_address(email):
        faults.append(f"{email!r} is no address. Give one such as jo@example.org.")
    if Person.objects.filter(email__iexact=email).exists():
        faults.append(f"{email} belongs to somebody already. Change that person's role instead.")
    check_faults("Invitation", faults, InputError)
    with transaction.atomic():
        person = Person(email=email.lower(), name=name, role=role, team=team)
        person.set_unusable_password()
        person.save()
        _record(by, "person invited", person, role=role)
    return person


def invitation_to(person: Person) -> str:
    """Return the path by which an invited person chooses a password; it works once.

    Parameters
    ----------
    person : Person

    Returns
    -------
    str
    """
    token = default_token_generator.make_token(person)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": token},
    )


def change_role(*, by: Person, person: Person, role: str, reason: str) -> None:
    """Give a person another role; their sessions end, so that no page of the old one stays open.

    Parameters
    ----------
    by, person : Person
    role : str
        Its key.
    reason : str

    Raises
    ------
    InputError
        The role is not known, or no reason is given.
    RefusedError
        It is one's own role.
    """
    faults = [] if role in ROLES else [f"{role!r} is no role. Give one of {', '.join(ROLES)}."]
    if not reason.strip():
        faults.append("No reason is given. Say in a few words why the role changes.")
    check_faults("Change of role", faults, InputError)
    if by.pk == person.pk:
        raise RefusedError("Nobody changes their own role. Ask another administrator.")
    with transaction.atomic():
        old, person.role = person.role, role
        person.save(update_fields=["role"])
        end_sessions(person)
        _record(by, "role changed", person, before=old, after=role, reason=reason)


def end_access(*, by: Person, person: Person, reason: str) -> None:
    """End a person's access at once, everywhere.

    Parameters
    ----------
    by, person : Person
    reason : str

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        It is one's own access.
    """
    if not reason.strip():
        raise InputError("No reason is given. Say in a few words why access ends.")
    if by.pk == person.pk:
        raise RefusedError("Nobody ends their own access. Ask another administrator.")
    with transaction.atomic():
        person.is_active = False
        person.save(update_fields=["is_active"])
        end_sessions(person)
        _record(by, "access ended", person, reason=reason)


def end_sessions(person: Person) -> int:
    """Sign a person out on every device; return how many sessions ended.

    Parameters
    ----------
    person : Person

    Returns
    -------
    int
    """
    mine = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    return Session.objects.filter(pk__in=mine).delete()[0]


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _record(by: Person | None, action: str, person: Person, **detail: str) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"person:{person.pk}",
            actor_id=by.pk if by else None,
            role=by.role if by else "",
            detail=dict(detail),
        )
    )
