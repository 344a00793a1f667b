"""Django's settings. What a deployment may choose comes from `env`; everything else is decided here."""

from datetime import timedelta

import dj_database_url

from annotator.config import env

BASE_DIR = env.BASE_DIR
DATA_DIR = env.DATA_DIR
RUNS_DIR = env.RUNS_DIR
DATASETS_DIR = env.DATASETS_DIR
AUDIT_ANCHORS = DATA_DIR / "audit_anchors"
DEMO = env.DEMO
WARM_UP = env.WARM_UP
PORT = env.PORT
TRUSTED_PROXIES = env.TRUSTED_PROXIES
FETCH_ALLOW = env.FETCH_ALLOW
EMBEDDED_POSTGRES = env.EMBEDDED_POSTGRES
EMBEDDED_REDIS = env.EMBEDDED_REDIS

SECRET_KEY = env.SECRET_KEY
SECRET_KEY_FALLBACKS = env.SECRET_KEY_FALLBACKS
DEBUG = env.DEBUG
ALLOWED_HOSTS = env.ALLOWED_HOSTS
CSRF_TRUSTED_ORIGINS = env.CSRF_TRUSTED_ORIGINS

ROOT_URLCONF = "annotator.config.urls"
WSGI_APPLICATION = "annotator.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "annotator.User"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"

INSTALLED_APPS = [
    "annotator",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
]

MIDDLEWARE = [
    "annotator.api.headers.security_headers",
    "annotator.api.transport.api_over_https",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "annotator.api.session_life.SessionLife",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {"default": dj_database_url.parse(env.DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

# Passwords and sessions

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if env.ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
SESSION_ENGINE = "annotator.services.sessions"
SESSION_COOKIE_AGE = int(env.SESSION_IDLE_MINUTES * 60)
SESSION_ABSOLUTE_AGE = int(env.SESSION_HOURS * 3600)
OIDC_ISSUER = env.OIDC_ISSUER
OIDC_CLIENT_ID = env.OIDC_CLIENT_ID
OIDC_CLIENT_SECRET = env.OIDC_CLIENT_SECRET
OIDC_NAME = env.OIDC_NAME
OIDC_DOMAINS = env.OIDC_DOMAINS
REQUIRE_SECOND_FACTOR = env.REQUIRE_SECOND_FACTOR
OTP_TOTP_ISSUER = "Redpen"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "annotator.api.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"

# Who guesses at a password waits; a guess made meanwhile does not prolong it. What is kept of guesses is forgotten
# (tasks/sign_in.py), and neither names nor addresses go into the log.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "annotator.api.client_ip.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# The sign-in page and the API answer who is locked out themselves, and there is no admin site.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]
SECURE_REFERRER_POLICY = "same-origin"

if env.PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    # Subdomains and preload lists: promises about hosts that are not Redpen's to make.
    SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]

# Uploads

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 2

# What api/limits.py allows, times this: tests and benchmarks are faster than people.
RATE_FACTOR = env.RATE_FACTOR

# Static files: Vite has already put a hash into the name of every asset

STATIC_URL = "/static/"
STATIC_ROOT = env.STATIC_ROOT
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"/assets/.+-[\w-]{8}\.\w+$"
WHITENOISE_USE_FINDERS = env.ENV == "test"

# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "annotator.api.authentication.OneQueryTokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["annotator.api.renderers.FastJSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "annotator.api.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is the download's own word
}
REST_KNOX = {"AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Redpen",
    "DESCRIPTION": "Fine-grained human feedback on language-model outputs, and training on it.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "annotator.api.schema.add_components",
        "annotator.api.schema.describe_errors",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AdjudicationState": "annotator.models.adjudications.AdjudicationState",
        "AuditAction": "annotator.api.audit.ACTION_LIST",
        "AssignmentState": "annotator.models.assignments.AssignmentState",
        "AsksEnum": "annotator.domain.records.ASKS",
        "DeskNeedsEnum": ["required", "optional"],
        "NeedsEnum": ["antecedent", "evidence"],
        "DecisionReason": "annotator.api.adjudication_schema.REASONS",
        "LessonPart": "annotator.models.guidance.LessonPart",
        "MarkPart": ["spans", "missing"],
        "DatasetKind": "annotator.models.datasets.DatasetKind",
        "FlagReason": "annotator.models.assignments.Flag.Reason",
        "GoldKind": "annotator.models.quality.GoldKind",
        "JobKind": "annotator.models.jobs.JobKind",
        "JobState": "annotator.models.jobs.JobState",
        "ModelKind": "annotator.models.model_versions.ModelKind",
        "ModelStage": "annotator.models.model_versions.ModelStage",
        "PaymentKind": "annotator.models.payments.PaymentKind",
        "PaymentState": "annotator.models.payments.PaymentState",
        "PartState": "annotator.models.studies.PartState",
        "PaceReason": "annotator.domain.pace.REASONS",
        "ProviderName": "annotator.models.studies.Provider",
        "Role": "annotator.models.people.Role",
        "Standing": "annotator.models.people.Standing",
        "StudyState": "annotator.models.studies.StudyState",
        "UndefinedReason": "annotator.domain.quality_report.REASONS",
    },
}

