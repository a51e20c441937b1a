"""All settings, read once from the environment; docs/operations.md explains each variable."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from environs import Env

from kiun.config.secret_key import stored_secret_key

env = Env()

DATA_DIR = Path(env.str("KIUN_DATA_DIR", "var")).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
PRODUCTION = env.bool("KIUN_PRODUCTION", False)
DEBUG = env.bool("KIUN_DEBUG", False)
SECRET_KEY = env.str("KIUN_SECRET_KEY", "") or stored_secret_key(DATA_DIR)

# Where `kiun up` listens.
BIND_HOST = env.str("KIUN_BIND_HOST", "127.0.0.1")
BIND_PORT = env.int("PORT", 8000)
WEB_PROCESSES = env.int("KIUN_WEB_PROCESSES", 2)
WEB_THREADS = env.int("KIUN_WEB_THREADS", 2)

# The address people type decides hosts, secure cookies and links in mails.
PUBLIC_URL = env.str("KIUN_PUBLIC_URL", f"http://127.0.0.1:{BIND_PORT}").rstrip("/")
IS_ADDRESS_CHOSEN = bool(env.str("KIUN_PUBLIC_URL", "") or env.str("PORT", ""))
_public = urlsplit(PUBLIC_URL)
IS_HTTPS = _public.scheme == "https"
# A closed network without certificates has to say so; `kiun check` otherwise refuses plain http.
ALLOW_HTTP = env.bool("KIUN_ALLOW_HTTP", False)
ALLOWED_HOSTS = [_public.hostname or "127.0.0.1", "127.0.0.1", "localhost", *env.list("KIUN_ALLOWED_HOSTS", [])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if env.bool("KIUN_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies in front append to X-Forwarded-For; 0 means that the header is not believed.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("KIUN_TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    # Before allauth: its templates for allauth's pages win.
    "kiun.municipality",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "kiun.ui",
    "kiun.activity",
    "kiun.surveys",
    "kiun.goals",
    "kiun.initiatives",
    "kiun.momentum",
    "kiun.dashboard",
    "kiun.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kiun.config.middleware.DomainErrorMiddleware",
    "kiun.municipality.api_access.ApiAccessMiddleware",
    "kiun.municipality.middleware.TownMiddleware",
]

ROOT_URLCONF = "kiun.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        ),
                    ],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "kiun.ui.context.page_frame",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "kiun.ui.templatetags.kiun",
            ],
        },
    },
]

# A component sees its own attributes and what every page has, never the variables of the page around it.
COTTON_ISOLATE_BY_DEFAULT = True

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'kiun.sqlite3'}", conn_max_age=60)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        # Write locks are taken at the beginning of a transaction: a later upgrade would fail instead of wait.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Counters of the rate limits must be seen by every process; pages are kept per process, by version.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kiun_cache",
        # Django's 300 would throw counters of the rate limits away as soon as many people sign in.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "ENQUEUE_ON_COMMIT": True}}

AUTH_USER_MODEL = "municipality.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts come from an invitation that was sent to the address, or from an import
ACCOUNT_ADAPTER = "kiun.municipality.sign_in.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_FORMS = {
    "login": "kiun.municipality.forms.sign_in.LoginForm",
    "reset_password": "kiun.municipality.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "kiun.municipality.forms.sign_in.ResetPasswordKeyForm",
    "change_password": "kiun.municipality.forms.sign_in.ChangePasswordForm",
    "set_password": "kiun.municipality.forms.sign_in.SetPasswordForm",
    "reauthenticate": "kiun.municipality.forms.sign_in.ReauthenticateForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/15m/key", "invitation": "30/m/ip"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False  # several people share the computer at a counter: closing the browser signs out
SOCIALACCOUNT_ADAPTER = "kiun.municipality.sign_in.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # the CSP lets no form lead to another server
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": env.json("KIUN_OIDC_APPS", [])}}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# The check is for sites where anybody opens an account under any address. Here accounts come from the town, often
# without an address; what another town made does not outlive `must_begin_anew`.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
MFA_FORMS = {"add_webauthn": "kiun.municipality.forms.sign_in.AddPasskeyForm"}
MFA_TOTP_ISSUER = "Kiun"
# Seen at sign-in only: a write for every page would make readers wait for each other.
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if IS_HTTPS else 0
SECURE_SSL_REDIRECT = IS_HTTPS and env.bool("KIUN_REDIRECT_TO_HTTPS", False)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
# Rooms keep their messages themselves (ADR 0007); the kernel is no Django app, so its folder is named here.
LOCALE_PATHS = [Path(__file__).parent.parent / "kernel" / "locale"]
FORMAT_MODULE_PATH = ["kiun.config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("KIUN_STATIC_ROOT", str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kiun.config.static_files.HashedStaticFiles"},
}
MEDIA_ROOT = DATA_DIR / "files"
WHITENOISE_USE_FINDERS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
API_REQUESTS_PER_MINUTE = env.int("KIUN_API_REQUESTS_PER_MINUTE", 300)  # for each access key
UPLOAD_LIMIT_BYTES = env.int("KIUN_UPLOAD_LIMIT_MB", 20) * 1024 * 1024

EMAIL_BACKEND = env.str("KIUN_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("KIUN_EMAIL_HOST", "")  # empty: no mail is sent, notices stay in the application
EMAIL_PORT = env.int("KIUN_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("KIUN_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.str("KIUN_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.bool("KIUN_EMAIL_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("KIUN_EMAIL_FROM", f"kiun@{_public.hostname}")

LOG_LEVEL = env.str("KIUN_LOG_LEVEL", "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"secret_addresses": {"()": "kiun.config.secret_addresses.SecretAddresses"}},
    # The handler has the level too: the task worker lowers that of its own loggers.
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "level": LOG_LEVEL,
            "filters": ["secret_addresses"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
SILENCED_SYSTEM_CHECKS = [
    "security.W004",
    "security.W008",
    "security.W012",
    "security.W016",
]  # `kiun check` judges these
