"""The generated page on outreach: moves of referrals, gateways, retention, and words."""

import inspect
from collections.abc import Iterable, Sequence
from enum import StrEnum
from types import ModuleType

from patrolwise.outreach import sharing_words, vocabulary
from patrolwise.outreach.gateways import Gateway, load_gateways
from patrolwise.outreach.referral_moves import SILENCE_WORKING_DAYS, TRANSITIONS
from patrolwise.outreach.retention import load_retention
from patrolwise.outreach.sharing_words import Controller, DisclosedField

_INTRODUCTION = f"""# Outreach: rules and words

What the code holds, as tables. The law in it is for a data protection officer (DPO) to confirm;
none of it is advice. Data: `outreach/data/`.

## Referrals

A referral that is rejected, or sent and met with {SILENCE_WORKING_DAYS} working days of silence,
is on its worker's list again.

"""


def outreach_page() -> str:
    """Return the page's text."""
    return "".join(
        [
            _INTRODUCTION,
            _table(
                ("status", "may become"),
                ((status, ", ".join(after) or "closed") for status, after in TRANSITIONS.items()),
            ),
            "\n## Gateways\n\nA disclosure between controllers goes through one of these, by a "
            "lead's decision.\nNo first day: not in force until a DPO enters it.\n\n",
            _table(
                ("gateway", "law", "in force", "from", "to", "consent", "fields", "to confirm"),
                (_gateway_row(gateway) for gateway in load_gateways().values()),
            ),
            "\n## Retention\n\nOf two ends, the later. A hold keeps a record past its day.\n\n",
            _table(
                ("record", "clock starts", "keep", "then", "basis", "to confirm"),
                (
                    (one.what, one.clock, one.keep, one.then, one.basis, one.tag)
                    for one in load_retention().values()
                ),
            ),
            "\n## Words\n",
            *(_words(kind) for module in (vocabulary, sharing_words) for kind in _kinds(module)),
        ]
    )


def _gateway_row(gateway: Gateway) -> tuple[str, ...]:
    fields = _list(gateway.allowed_fields, DisclosedField)
    if gateway.not_allowed:
        fields += f"; never {_list(gateway.not_allowed, DisclosedField)}"
    days = f"from {gateway.starts}" if gateway.starts else "no first day entered"
    return (
        f"{gateway.title} (`{gateway.key}`)",
        gateway.act,
        f"{days} to {gateway.ends}" if gateway.ends else days,
        _list(gateway.from_controllers, Controller),
        _list(gateway.to_controllers, Controller),
        "needed" if gateway.needs_consent else "not needed",
        fields,
        gateway.sure,
    )


def _list(given: Iterable[StrEnum], kind: type[StrEnum]) -> str:
    chosen = set(given)
    return "any" if chosen == set(kind) else ", ".join(one for one in kind if one in chosen)


def _kinds(module: ModuleType) -> list[type[StrEnum]]:
    return [
        thing
        for thing in vars(module).values()
        if inspect.isclass(thing) and thing.__module__ == module.__name__
    ]


def _words(kind: type[StrEnum]) -> str:
    first = (kind.__doc__ or "").splitlines()[0]
    return f"\n**{kind.__name__}**: {first} {'; '.join(kind)}.\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
