"""How a site is configured, and what it says when it cannot be."""

import json
import logging
import stat
import sys

import pytest

from patrolwise.errors import InputError
from patrolwise.web.__main__ import main
from patrolwise.web.accounts.log_lines import LineFormatter
from patrolwise.web.settings.configuration import make_secret, read_configuration
from patrolwise.web.settings.shared import Site, make_settings

SECRET = "s" * 60


def given(tmp_path, **more):
    return {
        "PATROLWISE_DATA": str(tmp_path),
        "PATROLWISE_SECRET_KEY": SECRET,
        "PATROLWISE_HOSTS": "patrols.example.org",
        **more,
    }


def test_the_default_is_the_embedded_database_in_the_data_folder(tmp_path):
    read = read_configuration("police", given(tmp_path))
    assert read.database["NAME"] == str(tmp_path / "patrolwise.sqlite3")
    assert "synchronous=FULL" in read.database["OPTIONS"]["init_command"]
    assert read.database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert not read.is_demo


def test_postgresql_is_taken_apart_with_its_escapes(tmp_path):
    url = "postgresql://us%40er:p%2Fw@db.example.org:5433/patrols"
    database = read_configuration("police", given(tmp_path, DATABASE_URL=url)).database
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("us@er", "p/w")
    assert (database["HOST"], database["PORT"], database["NAME"]) == (
        "db.example.org",
        "5433",
        "patrols",
    )


def test_all_faults_are_told_at_once_and_no_secret_is_repeated(tmp_path):
    with pytest.raises(InputError) as caught:
        read_configuration(
            "police",
            {
                "PATROLWISE_DATA": str(tmp_path),
                "PATROLWISE_SECRET_KEY": "tooshort",
                "PATROLWISE_HOSTS": "https://a.example, *",
                "PATROLWISE_DEMO": "perhaps",
                "DATABASE_URL": "mysql://u:verysecret@h/n",
            },
        )
    told = str(caught.value)
    assert "5 faults" in told
    assert "verysecret" not in told
    assert "tooshort" not in told


def test_the_public_address_is_that_of_the_first_host_or_what_is_given(tmp_path):
    def read(**more):
        return read_configuration("asb", given(tmp_path, **more)).address

    assert read() == "https://patrols.example.org"
    assert read(PATROLWISE_HOSTS=".example.org,other.example") == "https://example.org"
    assert read(PATROLWISE_PLAIN_HTTP="yes") == "http://patrols.example.org"
    inside = {"PATROLWISE_HOSTS": "asb.local, .example.org"}
    address = "https://asb.example.org:8443/"
    assert read(PATROLWISE_ADDRESS=address, **inside) == "https://asb.example.org:8443"
    site = Site(key="asb", title="ASB", apps=(), urls="", roles="", ways="")
    made = make_settings(site, read_configuration("asb", given(tmp_path)))
    assert made["SITE_ADDRESS"] == "https://patrols.example.org"
    for wrong, told in (
        ("asb.example.org", "no path, no name and no password"),
        ("https://patrols.example.org/page", "no path"),
        ("https://u:verysecret@patrols.example.org", "no password"),
        ("https://elsewhere.example", "answers to patrols.example.org"),
        ("https://evilpatrols.example.org", "Add it to PATROLWISE_HOSTS"),
    ):
        with pytest.raises(InputError, match=told) as caught:
            read(PATROLWISE_ADDRESS=wrong)
        assert "verysecret" not in str(caught.value)


def test_without_hosts_or_secret_it_says_what_to_do(tmp_path):
    with pytest.raises(InputError) as caught:
        read_configuration("police", {"PATROLWISE_DATA": str(tmp_path)})
    assert "PATROLWISE_HOSTS is missing" in str(caught.value)
    assert "Run the site's init command" in str(caught.value)


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path):
    folder = tmp_path / "new"
    make_secret(folder)
    file = folder / "secret-key"
    first = file.read_text()
    make_secret(folder)
    assert file.read_text() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read = read_configuration("police", {"PATROLWISE_DATA": str(folder), "PATROLWISE_DEMO": "yes"})
    assert read.secret_key == first
    assert "127.0.0.1" in read.hosts


def test_with_https_cookies_are_for_https_alone_and_browsers_are_told(tmp_path):
    site = Site(key="police", title="P", apps=(), urls="x", roles="r", ways="w", handlers={})
    made = make_settings(site, read_configuration("police", given(tmp_path)))
    assert made["SESSION_COOKIE_SECURE"]
    assert made["CSRF_COOKIE_SECURE"]
    assert made["SECURE_HSTS_SECONDS"] > 0
    assert made["SECURE_SSL_REDIRECT"]
    assert not made["DEBUG"]


def test_the_two_sites_never_share_a_cookie(tmp_path):
    read = read_configuration("police", given(tmp_path))
    names = {
        make_settings(
            Site(key=key, title=key, apps=(), urls="x", roles="r", ways="w", handlers={}), read
        )["SESSION_COOKIE_NAME"]
        for key in ("police", "outreach")
    }
    assert len(names) == 2


def test_a_log_line_has_no_path_no_value_and_no_name():
    try:
        raise ValueError("Ada Byron of 12 High Street")
    except ValueError:
        record = logging.LogRecord(
            "django.request", 40, "", 1, "Error: %s", ("/people/12/",), sys.exc_info()
        )
    line = json.loads(LineFormatter().format(record))
    assert line["message"] == "Error: %s"
    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_a_log_line")
    assert "Ada" not in json.dumps(line)
    assert "/people/" not in json.dumps(line)


def test_a_log_line_names_the_page_by_its_name(rf):
    record = logging.LogRecord("django.request", 30, "", 1, "Not Found", (), None)
    record.request = rf.get("/x/")
    record.request.resolver_match = type("Match", (), {"view_name": "people"})()
    assert json.loads(LineFormatter().format(record))["page"] == "people"


@pytest.mark.parametrize("arguments", [[], ["nowhere", "migrate"]])
def test_a_site_that_is_not_known_is_refused_with_the_names_of_those_that_are(arguments, capsys):
    assert main(arguments) == 2
    assert "Give police" in capsys.readouterr().err


def test_a_unit_that_still_names_the_old_worker_is_told_what_to_run(capsys):
    assert main(["outreach", "db_worker", "--interval", "1"]) == 2
    assert "python -m patrolwise.web outreach work" in capsys.readouterr().err


def test_a_command_of_the_site_runs(capsys):
    assert main(["police", "check"]) == 0
    assert "no issues" in capsys.readouterr().out
