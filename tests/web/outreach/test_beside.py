"""What runs beside this site's server."""

from ..beside import list_beside


def test_the_site_starts_its_own_commands_alone(settings, tmp_path):
    assert list_beside(settings, tmp_path) == ["work", "exchange"]
