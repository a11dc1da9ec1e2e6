"""How the log is written: one line of JSON an event, without names, addresses or content."""

import json
import logging
from datetime import UTC, datetime


class LineFormatter(logging.Formatter):
    """Leave out what a message was filled with: it may be a path, and so what somebody asked for.

    Kept are the time, the level, the message's form, the page's name and, of an error, its type
    and where in the code it arose.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _find_form(record),
        }
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match is not None:
            line["page"] = match.view_name
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _find_frames(record)
        return json.dumps(line)


def _find_form(record: logging.LogRecord) -> str:
    """Return a message's form; of others' messages that come filled, nothing: it may be a path."""
    is_form = bool(record.args) or record.name.split(".")[0] == "patrolwise"
    return str(record.msg) if is_form else ""


def _find_frames(record: logging.LogRecord) -> str:
    frames, trace = [], record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(frames[-8:])
