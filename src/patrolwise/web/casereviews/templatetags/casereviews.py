"""How words of vocabularies and due days are shown."""

from collections.abc import Mapping

from django import template

from patrolwise.partnership.asb_review import DueStep

register = template.Library()


@register.filter
def word_of(key: str, words: Mapping[str, str]) -> str:
    """Return how a key of a vocabulary is said."""
    return words.get(key, key)


@register.filter
def state_of(step: DueStep | None) -> str:
    """Return the state of a step, for its colour: good, bad, watch or nothing."""
    if step is None:
        return ""
    if step.is_late:
        return "bad"
    if step.done is not None:
        return "good"
    return "watch" if step.days_left is not None and step.days_left <= _SOON else ""


@register.filter
def say_left(step: DueStep) -> str:
    """Return how much time is left of a step, in words."""
    if step.done is not None:
        return "done late" if step.is_late else "done"
    if step.is_late:
        return "late"
    if step.days_left is None:
        return "no day is set"
    if step.days_left == 0:
        return "today"
    return f"{step.days_left} working day{'' if step.days_left == 1 else 's'} left"


_SOON = 3  # working days
