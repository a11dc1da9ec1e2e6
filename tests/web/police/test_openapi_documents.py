"""Both documents are OpenAPI 3.1 by the OpenAPI Initiative's own schema."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from patrolwise.web.field.ingest_openapi import describe_door
from patrolwise.web.field.ingest_rules import IngestRule
from patrolwise.web.insight.api import describe_tables

SCHEMA = json.loads(Path(__file__).with_name("openapi-3.1-schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
MAKERS = {"tables": describe_tables, "fixes": lambda: describe_door(IngestRule())}


@pytest.fixture(params=sorted(MAKERS))
def document(request):
    return json.loads(json.dumps(MAKERS[request.param](), default=str))


def test_a_document_is_openapi_3_1_and_spoilt_it_is_not(document):
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    spoilt = deepcopy(document)
    methods = next(iter(spoilt["paths"].values()))
    operation = next(one for method, one in methods.items() if method != "parameters")
    operation["responses"] = {"fine": {"description": "No status."}}
    spoilt["info"].pop("version")
    found = {error.json_path for error in VALIDATOR.iter_errors(spoilt)}
    assert "$.info" in found
    assert any("responses" in path for path in found)


def test_operations_have_names_of_their_own(document):
    names = [
        operation["operationId"]
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method != "parameters"
    ]
    assert len(set(names)) == len(names) > 0
