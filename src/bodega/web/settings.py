"""Django's settings, made from ours; what an installation may change is in `config`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from bodega.web import config as _config
from bodega.web.databases import database
from bodega.web.logs import logging_for

CONFIG = _config.load()

SECRET_KEY = CONFIG.signing_key()
SECRET_KEY_FALLBACKS = CONFIG.secret_key_before
DEBUG = False
ROOT_URLCONF = "bodega.web.urls"
WSGI_APPLICATION = None
ALLOWED_HOSTS = [urlsplit(CONFIG.base_url).hostname or "", *CONFIG.hosts, "127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS: tuple[str, ...] = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "bodega.kernel",
    "bodega.platform.administration",
    "bodega.platform.accounts",
    "bodega.platform.jobs",
    "bodega.platform.files",
    "bodega.platform.indexes",
    "bodega.platform.copies",
    "bodega.platform.tokens",
    "bodega.platform.upgrading",
    "bodega.platform.tallies",
    "bodega.platform.worth",
    "bodega.platform.notifications",
    "bodega.platform.worktime",
    "bodega.surfaces.search",
    "bodega.surfaces.transfer",
    "bodega.surfaces.views",
    "bodega.surfaces.api",
    "bodega.surfaces.html",
    "bodega.surfaces.start",
    "bodega.apps.memory",  # before those on whose pages what we know stands first
    "bodega.apps.parties",
    "bodega.apps.products",
    "bodega.apps.activity",
    "bodega.apps.sales",
    "bodega.apps.talk",
    "bodega.surfaces.record",
    "bodega.adapters.language_model",
    "bodega.platform.audit",  # after all types that administrators arrange: it hears what happens to them
    "bodega.web",
)

MIDDLEWARE = (
    "bodega.web.requests.Watched",
    "bodega.web.packing.Packed",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bodega.web.security.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bodega.surfaces.rights.looking.Looking",
    "bodega.surfaces.html.request.Acting",
    "bodega.surfaces.html.request.Noting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bodega.web.security.Limited",
)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": database(CONFIG.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = ["bodega.platform.accounts.signing_in.Backend"]
PASSWORD_HASHERS = (
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "bodega.platform.accounts.passwords.NotOfTheCompany"},
]
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL

SESSION_ENGINE = "bodega.platform.accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.is_secure
BODEGA_COOKIE_PREFIX = "__Host-" if CONFIG.is_secure else ""  # then browsers take them from this host alone
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{BODEGA_COOKIE_PREFIX}bodega", f"{BODEGA_COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_AGE = CONFIG.session_days * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [CONFIG.base_url]
CSRF_FAILURE_VIEW = "bodega.surfaces.html.problems.stale"
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "bodega.web.security.Messages"

# In memory: at most so many bytes of form fields, and of an uploaded file before it goes to the disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a deal of 500 lines is one form
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
STATIC_URL = "/static/"
# Leaflet's own files lie in a package, of which nothing else is wanted.
STATICFILES_DIRS = [("leaflet", Path(find_spec("leaflet").origin).parent / "static" / "leaflet")]  # type: ignore[arg-type, union-attr]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": CONFIG.data_dir / "files", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "bodega.web.assets.VersionedFiles"},
}

USE_TZ = True
TIME_ZONE = CONFIG.time_zone
LANGUAGE_CODE = CONFIG.language
LANGUAGES = [("en", _("English")), ("de", _("German"))]

# What our own code asks for by these names.
BODEGA_DATA_DIR = CONFIG.data_dir
BODEGA_DATABASE_URL = CONFIG.database_url
BODEGA_BACKUP_DIR = CONFIG.backup_dir
BODEGA_BACKUP_KEEP = CONFIG.backup_keep
BODEGA_COMPANY = CONFIG.company or ("Harbour Hardware" if CONFIG.demo else "Bodega")
BODEGA_CURRENCY = CONFIG.currency
BODEGA_COUNTRY = CONFIG.country
BODEGA_BASE_URL = CONFIG.base_url
BODEGA_TILES, BODEGA_TILES_BY = CONFIG.tiles, CONFIG.tiles_by
BODEGA_LANGUAGE_MODEL_URL, BODEGA_LANGUAGE_MODEL = CONFIG.language_model_url, CONFIG.language_model
BODEGA_LANGUAGE_MODEL_KEY = CONFIG.language_model_key
BODEGA_DEMO = CONFIG.demo
BODEGA_TRACE = CONFIG.trace
BODEGA_SLOW_QUERY_MS = CONFIG.slow_query_ms
BODEGA_METRICS_TOKEN = CONFIG.metrics_token
BODEGA_SESSION_IDLE_HOURS = CONFIG.session_idle_hours
BODEGA_OUTGOING_PORTS = CONFIG.outgoing_ports
BODEGA_OUTGOING_ALLOW = CONFIG.outgoing_allow

LOGGING = logging_for(CONFIG.log)
