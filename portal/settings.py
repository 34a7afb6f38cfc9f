"""Every setting of the site, read from the environment once and typed.

A value that is missing or malformed stops the start with the name of its
variable. Combinations that are well-formed but unwise are system checks
(`portal/checks.py`), because a check can say what to do.
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from environs import Env, EnvError, validate

# ModelAdmin[Listing] and QuerySet[Listing] must also run, not only type-check.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def required(name: str, remedy: str) -> str:
    """The value of a variable that has no safe default."""
    if value := env.str(name, ""):
        return value
    raise EnvError(f"Environment variable {name} is not set. {remedy}")


# --- What every installation decides -----------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = required(
    "SECRET_KEY", "Set it to a long random text; `make demo` makes one for itself."
)
ALLOWED_HOSTS = [
    host.strip() for host in env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
]
# How many proxies of our own stand before the site, each adding to X-Forwarded-For.
PROXIES = env.int("PROXIES", 0)
SITE_NAME = env.str("SITE_NAME", "")
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).absolute()
KEYS_DIR = Path(env.str("KEYS_DIR", str(DATA_DIR / "keys"))).absolute()
# Outside the database, on another volume in production: see docs/ledger.
JOURNAL_DIR = Path(env.str("JOURNAL_DIR", str(DATA_DIR / "journal"))).absolute()

# --- Database -----------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR}/db.sqlite3"),
    # The keys of cases and nothing else, apart so that their backups can be short-lived.
    "vault": env.dj_db_url("VAULT_URL", f"sqlite:///{DATA_DIR}/vault.sqlite3"),
}
# Seconds.
KEEP_CONNECTION = 60
DATABASE_ROUTERS = ["registry.vault.router.VaultRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

for database in DATABASES.values():
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = {
            # A writer takes its lock at BEGIN: it waits instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            # What is deleted is overwritten, or the file would go on holding it.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            " PRAGMA secure_delete=ON;"
            # A row that another one replaces is deleted like any other: its guards see it.
            " PRAGMA recursive_triggers=ON;",
        }
    else:
        # Joins are ordered five at a time, the rest as written: to weigh every order of
        # the ten tables behind a row of a list takes longer than to read it.
        options = database.setdefault("OPTIONS", {})
        # And a page read at random costs little more than the next one, as on any disk
        # without moving parts: else a hundred rows are found by reading a whole table.
        planning = "-c join_collapse_limit=5 -c random_page_cost=1.1"
        options.setdefault("options", planning)
        # To open a connection takes as long as a search; a lost one is noticed and opened
        # again at the next request.
        database["CONN_MAX_AGE"] = KEEP_CONNECTION
        database["CONN_HEALTH_CHECKS"] = True

# --- Cache and queue ------------------------------------------------------------------

CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}

EMAIL = env.dj_email_url("EMAIL_URL", "console://")
if "EMAIL_BACKEND" not in EMAIL:
    # Django would take a mail server on this host for granted.
    raise EnvError(
        "Environment variable EMAIL_URL invalid: its scheme is unknown. Write submission://"
        "user:password@host:587, smtp://host:25, console:// or dummy://."
    )
# A mail server that does not answer must not hold a worker for good.
vars().update(EMAIL | {"EMAIL_TIMEOUT": EMAIL["EMAIL_TIMEOUT"] or 30})

CELERY_BROKER_URL = env.str("REDIS_URL", "filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    # The file queue is one folder that the sender fills and the worker empties.
    {
        "data_folder_in": str(DATA_DIR / "queue"),
        "data_folder_out": str(DATA_DIR / "queue"),
        # Not inside the queue, where every file is taken for a message.
        "control_folder": str(DATA_DIR / "queue-control"),
    }
    if CELERY_BROKER_URL.startswith("filesystem://")
    # kombu looks for lost messages only every `interval` x `throttle` seconds; the
    # time-out has to exceed twice the hard time limit or a long task runs twice.
    else {
        "visibility_timeout": 600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_ENABLE_UTC = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# --- The house ------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "portal.apps.StaffAdminConfig",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "registry",
    "repair",
    "portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.PathLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.RequestSizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Behind those that only mark answers, before all that ask a database.
    "portal.middleware.MaintenanceMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.site",
            ],
            "builtins": ["django.templatetags.i18n", "portal.templatetags.portal_tags"],
        },
    },
]

# --- The interface for machines ---------------------------------------------------------

# Open to everybody: who calls is not asked, and no cookie is looked at.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": (),
    "DEFAULT_PERMISSION_CLASSES": (),
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ("rest_framework.renderers.JSONRenderer",),
    "DEFAULT_PARSER_CLASSES": ("rest_framework.parsers.JSONParser",),
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.EndpointSchema",
    "EXCEPTION_HANDLER": "portal.api.problems.answer",
    # `?format=` is a parameter like any other: unknown.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Values that mean the same in several places stay where they are read.
    "POSTPROCESSING_HOOKS": (),
    "SORT_OPERATION_PARAMETERS": "portal.api.schema.what_is_asked_first",
}

# --- Language and time ------------------------------------------------------------------

# Sentences are written in Chinese in the code; `locale/` holds the English.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Staff --------------------------------------------------------------------------------

AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "registry.passwords.LengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "admin:login"
# The longest anyway; `portal.staff` also counts from sign-in and from the last click.
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
# Both together, or anybody could lock a member of staff out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# Behind a proxy every attempt would else come from the one address of the proxy, and five
# wrong passwords from anywhere would lock a name for everybody.
AXES_CLIENT_IP_CALLABLE = "portal.sign_in.address_of"
AXES_LOCKOUT_CALLABLE = "portal.views.errors.locked_out"
AXES_VERBOSE = False
# Axes keeps what was sent with a failed attempt, and these are nobody's to keep.
AXES_SENSITIVE_PARAMETERS = ["password", "token"]
AXES_ENABLE_ADMIN = False
# Its delay doubles with each wrong code, so that whoever knows a password could lock the
# owner out; `registry.guesses` counts for it.
OTP_TOTP_THROTTLE_FACTOR = 0
# Under what an authenticator files the account.
OTP_TOTP_ISSUER = SITE_NAME or "信用公示"
# In the session on this side, not in a cookie that travels.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Files ------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"

# --- Security ---------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Plain http is for one's own machine; behind https everything below switches on.
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.forged"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# What is uploaded is sealed before it is stored: no plain copy in a temporary file.
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- Who looked at whom -----------------------------------------------------------------

# Local rules ask for five years (Shenzhen) to ten (Zhejiang) of such records; no database
# lets them go before five.
VIEWING_YEARS = env.int("VIEWING_YEARS", 5, validate=validate.Range(min=5, max=10))

# --- Intake -----------------------------------------------------------------------------

# From where on a delivery is abnormal, in percent: of the usual number of records, and of
# the records of the file.
INTAKE_FEWER_PERCENT = env.int("INTAKE_FEWER_PERCENT", 20)
INTAKE_MORE_PERCENT = env.int("INTAKE_MORE_PERCENT", 100)
INTAKE_ERRORS_PERCENT = env.int("INTAKE_ERRORS_PERCENT", 20)
INTAKE_REPEATED_PERCENT = env.int("INTAKE_REPEATED_PERCENT", 5)

# --- Logs -------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "filters": {
        "without_query": {"()": "portal.logs.WithoutQuery"},
        "without_outage": {"()": "portal.logs.WithoutOutage"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django logs the path of every 4xx; a query never belongs in a log.
        "django.request": {"level": "ERROR", "filters": ["without_outage"]},
        # The access log of `runserver`; gunicorn keeps none unless it is told to.
        "django.server": {
            "handlers": ["console"],
            "filters": ["without_query"],
            "level": "INFO",
            "propagate": False,
        },
    },
}
