"""One settings file. What differs between a demo, a test run and production comes from the environment:

TEND_ENV            demo | test | production (the default, and the strictest)
DATABASE_URL        postgresql://…, PostgreSQL 15 or newer
REDIS_URL           redis://, rediss:// or redis+socket:// (Celery's spelling)
TEND_SECRET_KEY     required in production, at least 50 characters
TEND_ALLOWED_HOSTS  host names, separated by commas
TEND_EMAIL_URL      smtp://user:password@host:port; without it the demo prints mail to its log
TEND_BASE_URL       where people reach Tend, for links in mail; in production https:// and the first allowed host
TEND_MAINTENANCE    1 answers every page with “Back in a moment”, while a new version is put in place
TEND_TIMING         1 adds a Server-Timing header (used by the page benchmark)
"""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

TEND_ENV = env.str("TEND_ENV", "production")
if TEND_ENV not in ("demo", "test", "production"):
    raise ImproperlyConfigured("TEND_ENV must be demo, test or production.")
PRODUCTION = TEND_ENV == "production"
DEBUG = False

SECRET_KEY = env.str("TEND_SECRET_KEY", "" if PRODUCTION else "demo-and-test-only-" + "x" * 40)
ALLOWED_HOSTS = env.list(
    "TEND_ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
)
CSRF_FAILURE_VIEW = "accounts.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("TEND_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "config",  # loads the Celery app
    "accounts",
    "clients",
    "relationships",
]

MIDDLEWARE = [
    "accounts.web.middleware.server_timing",
    "django.middleware.gzip.GZipMiddleware",  # pads with random bytes, see docs/security.md
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "accounts.web.middleware.maintenance",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.web.middleware.user_preferences",
    "accounts.web.middleware.wrong_method",
    "accounts.web.middleware.LogInRequired",
    "accounts.web.middleware.departments_see_requests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.web.middleware.audit_context",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "accounts.templatetags.tend",
            ],
            "libraries": {"lucide": "accounts.templatetags.icons"},  # the same icons, each drawn once
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.web.context.page_frame",
            ],
        },
    }
]

# --- PostgreSQL -----------------------------------------------------------------------------------------------

# Timeouts keep one slow statement or a forgotten lock from holding a web thread; workers get longer ones.
STATEMENT_TIMEOUT_MS = env.int("TEND_STATEMENT_TIMEOUT_MS", 5_000)
PG_OPTIONS = (
    f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=2000 "
    "-c idle_in_transaction_session_timeout=15000 -c jit=off"
)
DATABASES = {"default": env.db_url("DATABASE_URL", "postgresql://tend@127.0.0.1:5432/tend")}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 0,
    "OPTIONS": DATABASES["default"].get("OPTIONS", {}) | {"options": PG_OPTIONS},
}
if env.bool("TEND_DB_POOL", False):  # the web processes only: a pool does not survive a prefork worker's fork
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 10, "timeout": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits of the log-in live in PostgreSQL, so that no page depends on Redis.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "tend_cache"}}
PGHISTORY_DEFAULT_TRACKERS = ()

# --- Celery: values from measurements, see docs/operating.md --------------------------------------------------

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": env.float("TEND_BROKER_SOCKET_TIMEOUT", 1.0),
    "socket_connect_timeout": 0.5,
    "socket_keepalive": True,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "global_keyprefix": env.str("TEND_REDIS_PREFIX", "tend:"),
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 360
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# On SIGQUIT a task gets this long; then its message goes back to the queue at once.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_TIMEZONE = "UTC"
# Worker processes that are asked to share the scoring of all clients, beside the one that begins it.
SCORING_HELPERS = env.int("TEND_SCORING_HELPERS", 1)
DELIVERY_HELPERS = env.int("TEND_DELIVERY_HELPERS", 1)  # workers that help to send when many mails wait
SWEEP_SECONDS = env.float("TEND_SWEEP_SECONDS", 60.0)  # how often beat asks for due and changed rows

# --- People, sessions and security ----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TEND_ENV == "test":  # every persona of every test has a password; a slow hash would be most of the suite
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms_password.LoginForm",
    "change_password": "accounts.forms_password.ChangePasswordForm",
    "reset_password": "accounts.forms_password.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms_password.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True

# The demo and the tests are plain http on a loopback address; everything else is https.
SECURE_SSL_REDIRECT = env.bool("TEND_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TEND_BEHIND_PROXY", False) else None
)
SESSION_COOKIE_NAME = "tend_session"
SESSION_COOKIE_AGE = 14 * 86_400
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Language and time ----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("vi", _("Vietnamese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "tend_language"
LANGUAGE_COOKIE_AGE = 365 * 86_400
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT
USE_I18N = True
USE_TZ = True
# The house zone: what "today" means for jobs and health. Each user sees times in their own zone.
TIME_ZONE = env.str("TEND_TIME_ZONE", "Asia/Ho_Chi_Minh")
HOUSE_CURRENCY = env.str("TEND_CURRENCY", "VND")

# --- Static files and mail ------------------------------------------------------------------------------------

STATIC_URL = "static/"
# Documents of clients: outside the static files, no URL; only a scoped view reads them.
MEDIA_ROOT = Path(env.str("TEND_FILES_ROOT", str(BASE_DIR / ".data" / "files")))
MEDIA_URL = ""
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "accounts.web.uploads.KeepUpToLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
LARGEST_FILE_BYTES = env.int("TEND_LARGEST_FILE_BYTES", 10 * 2**20)
STATIC_ROOT = Path(env.str("TEND_STATIC_ROOT", str(BASE_DIR / ".data" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TEND_ENV == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TEND_ENV == "test"

EMAIL_TIMEOUT = 10  # seconds: a mail server that hangs must not hold a worker
TEND_BASE_URL = env.str(
    "TEND_BASE_URL",
    f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION and ALLOWED_HOSTS else "http://localhost:8000",
)
DEFAULT_FROM_EMAIL = env.str("TEND_MAIL_FROM", "Tend <tend@localhost>")
if PRODUCTION or "TEND_EMAIL_URL" in env:
    vars().update(env.email_url("TEND_EMAIL_URL", default="smtp://localhost:25"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

TEND_TIMING = env.bool("TEND_TIMING", False)
TEND_MAINTENANCE = env.bool("TEND_MAINTENANCE", False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"fontTools": {"level": "WARNING"}},  # tells each glyph it drops
}
