"""What the tables for programs say of themselves beside their rows: refusals, and how to ask."""

from typing import Any

from django.conf import settings

from patrolwise.web.insight.api_doors import A_MINUTE

TOLD = (
    "For evaluators: hot spot sets, doses, crimes and allocation, as JSON. Make a token on the "
    "page Tables for programs and send it as a bearer token. Cells of the access matrix that are "
    "suppressed for a role are not served here at all. A name in the query that is not described "
    "here, or is given twice, is refused with 422. Methods other than GET and HEAD are 405, with "
    f"Allow. The tokens of one person may ask {A_MINUTE} times a minute together."
)
_PAGE = {"text/html": {"schema": {"type": "string"}}}
_RETRY = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_CHALLENGE = {
    "WWW-Authenticate": {
        "description": "Bearer: send a token.",
        "schema": {"type": "string", "const": "Bearer"},
    }
}
_LOCATION = {
    "Location": {"description": "The way to sign in.", "schema": {"type": "string"}},
}
# status → what is told, headers, and content beside the JSON that the operation itself names
_REFUSALS: dict[int, tuple[str, dict[str, Any], dict[str, Any]]] = {
    302: (
        "Only where nobody sends a token: a session has ended or lacks its second factor, or "
        "nobody is signed in and the header Accept names text/html, as browsers do.",
        _LOCATION,
        {},
    ),
    400: ("The address holds over a thousand values, or the site has another name.", {}, _PAGE),
    401: ("There is no token, or it is not known, or it has ended.", _CHALLENGE, {}),
    404: ("Not there, or not for you. A page where no token was sent.", {}, _PAGE),
    414: ("The address is longer than a server reads; nothing is said.", {}, {}),
    422: ("Values in the address are not as described; all of them are told.", {}, {}),
    429: ("Too many requests of one person's tokens.", _RETRY, {}),
    431: ("The headers are longer than a server reads; nothing is said.", {}, {}),
    503: ("The site's database is busy, or cannot be reached.", _RETRY, _PAGE),
    507: ("The site's disk is full, so that the reading could not be recorded.", _RETRY, _PAGE),
}


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the description of rows with all that is true of every address added to it.

    Parameters
    ----------
    schema : dict
        As the library of the interface makes it; it is changed.

    Returns
    -------
    dict
        OpenAPI 3.1.
    """
    cookie = {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
    schema["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {**cookie, "description": "Of whoever is signed in to the pages."},
    }
    schema["security"] = [{"token": []}, {"session": []}]
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"] = _tell(operation["responses"])
    return schema


def _tell(responses: dict[Any, Any]) -> dict[str, Any]:
    """Return the responses by their statuses as text, as OpenAPI has them."""
    told = {str(status): response for status, response in responses.items()}
    for status, (sentence, headers, content) in _REFUSALS.items():
        response = told.setdefault(str(status), {})
        response["description"] = sentence
        if headers:
            response["headers"] = headers
        if content:
            response["content"] = {**response.get("content", {}), **content}
    return told
