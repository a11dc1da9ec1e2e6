"""What the door for fixes says of itself is what it does."""

import json
import re

import pytest

from patrolwise.web.field.ingest_answers import _METHODS
from patrolwise.web.field.ingest_openapi import describe_door
from patrolwise.web.field.ingest_rules import IngestRule
from patrolwise.web.field.ingest_tokens import make_token

DOCUMENT = describe_door(IngestRule())


def test_anybody_may_read_how_fixes_are_sent(client, db):
    response = client.get("/api/ingest/openapi.json")
    assert response.status_code == 200
    assert response.json() == json.loads(json.dumps(DOCUMENT))


@pytest.mark.parametrize("form", sorted(_METHODS))
def test_each_address_and_method_is_in_it(form):
    described = DOCUMENT["paths"][f"/in/{form}/{{token}}"]
    methods = {key.upper() for key in described} - {"PARAMETERS"}
    assert methods == set(_METHODS[form])


def test_it_has_no_other_addresses_and_every_reference_leads_somewhere():
    assert len(DOCUMENT["paths"]) == len(_METHODS)
    text = json.dumps(DOCUMENT)
    names = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert names == set(DOCUMENT["components"]["schemas"])


def test_a_token_is_as_it_says():
    pattern = DOCUMENT["paths"]["/in/batch/{token}"]["parameters"][0]["schema"]["pattern"]
    assert re.fullmatch(pattern, make_token())


def test_the_limits_that_it_tells_are_those_in_force():
    rule = IngestRule(batch_fixes=1_234, late_us=3 * 86_400_000_000, device_rate=7)
    text = json.dumps(describe_door(rule))
    for words in ("1,234 fixes", "up to 3 days", "7 posts a second"):
        assert words in text
