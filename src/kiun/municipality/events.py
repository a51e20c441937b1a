from dataclasses import dataclass, field

from kiun.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """A mail to somebody who has no post yet. `body` holds the secret link: it is neither printed nor recorded."""

    invitation_id: int
    address: str
    subject: str
    body: str = field(repr=False)
