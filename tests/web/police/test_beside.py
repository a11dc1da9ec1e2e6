"""What runs beside this site's server, and how often what dies is started again."""

from patrolwise.web.accounts.management.commands.serve import _next_pause

from ..beside import list_beside


def test_the_site_starts_its_own_commands_alone(settings, tmp_path):
    assert list_beside(settings, tmp_path) == ["work", "ingest", "count_doses", "exchange"]


def test_what_dies_at_once_waits_longer_each_time_and_what_lived_is_soon_back():
    pauses = [1.0]
    for lived in (0.5, 3.0, 59.0, 0.0, 0.0, 0.0, 61.0, 0.1):
        pauses.append(_next_pause(pauses[-1], lived))
    assert pauses[1:] == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 2.0, 4.0]
