"""How the quality report of fixes reads, line by line."""

from patrolwise.files.fix_quality import FixDevice, FixFile, FixQuality
from patrolwise.reporting.results import QualityLine

MOST_DEVICES = 20  # that are shown one by one


def describe_fix_quality(quality: FixQuality) -> tuple[QualityLine, ...]:
    """Return the quality report of fixes as lines for a table.

    Parameters
    ----------
    quality : FixQuality

    Returns
    -------
    tuple of QualityLine
        Points read equals points kept and points dropped together. Of many devices those with
        the longest silence are shown.
    """
    lines = [
        QualityLine(what="Files read", count=len(quality.files)),
        QualityLine(what="Points read", count=quality.points_read),
        QualityLine(what="Fixes kept", count=quality.points_kept, note=_span(quality)),
    ]
    if quality.simulated:
        lines.insert(0, QualityLine(what="Simulated", note="made up by a program, not measured"))
    lines += [
        QualityLine(what=f"Points dropped: {reason}", count=points)
        for reason, points in quality.dropped.items()
    ]
    lines.append(QualityLine(what="Devices", count=len(quality.devices)))
    shown = sorted(quality.devices, key=_silence, reverse=True)[:MOST_DEVICES]
    lines += [
        QualityLine(what=f"Device {one.device_id}", count=one.fixes, note=_describe(one))
        for one in sorted(shown, key=lambda one: one.device_id)
    ]
    if hidden := len(quality.devices) - len(shown):
        note = f"{hidden:,} more devices, with shorter silences; --json shows them all"
        lines.append(QualityLine(what="Note", note=note))
    lines += [
        QualityLine(what=f"Read as {one.format}", count=one.kept, note=_remarks(one))
        for one in quality.files
    ]
    # the fault itself may quote a row: it is told on the terminal and goes into no report
    told = "nothing of it is used; the terminal says why"
    lines += [QualityLine(what=f"Not read: {fault.file}", note=told) for fault in quality.faults]
    lines += [QualityLine(what="Note", note=note) for note in quality.notes]
    return tuple(lines)


def _span(quality: FixQuality) -> str:
    if quality.first is None or quality.last is None:
        return ""
    return f"{quality.first:%Y-%m-%d %H:%M} to {quality.last:%Y-%m-%d %H:%M} UTC"


def _silence(device: FixDevice) -> float:
    return device.longest_silence_s or 0.0


def _describe(device: FixDevice) -> str:
    told = []
    if device.refresh_s is not None and device.longest_silence_s is not None:
        told.append(f"every {device.refresh_s:,.3g} s")
        told.append(f"longest silence {_duration(device.longest_silence_s)}")
    told.append(
        "radius unknown" if device.accuracy_m is None else f"radius {device.accuracy_m:.0f} m"
    )
    if device.clock_backwards:
        told.append(f"clock goes back {device.clock_backwards:,} times")
    return ", ".join(told)


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86_400.0), ("h", 3_600.0), ("min", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:.0f} s"


def _remarks(one: FixFile) -> str:
    lost = one.points - one.kept
    dropped = f", {lost:,} {'point' if lost == 1 else 'points'} dropped" if lost else ""
    name = one.name + dropped
    return ". ".join([name, " ".join(one.remarks)]) if one.remarks else name