# Crowd platforms

PROLIFIC_API = env.PROLIFIC_API
PROLIFIC_TOKEN = env.PROLIFIC_TOKEN
PROLIFIC_WEBHOOK_SECRET = env.PROLIFIC_WEBHOOK_SECRET
PROLIFIC_JWKS_URL = env.PROLIFIC_JWKS_URL

# Celery: hints only. No result backend: the state of a job is its row.

REDIS_URL = env.REDIS_URL
# Celery calls the number of a database at a socket its virtual host, and takes `db` for database 0 without a word.
CELERY_BROKER_URL = REDIS_URL
if REDIS_URL.startswith("unix://"):
    CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
# The default hour would deliver the message of a longer job a second time; nothing renews it.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 30 * 24 * 3600, "socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"jobs.run": {"queue": "gpu"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "annotator.tasks.beat:HeartbeatScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

CELERY_BEAT_SCHEDULE = {
    "reap": {"task": "jobs.reap", "schedule": env.JOB_REAP_SECONDS, "options": {"expires": env.JOB_REAP_SECONDS}},
    "fold": {"task": "tallies.fold", "schedule": 60, "options": {"expires": 60}},
    "retrain": {"task": "jobs.retrain", "schedule": 30, "options": {"expires": 30}},
    "queue": {"task": "queue.resume", "schedule": 30, "options": {"expires": 30}},
    "measure": {"task": "queue.measure", "schedule": 5, "options": {"expires": 5}},
    "studies": {"task": "studies.reconcile", "schedule": 60, "options": {"expires": 60}},
    "payments": {"task": "payments.resume", "schedule": 60, "options": {"expires": 60}},
    "gold": {"task": "quality.gold", "schedule": 15, "options": {"expires": 15}},
    "audit": {"task": "audit.anchor", "schedule": 300, "options": {"expires": 300}},
    "quality": {"task": "quality.due", "schedule": 60, "options": {"expires": 60}},
    "sign_in": {"task": "sign_in.forget", "schedule": 600, "options": {"expires": 600}},
}

# Jobs. A lease is renewed at every poll; a trainer gets the grace between SIGTERM and SIGKILL to write a checkpoint.

JOB_LEASE_SECONDS = env.JOB_LEASE_SECONDS
JOB_POLL_SECONDS = env.JOB_POLL_SECONDS
JOB_GRACE_SECONDS = env.JOB_GRACE_SECONDS
TRAINER_COMMAND = env.TRAINER_COMMAND

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "annotator.config.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.LOG_LEVEL},
    "loggers": {"django": {"level": env.LOG_LEVEL, "propagate": True}, "axes": {"level": "ERROR"}},
}
