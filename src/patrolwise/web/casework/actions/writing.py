"""What every change of casework does: say who and when, and leave an event without content.

It is the same wherever records about people are kept, and is written down beside their seals.
"""

from patrolwise.web.vault.writing import (
    Record,
    Writing,
    add_record,
    check_may,
    save_record,
    tell,
)

__all__ = ["Record", "Writing", "add_record", "check_may", "save_record", "tell"]
