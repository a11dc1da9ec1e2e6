"""How the [report] part of a programme file is read and checked: every fault at once."""

from patrolwise.reporting.reflection_records import HarmWatch, Reflection
from patrolwise.study.report_programme import find_reflection_faults
from patrolwise.study.toml_reader import TomlReader


def read_report(table: TomlReader, faults: list[str]) -> Reflection:
    """Return what a programme says of itself; what it leaves out stays empty.

    Parameters
    ----------
    table : TomlReader
        Of [report]; empty when there is none.
    faults : list of str
        What is wrong is added to it.

    Returns
    -------
    Reflection
    """
    reflection = Reflection(
        theory=_several(table, "theory", faults),
        theory_words=table.text("theory_words", "").strip(),
        mechanisms=_several(table, "mechanisms", faults),
        moderators=_several(table, "moderators", faults),
        implementation=table.text("implementation", "").strip(),
        aim=table.text("aim", "").strip(),
        problem=table.text("problem", "").strip(),
        response=table.text("response", "").strip(),
        harms=tuple(_harm(one, faults) for one in table.tables("harms")),
        changes=_several(table, "changes", faults),
        voices=_several(table, "voices", faults),
        referrals=table.text("referrals", "").strip(),
        learning=_several(table, "learning", faults),
        next_steps=_several(table, "next_steps", faults),
        organisation=table.text("organisation", "").strip(),
        partners=_several(table, "partners", faults),
        authors=_several(table, "authors", faults),
        contact=table.text("contact", "").strip(),
        ethics=table.text("ethics", "").strip(),
        conflicts=table.text("conflicts", "").strip(),
    )
    table.finish()
    faults += find_reflection_faults(reflection)
    return reflection


def _several(table: TomlReader, key: str, faults: list[str]) -> tuple[str, ...]:
    texts = tuple(text.strip() for text in table.texts(key))
    if not all(texts):
        faults.append(f"report.{key} has an empty text. Say something, or leave it out.")
    return texts


def _harm(table: TomlReader, faults: list[str]) -> HarmWatch:
    what = table.text("what")
    if table.has("what") and not what.strip():
        faults.append("report.harms has one with an empty what. Say which harm it is.")
    harm = HarmWatch(
        what=what.strip(),
        how=table.text("how", "").strip(),
        found=table.text("found", "").strip(),
    )
    table.finish()
    return harm
