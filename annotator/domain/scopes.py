"""What a token may be used for, and how long it may hold."""

READ = "read"
ANNOTATE = "annotate"
MANAGE = "manage"
SCOPES = (READ, ANNOTATE, MANAGE)

DEFAULT_DAYS = 90
MAX_DAYS = 365
