"""The one error a person sees. Doors map it once: to a page with the sentence, or to the API's problem answer."""

from collections.abc import Mapping


class DomainError(Exception):
    """A rule of the domain was broken; `message` is a translated sentence that says what and how to mend it."""

    def __init__(
        self, message: object, *, field: str | None = None, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.field = field
        self.details = dict(details or {})


class NotAllowedError(DomainError):
    """The person may not do this; doors answer 403."""


class ConflictError(DomainError):
    """Somebody else changed the same thing first; doors answer 409."""


class MissingVersionError(DomainError):
    """A change did not say which state it was made from; doors answer 428."""
