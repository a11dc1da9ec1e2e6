"""What somebody sees before the site knows them, and when they say how it shall know them."""

import pytest

from .page_states import SIGN_IN


@pytest.fixture(scope="module")
def door(copy):
    """Return a demonstration with somebody who has every second factor, and an invitation."""
    return copy("factor_world.py")


def try_to_sign_in(one, email, password):
    one.go("/accounts/login/")
    one.page.fill("[name=login]", email)
    one.page.fill("[name=password]", password)
    one.press("Sign in")


def send(one, name, value):
    one.page.fill(f"[name={name}]", value)
    one.page.locator("main form button:not([form])").first.click()
    one.page.wait_for_load_state()


class Looker:
    """Looks at states of pages, and knows at the end which were looked at."""

    def __init__(self, one):
        self.one, self.seen, self.faults = one, [], []

    def look(self, page, called, shows):
        told = self.one.words()
        assert shows in told, (page, called, told[:400])
        self.seen.append((page, called))
        self.faults += self.one.look(f"{page}, {called}")

    def close(self, *pages):
        assert not self.faults, "\n".join(map(str, self.faults))
        assert self.seen == [(page, called) for page in pages for called in SIGN_IN[page]]


def test_pages_of_the_sign_in(visit, door):
    one = visit(door)
    looker = Looker(one)
    one.go("/accounts/login/")
    looker.look("account_login", "first", "Sign in with a passkey")
    try_to_sign_in(one, "nobody@demo.example", "not the password")
    looker.look("account_login", "wrong password", "not correct")
    try_to_sign_in(one, "", "")
    looker.look("account_login", "nothing filled in", "This field is required")
    one.expected = 429
    for _ in range(5):
        try_to_sign_in(one, "nobody@demo.example", "not the password")
    looker.look("account_login", "shut", "Too many")
    one.expected = 200
    one.go("/accounts/signup/")
    looker.look("account_signup", "closed", "Sign Up Closed")
    looker.close("account_login", "account_signup")


def test_pages_of_an_invitation(visit, door):
    one = visit(door)
    looker = Looker(one)
    one.go(door.told["invitation"])
    looker.look("account_reset_password_from_key", "first", "Password")
    one.page.fill("[name=password1]", "short")
    one.page.fill("[name=password2]", "short")
    one.page.locator("main form button").first.click()
    looker.look("account_reset_password_from_key", "too short", "too short")
    for name in ("password1", "password2"):
        one.page.fill(f"[name={name}]", "a long word for tests 1")
    one.page.locator("main form button").first.click()
    one.page.wait_for_load_state()
    one.go(door.told["invitation"])
    looker.look("account_reset_password_from_key", "used", "no longer good")
    looker.close("account_reset_password_from_key")


def test_pages_on_which_a_second_factor_is_set_up(visit, door):
    one = visit(door).sign_in("analyst@demo.example", door.password)
    looker = Looker(one)
    one.go("/accounts/password/change/")
    send(one, "oldpassword", "not the password")
    looker.look("account_change_password", "wrong", "current password")
    one.go("/accounts/second-factor/totp/activate/")
    send(one, "password", door.password)  # whoever changes it says once more who they are
    looker.look("mfa_activate_totp", "first", "Authenticator")
    send(one, "code", "000000")
    looker.look("mfa_activate_totp", "wrong code", "Incorrect code")
    one.go("/accounts/second-factor/webauthn/add/")
    looker.look("mfa_add_webauthn", "first", "Name")
    looker.close("account_change_password", "mfa_activate_totp", "mfa_add_webauthn")


def test_pages_of_a_second_factor_that_is_set_up(visit, door):
    one = visit(door)
    looker = Looker(one)
    try_to_sign_in(one, "keyholder@demo.example", door.password)
    looker.look("mfa_authenticate", "first", "code")
    send(one, "code", "000000")
    looker.look("mfa_authenticate", "wrong code", "Incorrect code")
    send(one, "code", door.told["codes"][0])
    one.go("/accounts/second-factor/recovery-codes/")
    send(one, "password", door.password)
    passkey = door.run_script("passkey_world.py")
    pages = (
        ("mfa_index", "all set up", "", "Recovery"),
        ("mfa_view_recovery_codes", "some are left", "recovery-codes/", "Recovery Codes"),
        ("mfa_generate_recovery_codes", "asks", "recovery-codes/generate/", "new set"),
        ("mfa_reauthenticate", "first", "reauthenticate/", "code"),
        ("mfa_deactivate_totp", "asks", "totp/deactivate/", "Deactivate"),
        ("mfa_list_webauthn", "one", "webauthn/", "Key on the ring"),
        ("mfa_edit_webauthn", "first", "webauthn/keys/{key}/edit/", "Name"),
        ("mfa_remove_webauthn", "asks", "webauthn/keys/{key}/remove/", "remove"),
    )
    for page, called, path, shows in pages:
        one.go("/accounts/second-factor/" + path.format(key=passkey))
        looker.look(page, called, shows)
    looker.close("mfa_authenticate", *(page for page, *_ in pages))
