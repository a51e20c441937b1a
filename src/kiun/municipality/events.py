from dataclasses import dataclass, field

from kiun.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """A mail to somebody who has no post yet. `body` holds the secret link: it is neither printed nor recorded."""

    invitation_id: int
    address: str
    subject: str
    body: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class WorkHandedOver(Event):
    """Somebody now has work that was another's; `subject` and `body` tell them so in their language."""

    recipient_id: int
    subject: str
    body: str
