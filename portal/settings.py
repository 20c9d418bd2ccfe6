"""One settings file for every deployment: each difference is one environment variable with a safe default."""

from __future__ import annotations

import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Where the embedded default keeps its database, keys and attachments; never inside the web root.
DATA_DIR = Path(env.str("GUICHENG_DATA", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _kept_secret(name: str) -> str:
    """The secret from the environment, else one made once and kept in DATA_DIR, readable by its owner only."""
    value = env.str(f"GUICHENG_{name}", default="")
    if value:
        return value
    path = DATA_DIR / f"{name.lower()}.secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # demo log-ins are shown on the log-in page and have a known password
SECRET_KEY = _kept_secret("SECRET_KEY")
FIELD_KEY = _kept_secret("FIELD_KEY")  # encrypts personal fields (AES-256-GCM)
INDEX_KEY = _kept_secret("INDEX_KEY")  # blind index of ID numbers (HMAC-SHA256)
LIBRARY_KEY = _kept_secret("LIBRARY_KEY")  # signs exported process libraries (Ed25519)
LIBRARY_SIGNER = env.str("LIBRARY_SIGNER", default="guicheng")  # the name others know that key by
LIBRARY_TRUST = env.dict("LIBRARY_TRUST", default={})  # name=public key (base64), whose libraries are taken
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "bpm_core",
    "portal",
    "workers",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.PublicMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.LanguageMiddleware",
    "portal.middleware.SizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.middleware.IdleMiddleware",
    "portal.middleware.ActorMiddleware",
    "portal.middleware.TextMiddleware",
    "portal.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "portal.shell.context",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'guicheng.sqlite3'}")}
_database = DATABASES["default"]
if "sqlite" in _database["ENGINE"]:
    # IMMEDIATE takes the write lock at BEGIN: without it concurrent claims fail with "database is locked".
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    _database["CONN_MAX_AGE"] = None
    _database["TEST"] = {
        "NAME": str(DATA_DIR / "test.sqlite3")
    }  # a file: races and live servers need several connections
else:
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

AUTH_USER_MODEL = "bpm_core.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: a quarter of an hour, as classified-protection level 3 practice has it
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "portal.accounts.views.locked_out"
CSRF_FAILURE_VIEW = "portal.pages.csrf_failure"

HTTPS = env.bool("HTTPS", default=False)  # True behind a TLS proxy: secure cookies and HSTS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("SESSION_AGE_S", default=8 * 3600)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# A quarter of an hour without a request, as classified-protection level 3 practice has it; a demonstration is patient.
SESSION_IDLE_S = env.int("SESSION_IDLE_S", default=SESSION_COOKIE_AGE if DEMO else 15 * 60)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # empty unless `collectstatic` fills it; WhiteNoise warns when it is missing
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA_DIR / "attachments"  # served only through views that check who asks
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
REQUEST_MAX_BYTES = UPLOAD_MAX_BYTES + 5 * 1024 * 1024  # a file and the form around it
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.problems.handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Guicheng API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,  # portal/api/docs.py says the rest
}

API_RATE = env.str("API_RATE", default="1200/min")  # requests of one account to the API

PROCESSES_DIR = Path(env.str("PROCESSES_DIR", default=str(BASE_DIR / "processes")))
LIBRARIES_DIR = DATA_DIR / "libraries"  # archives of other deployments as they were handed in, by their digest
MANUAL_DIR = DATA_DIR / "manual"  # `manage.py manual` writes there; the portal offers what it finds
SIMULATOR_URL = env.str("SIMULATOR_URL", default="http://127.0.0.1:8009")
LEASE_S = env.int("LEASE_S", default=60)  # how long a dead worker's row waits; longer than any connector's call
EVENTS_URL = env.str("EVENTS_URL", default=f"{SIMULATOR_URL}/events")  # who is told of events; empty = nobody
EVENT_SECRET = env.str("EVENT_SECRET", default="")  # signs events; empty = derived from SECRET_KEY
#: Other offices with a deployment of their own, by the division code their codes begin with:
#: {"44": {"name": "广东", "url": "https://.../api/exchange", "secret": "..."}}. OFFICE is how they know us.
PARTNERS = env.json("PARTNERS", default={})
OFFICE = env.str("OFFICE", default="410800")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    # SpiffWorkflow walks the task tree for each record while its loggers have no level of their own.
    "loggers": {name: {"level": "WARNING"} for name in ("spiff", "spiff.workflow", "spiff.task")},
}
