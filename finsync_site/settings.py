"""All settings of an installation, read from the environment.

Every name, its default and its meaning stand in docs/settings.md.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.urls import reverse_lazy

from finsync_site.conf import environment as env
from finsync_site.conf import keys, logs, mail, pages, storage

BASE_DIR = Path(__file__).resolve().parent.parent

# The installation
FINSYNC_STATE = env.folder("FINSYNC_STATE", BASE_DIR / "var")
FINSYNC_MODE = env.choice("FINSYNC_MODE", ("live", "practice"), default="live")
FINSYNC_PRACTICE = FINSYNC_MODE == "practice"
FINSYNC_BASE_URL = env.base_url("FINSYNC_BASE_URL", "http://127.0.0.1:8000")
FINSYNC_HOME_CURRENCY = env.currency("FINSYNC_HOME_CURRENCY", "GBP")
FINSYNC_PRACTICE_LEDGERS = env.ledgers("FINSYNC_PRACTICE_LEDGERS")
FINSYNC_TRUSTED_PROXIES = env.whole_number(
    "FINSYNC_TRUSTED_PROXIES", default=0, least=0, most=10
)
# Seconds; None means the longest read time-out of the platform.
FINSYNC_IN_DOUBT_QUIET = (
    env.whole_number("FINSYNC_IN_DOUBT_QUIET", default=0, least=0, most=86_400)
    if env.text("FINSYNC_IN_DOUBT_QUIET")
    else None
)
# Seconds without any sign of life after which the cluster is started anew.
FINSYNC_CLUSTER_SILENCE = env.whole_number(
    "FINSYNC_CLUSTER_SILENCE", default=60, least=5, most=3600
)
FINSYNC_WORKERS = env.whole_number("FINSYNC_WORKERS", default=2, least=1, most=64)
REDIS_URL = env.secret("REDIS_URL")
FINSYNC_KEYS_GIVEN = bool(
    env.secret("FINSYNC_SECRET_KEY") and env.secret("FINSYNC_FIELD_KEYS")
)
FINSYNC_FIELD_KEYS = keys.field_keys("FINSYNC_FIELD_KEYS", FINSYNC_STATE / "keys")

# Django
SECRET_KEY = keys.secret_key("FINSYNC_SECRET_KEY", FINSYNC_STATE / "keys")
DEBUG = env.boolean("FINSYNC_DEBUG", default=False)
ALLOWED_HOSTS = env.words("FINSYNC_ALLOWED_HOSTS") or [
    str(urlsplit(FINSYNC_BASE_URL).hostname),
    "127.0.0.1",
    "localhost",
]
ROOT_URLCONF = "finsync_site.urls"
WSGI_APPLICATION = "finsync_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "finsync_site.formats"
TIME_ZONE = env.time_zone("FINSYNC_TIME_ZONE", "Europe/London")
USE_TZ = True

INSTALLED_APPS = [
    # Unfold replaces templates of the applications that follow it.
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "finsync_site",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_q",
    "import_export",
    "invoicing",
    "accounting_links",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "finsync_site.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the applications' own, so that Unfold's pages can be replaced.
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "finsync_site.context.installation",
            ],
        },
    },
]

# Database, cache, tasks
DATABASES = {
    "default": storage.database(url=env.secret("DATABASE_URL"), state=FINSYNC_STATE)
}
CACHES = {"default": storage.cache(redis_url=REDIS_URL, state=FINSYNC_STATE)}
Q_CLUSTER = storage.task_cluster(redis_url=REDIS_URL, workers=FINSYNC_WORKERS)

# Files
STATIC_URL = "static/"
STATIC_ROOT = env.subfolder(FINSYNC_STATE, "static")
MEDIA_ROOT = FINSYNC_STATE / "media"
# Served from the packages themselves: nothing has to be collected first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = env.subfolder(FINSYNC_STATE, "uploads")
LOGGING = logs.logging_config(
    folder=env.subfolder(FINSYNC_STATE, "logs"),
    level=env.choice(
        "FINSYNC_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO"
    ),
)

# Log-in
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("account_login")
ACCOUNT_ADAPTER = "finsync_site.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "FinSync"
ALLAUTH_TRUSTED_PROXY_COUNT = FINSYNC_TRUSTED_PROXIES

# Mail
EMAIL_CONFIG = mail.config(env.secret("FINSYNC_EMAIL_URL"), state=FINSYNC_STATE)
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.text("FINSYNC_EMAIL_FROM", "finsync@localhost")

# Security
HTTPS = FINSYNC_BASE_URL.startswith("https://")
SESSION_COOKIE_NAME = f"finsync_{FINSYNC_MODE}_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = f"finsync_{FINSYNC_MODE}_csrf"
CSRF_TRUSTED_ORIGINS = [FINSYNC_BASE_URL]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
if FINSYNC_TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Admin pages
UNFOLD = pages.unfold()
IMPORT_EXPORT_USE_TRANSACTIONS = True
