"""What `serve` starts beside a site's server has to be a command that the site knows."""

from django.core.management import get_commands

from patrolwise.web.accounts.management.commands import serve


def list_beside(settings, exchange):
    """Return the commands, with a folder for what crosses, whether or not the site has a side."""
    settings.EXCHANGE_FOLDER = exchange
    names = [one[4] for one in serve._beside({"host": "127.0.0.1", "ingest_port": 8001})]
    assert set(names) <= set(get_commands()), names
    return names
