"""What a note on a place may be, and how long. No form: the phone's reader needs it at start."""

NOTE_KINDS = (
    ("hazard", "Hazard"),
    ("idea", "Idea"),
    ("environment", "Environment, such as a broken light"),
)
LONGEST = 4000  # characters of one part
