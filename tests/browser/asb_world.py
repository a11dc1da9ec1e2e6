"""Run inside the anti-social behaviour site's shell: three people, the demonstration matrix."""

from datetime import UTC, datetime
from importlib.resources import files

from patrolwise.web.accounts.models import Person
from patrolwise.web.asb.actions.risk import load_instrument
from patrolwise.web.vault.writing import Writing

PASSWORD = "a long word for tests 1"
people = {}
for key in ("case_officer", "lead", "patrol"):
    people[key] = Person(email=f"{key}@example.org", name=f"The {key}", role=key)
    people[key].set_password(PASSWORD)
    people[key].save()
data = (files("patrolwise.partnership") / "data" / "risk-demo-1.toml").read_bytes()
load_instrument(writing=Writing(by=people["lead"], now=datetime.now(UTC)), data=data)
print(PASSWORD)
