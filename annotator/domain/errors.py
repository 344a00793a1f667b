"""The one exception of the domain: a stable code, a sentence for people, and the fields it is about."""


class DomainError(Exception):
    """A rule was broken.

    code: stable snake_case, for programs. message: names the thing, its value and the bound.
    fields: path of each wrong field -> what is wrong with it.
    """

    def __init__(self, code: str, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields or {}
