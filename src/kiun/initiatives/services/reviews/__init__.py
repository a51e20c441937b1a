from kiun.initiatives.services.reviews.calling import call_reviews
from kiun.initiatives.services.reviews.closing import close_review
from kiun.initiatives.services.reviews.following import (
    change_as_decided,
    hand_over_decisions,
    report_on_decision,
    tie_to_revision,
)
from kiun.initiatives.services.reviews.gathering import gather
from kiun.initiatives.services.reviews.holding import Writing, begin_review, go_to_item, write_all_down, write_down
from kiun.initiatives.services.reviews.preparing import (
    discard_review,
    move_item,
    put_off,
    put_off_minor,
    remove_item,
    save_item,
    save_review,
    take_up,
    write_statement,
)

__all__ = [
    "Writing",
    "begin_review",
    "call_reviews",
    "change_as_decided",
    "close_review",
    "discard_review",
    "gather",
    "go_to_item",
    "hand_over_decisions",
    "move_item",
    "put_off",
    "put_off_minor",
    "remove_item",
    "report_on_decision",
    "save_item",
    "save_review",
    "take_up",
    "tie_to_revision",
    "write_all_down",
    "write_down",
    "write_statement",
]
