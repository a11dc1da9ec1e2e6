"""`patrolwise web` runs a site's commands, and says what its configuration lacks."""

import importlib.util
import subprocess
import sys

import pytest


@pytest.fixture
def web(tmp_path, capfd, monkeypatch):
    """Return a function that runs `patrolwise web` with an environment; (code, out, err)."""
    for name in ("PATROLWISE_HOSTS", "PATROLWISE_DEMO", "PATROLWISE_SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATROLWISE_DATA", str(tmp_path / "site"))

    def call(*words, **environ):
        from patrolwise.cli.__main__ import main

        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        code = main(["web", *words])
        return code, *capfd.readouterr()

    return call


def test_a_configuration_with_faults_has_them_all_told(web):
    code, _, err = web()
    assert code == 10
    assert "2 faults" in err
    assert "PATROLWISE_HOSTS is missing" in err


def test_a_configuration_that_is_right_is_said_to_be(web):
    code, out, err = web("check", PATROLWISE_HOSTS="a.example.org", PATROLWISE_SECRET_KEY="s" * 60)
    assert (code, err) == (0, "")
    assert "no issues" in out


def test_a_command_of_a_site_is_passed_on_with_its_exit_code(web):
    assert web("nowhere", "migrate")[0] == 2


def test_without_django_it_says_what_to_install(web, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    code, _, err = web("check")
    assert code == 12
    assert "pip install 'patrolwise[web]'" in err


def test_help_loads_no_django():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "patrolwise.cli", "web", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "django" not in done.stderr
