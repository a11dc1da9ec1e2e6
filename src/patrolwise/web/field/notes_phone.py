"""What a phone's debrief says of places, such as a hazard: read from JSON and from a plain form."""

from collections.abc import Mapping

from patrolwise.web.tasking.actions import SaidNote
from patrolwise.web.tasking.note_kinds import LONGEST, NOTE_KINDS

MOST_NOTES = 3
_PARTS = ("area_id", "kind", "text")
_FIELD = "note-"
_KINDS = frozenset(key for key, _ in NOTE_KINDS)


def gather_notes(given: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the notes of a plain form, as a phone would send them.

    Parameters
    ----------
    given : mapping
        Fields ``note-area_id-1``, ``note-kind-1``, ``note-text-1`` and so on.

    Returns
    -------
    list of dict
        Those that have words.
    """
    notes = [
        {part: given.get(f"{_FIELD}{part}-{number}", "") for part in _PARTS}
        for number in range(1, MOST_NOTES + 1)
    ]
    return [note for note in notes if note["text"].strip()]


def read_notes(given: object) -> tuple[SaidNote, ...]:
    """Return the notes of a debrief.

    Parameters
    ----------
    given : object
        As it came from JSON; nothing is no note.

    Returns
    -------
    tuple of SaidNote

    Raises
    ------
    ValueError
        They are no such notes; the message says what to do.
    """
    if not given:
        return ()
    if not isinstance(given, list) or not all(map(_is_note, given)):
        raise ValueError("They are not as this page's phone sends them.")
    if len(given) > MOST_NOTES:
        raise ValueError(f"There are more than {MOST_NOTES}. Say the others in another debrief.")
    if not all(note["area_id"].strip() for note in given):
        raise ValueError("Choose the hot spot that each note is about.")
    if any(len(note["text"]) > LONGEST for note in given):
        raise ValueError(f"One is longer than {LONGEST:,} characters. Shorten it.")
    return tuple(SaidNote(**{part: note[part].strip() for part in _PARTS}) for note in given)


def _is_note(note: object) -> bool:
    if not isinstance(note, Mapping) or set(note) != set(_PARTS):
        return False
    texts = [note[part] for part in _PARTS]
    return (
        all(isinstance(one, str) for one in texts)
        and note["kind"] in _KINDS
        and bool(note["text"].strip())
    )
