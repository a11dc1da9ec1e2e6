"""What casework knows of hot spots: their names, from whoever keeps them."""

from django.conf import settings
from django.utils.module_loading import import_string


def list_choices() -> list[tuple[str, str]]:
    """Return the hot spots in force as choices.

    Returns
    -------
    list of (id, name)
    """
    find = import_string(settings.HOT_SPOT_CHOICES)
    return list(find())


def name_place(hot_spot_id: str) -> str:
    """Return what a hot spot is called.

    Parameters
    ----------
    hot_spot_id : str

    Returns
    -------
    str
    """
    if not hot_spot_id:
        return "not said"
    if hot_spot_id == "outside_hotspot":
        return "outside of the hot spots"
    return dict(list_choices()).get(hot_spot_id, hot_spot_id)
