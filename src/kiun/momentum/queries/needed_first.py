"""What measuring cannot do without."""

from kiun.municipality.actors import Actor
from kiun.surveys.queries.invitees import staff_posts_on
from kiun.surveys.services.opening import LEAST_INVITED


def lacks_staff(actor: Actor) -> bool:
    """Fewer people than a survey without names can be held with."""
    return staff_posts_on(actor.on).order_by().values("user").distinct().count() < LEAST_INVITED
