"""Run inside a new site's shell of the anti-social behaviour partnership: a lead, a procedure."""

from datetime import UTC, date, datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.casereviews.models import Procedure

PASSWORD = "a long word for tests 1"
lead = Person(email="lead@example.org", name="The lead", role="lead")
lead.set_password(PASSWORD)
lead.save()
now = datetime.now(UTC)
Procedure.objects.create(
    starts=date(now.year - 1, 1, 1), complaints=3, months_to_report=1, months_to_apply=6,
    days_to_acknowledge=10, days_to_decide=15, days_to_review=20, days_to_tell=10,
    days_to_appeal=20, days_to_answer_appeal=20, contact="0116 496 0000",
    policing_body="the police and crime commissioner", source="The council's page",
    entered_by_id=lead.pk, entered_at=now,
)  # fmt: skip
print(PASSWORD)
