"""What both sites have: safe sessions, one door, no third party, the same shell of pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from patrolwise.web.settings.configuration import Configuration

WEB = Path(__file__).resolve().parents[1]
SESSION = timedelta(hours=10)  # a shift and its handover
IDLE = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What sets one site apart from the other."""

    key: str  # also in its cookies, so that two sites on one host never share a session
    title: str
    apps: tuple[str, ...]
    urls: str
    roles: str  # where its table of roles is
    ways: str  # where its menu is
    handlers: Mapping[str, str] = field(default_factory=dict)  # kind of parcel → what takes it in
    places: str = ""  # function that returns the names of its hot spots
    senders: tuple[str, ...] = ()  # what gathers what is due to cross
    init: tuple[str, ...] = ()  # commands that a new site needs beside those of every site
    context: tuple[str, ...] = ()  # functions that tell every page more


_SHARED_APPS = (
    "django.forms",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "patrolwise.web.audit",
    "patrolwise.web.accounts",
)
_MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "patrolwise.web.accounts.middleware.SessionRules",
    "patrolwise.web.accounts.middleware.Refusals",
)


def make_settings(site: Site, configuration: Configuration) -> dict[str, Any]:
    """Return the settings of a site.

    Parameters
    ----------
    site : Site
    configuration : Configuration

    Returns
    -------
    dict
        By Django's names.
    """
    return {
        **_make_project(site, configuration),
        **_make_sessions(site, configuration),
        **_make_sign_in(site),
        **_make_headers(configuration),
    }


def _make_project(site: Site, configuration: Configuration) -> dict[str, Any]:
    return {
        "SITE_KEY": site.key,
        "SITE_TITLE": site.title,
        "SITE_ADDRESS": configuration.address,
        "IS_DEMO": configuration.is_demo,
        "ROLES": site.roles,
        "WAYS": site.ways,
        "INIT": site.init,
        "EXCHANGE_HANDLERS": dict(site.handlers),
        "EXCHANGE_SENDERS": site.senders,
        "EXCHANGE_PLACES": site.places,
        "EXCHANGE_FOLDER": configuration.exchange,
        "EXCHANGE_PEER": configuration.peer,
        "DATA_FOLDER": configuration.data,
        "DEBUG": False,
        "SECRET_KEY": configuration.secret_key,
        "ALLOWED_HOSTS": list(configuration.hosts),
        "DATABASES": {"default": {**configuration.database, "ATOMIC_REQUESTS": False}},
        "CACHES": {
            # in the database: what is counted against a password is counted for all processes
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "patrolwise_cache",
            }
        },
        "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}},
        "INSTALLED_APPS": [*_SHARED_APPS, *site.apps],
        "MIDDLEWARE": list(_MIDDLEWARE),
        "ROOT_URLCONF": site.urls,
        "TEMPLATES": [_make_templates(site)],
        "STATIC_URL": "static/",
        "STATIC_ROOT": configuration.data / "static",
        "STATICFILES_DIRS": [WEB / "static"],
        "STORAGES": {
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": configuration.data / "files"},
            },
            "staticfiles": {"BACKEND": "patrolwise.web.static_files.StaticFiles"},
        },
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "en-gb",
        "TIME_ZONE": "Europe/London",
        "USE_TZ": True,
        "LOGGING": _make_logging(),
        "FORM_RENDERER": "django.forms.renderers.TemplatesSetting",
    }


def _make_templates(site: Site) -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "patrolwise.web.accounts.context.tell_pages",
                *site.context,
            ]
        },
    }


def _make_sessions(site: Site, configuration: Configuration) -> dict[str, Any]:
    is_https = not configuration.is_plain_http
    return {
        "SESSION_COOKIE_NAME": f"patrolwise-{site.key}",
        "SESSION_COOKIE_AGE": int(SESSION.total_seconds()),
        "SESSION_IDLE": IDLE,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_https,
        "CSRF_COOKIE_NAME": f"patrolwise-{site.key}-form",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SECURE": is_https,
        "CSRF_FAILURE_VIEW": "patrolwise.web.accounts.views.refuse_form",
    }


def _make_sign_in(site: Site) -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "accounts.Person",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 14},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        ],
        "ACCOUNT_ADAPTER": "patrolwise.web.accounts.sign_in.Adapter",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        # five wrong passwords for one person, or thirty from one address, and the door is shut
        "ACCOUNT_RATE_LIMITS": {"login_failed": "5/15m/key,30/15m/ip"},
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 600,
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": site.title,
        "MFA_FORMS": {},
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/accounts/login/",
    }


def _make_headers(configuration: Configuration) -> dict[str, Any]:
    is_https = not configuration.is_plain_http
    return {
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": ["'self'"],
                "img-src": ["'self'", "data:", "blob:"],
                "object-src": ["'none'"],
                "base-uri": ["'none'"],
                "form-action": ["'self'"],
                "frame-ancestors": ["'none'"],
            }
        },
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_SSL_REDIRECT": is_https,
        "SECURE_HSTS_SECONDS": 31_536_000 if is_https else 0,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if is_https else None,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 2_621_440,
        "FILE_UPLOAD_PERMISSIONS": 0o600,
    }


def _make_logging() -> dict[str, Any]:
    """Return one line of JSON an event, with no name, address or content in it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "patrolwise.web.accounts.log_lines.LineFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            # it would write paths, and with them what somebody asked for
            "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
        },
    }
