"""Whether a device sends as it should."""

from enum import StrEnum

_SECOND_US = 1_000_000
_SILENT_S = 300.0
_SILENT_REFRESHES = 5  # a slow tracker is given more time before it counts as silent
_GONE_S = 24 * 3_600.0


class DeviceState(StrEnum):
    """What a coordinator is told of a device."""

    SENDING = "Sending"
    SILENT = "Silent"
    LONG_SILENT = "Silent for over a day"
    NEVER = "Never heard"
    ENDED = "Ended"


MARKS = {
    DeviceState.SENDING: "good",
    DeviceState.SILENT: "watch",
    DeviceState.LONG_SILENT: "idle",
    DeviceState.NEVER: "watch",
    DeviceState.ENDED: "idle",
}


def judge_device(
    *, heard_us: int | None, refresh_s: float, is_active: bool, now_us: int
) -> DeviceState:
    """Return the state of a device.

    Parameters
    ----------
    heard_us : int or None
        When its newest fix was taken, microseconds since 1970 UTC; None when there is none.
    refresh_s : float
        How often it is expected to send.
    is_active : bool
        Whether it has a token.
    now_us : int

    Returns
    -------
    DeviceState
        Silent after five minutes, or five of its usual steps where those are longer.

    Examples
    --------
    >>> judge_device(heard_us=0, refresh_s=30, is_active=True, now_us=299_000_000).value
    'Sending'
    """
    if not is_active:
        return DeviceState.ENDED
    if heard_us is None:
        return DeviceState.NEVER
    age_s = (now_us - heard_us) / _SECOND_US
    if age_s <= max(_SILENT_S, _SILENT_REFRESHES * refresh_s):
        return DeviceState.SENDING
    return DeviceState.SILENT if age_s <= _GONE_S else DeviceState.LONG_SILENT
