"""Signing in: password and second factor, sessions that end, a door that shuts."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from patrolwise.web.accounts.middleware import SessionRules
from patrolwise.web.audit.models import Event

PASSWORD = "a long word for tests 1"


@pytest.fixture
def officer(people):
    return people["officer"]


def give_password(client, email, password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_the_sign_in_page_is_open_and_offers_a_passkey(client, db):
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with a passkey" in page
    assert "signup" not in page


def test_whoever_has_no_second_factor_is_led_to_set_one_up(client, officer):
    give_password(client, officer.email)
    assert client.get("/record/")["Location"] == "/accounts/second-factor/"
    assert client.get("/accounts/second-factor/").status_code == 200


def test_with_an_authenticator_app_the_code_is_asked_for_and_opens(client, officer):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(officer, secret)
    response = give_password(client, officer.email)
    assert response["Location"] == "/accounts/second-factor/authenticate/"
    assert client.get("/record/").status_code == 302  # not yet in
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    client.post("/accounts/second-factor/authenticate/", {"code": code})
    assert client.get("/record/").status_code == 200
    assert client.session["has-second-factor"] is True
    assert Authenticator.objects.count() == 1


def test_a_wrong_code_does_not_open(client, officer):
    totp.TOTP.activate(officer, totp.generate_totp_secret())
    give_password(client, officer.email)
    client.post("/accounts/second-factor/authenticate/", {"code": "000000"})
    assert client.get("/record/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, officer):
    wrong = give_password(client, officer.email, "x").content.decode()
    unknown = give_password(client, "nobody@example.org", "x").content.decode()
    told = "The email address and/or password you specified are not correct."
    assert told in wrong
    assert told in unknown


def test_after_five_wrong_passwords_the_right_one_does_not_open_either(client, officer):
    for _ in range(5):
        give_password(client, officer.email, "wrong")
    page = give_password(client, officer.email)
    assert page.status_code == 200
    assert "Too many failed login attempts" in page.content.decode()


def test_sign_ins_and_failures_are_in_the_record_without_the_address(client, officer):
    give_password(client, officer.email, "wrong")
    give_password(client, officer.email)
    client.post("/accounts/logout/")
    assert list(Event.objects.values_list("action", "actor_id")) == [
        ("sign-in failed", None),
        ("signed in", officer.pk),
        ("signed out", officer.pk),
    ]
    assert officer.email not in str(list(Event.objects.values()))


def test_signing_out_without_being_signed_in_is_no_event(client, db):
    client.post("/accounts/logout/")
    assert not Event.objects.exists()


def test_nobody_can_sign_up(client, db):
    page = client.get("/accounts/signup/").content.decode()
    assert "closed" in page.lower()


def test_an_idle_session_ends_and_says_why(sign_in, settings):
    client = sign_in("officer")
    client.get("/")
    session = client.session
    session["last-seen"] = time.time() - settings.SESSION_IDLE.total_seconds() - 1
    session.save()
    page = client.get("/", follow=True)
    assert page.redirect_chain[0][0] == "/accounts/login/"
    assert "signed out after a time without use" in page.content.decode()


def test_a_session_that_is_used_goes_on_but_not_longer_than_a_shift(sign_in, settings):
    client = sign_in("officer")
    client.get("/")
    session = client.session
    session["last-seen"] = time.time() - 300
    session.save()
    assert client.get("/").status_code == 200
    assert client.session["last-seen"] > time.time() - 60
    session = client.session
    session["began"] = time.time() - settings.SESSION_COOKIE_AGE - 1
    session.save()
    assert client.get("/").status_code == 302


def seen_after(client, address, **headers):
    """Return whether a request five minutes after the last one counts as use."""
    session = client.session
    session["last-seen"] = time.time() - 300
    session.save()
    client.get(address, headers=headers)
    return client.session["last-seen"] > time.time() - 60


def test_what_an_open_page_asks_by_itself_keeps_no_session_alive(sign_in):
    coordinator, officer = sign_in("coordinator"), sign_in("officer")
    assert seen_after(coordinator, "/live/")
    for address in ("/live/table/", "/live/events/", "/live/places/"):
        assert not seen_after(coordinator, address)
    assert seen_after(officer, "/field/")
    assert not seen_after(officer, "/field/", x_asked_by="page")
    assert not seen_after(officer, "/no-such-page/", x_asked_by="page")
    assert seen_after(officer, "/no-such-page/")


def test_a_button_just_pressed_on_a_phone_is_use(sign_in):
    assert seen_after(sign_in("officer"), "/field/", x_asked_by="person")


def test_polling_does_not_save_an_idle_session(sign_in, settings):
    client = sign_in("coordinator")
    client.get("/live/")
    session = client.session
    session["last-seen"] = time.time() - settings.SESSION_IDLE.total_seconds() + 5
    session.save()
    assert client.get("/live/table/").status_code == 200
    session["last-seen"] -= 10
    session.save()
    assert client.get("/live/table/").status_code == 302


@pytest.mark.parametrize(
    ("role", "first"), [("officer", "/field/"), ("partner", "/field/"), ("coordinator", "/")]
)
def test_after_sign_in_comes_the_first_page_of_the_role(role, first, client, people, settings):
    settings.IS_DEMO = True  # no second factor is asked for
    assert give_password(client, people[role].email)["Location"] == first


def test_somebody_whose_role_is_not_known_is_led_to_the_first_page(client, officer, settings):
    settings.IS_DEMO = True
    officer.role = "no longer a role"
    officer.save()
    assert give_password(client, officer.email)["Location"] == "/"


def test_the_cookies_are_the_sites_own_and_no_script_can_read_them(client, officer):
    give_password(client, officer.email)
    cookie = client.cookies["patrolwise-police"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_pages_allow_no_script_but_the_sites_own_and_no_frame(client, db):
    headers = client.get("/accounts/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_of_the_shell_has_a_script_or_style_inside(sign_in):
    for path in ("/", "/people/", "/people/invite/", "/accounts/second-factor/"):
        page = sign_in("administrator").get(path).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_form_without_its_token_is_refused_in_words(people):
    client = Client(enforce_csrf_checks=True)
    page = client.post("/accounts/login/", {"login": "x"})
    assert page.status_code == 403
    assert "open for too long" in page.content.decode()


def test_the_health_page_says_only_that_the_site_is_up(client, db):
    answer = client.get("/health/").json()
    assert answer["up"] is True
    assert set(answer) == {"up", "version"}


def test_whoever_is_not_signed_in_is_not_asked_for_a_second_factor(rf):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser()
    assert SessionRules(lambda _: "the page")(request) == "the page"
