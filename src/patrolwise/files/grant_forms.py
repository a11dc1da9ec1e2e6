"""Which forms a round of grants is kept in, and what each of their columns holds."""

from patrolwise.files.form_cells import Kind
from patrolwise.files.forms import Form, FormColumn

ROUND = "round.toml"
_NO_PEOPLE = (
    "A round needs nobody's name, telephone or e-mail in its forms: organisations and codes of "
    "assessors are enough. Contacts stay where applicants gave them."
)


def _form(kinds: dict[str, Kind], blank: tuple[str, ...] = ()) -> Form:
    return Form(
        columns=tuple(
            FormColumn(name=name, kind=kind, may_be_blank=name in blank)
            for name, kind in kinds.items()
        ),
        why_no_others=_NO_PEOPLE,
    )


# by the file's name without its ending: only the first must be there
GRANT_FORMS = {
    "applications": _form(
        {
            "application_id": "text",
            "organisation_ref": "text",
            "organisation": "text",
            "kind": "word",
            "charity_number": "text",
            "company_number": "text",
            "title": "text",
            "summary": "text",
            "asked": "number",
            "first": "day",
            "last": "day",
            "areas": "text",
            "young_people": "whole",
            "safeguarding_policy": "yes_no",
            "designed_with_young_people": "yes_no",
            "state": "word",
            "submitted": "day",
        },
        (
            *("organisation_ref", "organisation", "kind", "charity_number", "company_number"),
            *("title", "summary", "asked", "first", "last", "areas", "young_people"),
            *("safeguarding_policy", "designed_with_young_people", "submitted"),
        ),
    ),
    "assessments": _form(
        {
            "application_id": "text",
            "assessor": "text",
            "conflict": "yes_no",
            "criterion": "text",
            "score": "whole",
            "completed": "day",
        },
        ("criterion", "score", "completed"),
    ),
    "moderations": _form({"application_id": "text", "note": "text"}),
    "awards": _form(
        {
            "award_id": "text",
            "application_id": "text",
            "pounds": "number",
            "awarded": "day",
            "first": "day",
            "last": "day",
            "place": "text",
            "place_code": "text",
            "place_code_type": "text",
        },
        ("place_code", "place_code_type"),
    ),
    "instalments": _form({"award_id": "text", "number": "whole", "due": "day", "pounds": "number"}),
    "reports": _form(
        {
            "award_id": "text",
            "quarter": "text",
            "received": "day",
            "spent": "number",
            "underspend": "number",
            "sessions_planned": "whole",
            "sessions_held": "whole",
            "unique_young_people": "whole",
            "attendances": "whole",
            "areas": "text",
            "referrals_received": "whole",
            "referrals_accepted": "whole",
            "measure": "text",
            "asked": "whole",
            "answered": "whole",
            "mean": "number",
            "risks": "text",
        },
        ("areas", "measure", "asked", "answered", "mean", "risks"),
    ),
    "payments": _form({"award_id": "text", "number": "whole", "paid": "day", "pounds": "number"}),
}
