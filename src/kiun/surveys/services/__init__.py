from kiun.surveys.services.answers import AlreadyAnsweredError, hand_in
from kiun.surveys.services.closing import close_survey
from kiun.surveys.services.opening import open_survey
from kiun.surveys.services.tickets import issue_cards, issue_links

__all__ = ["AlreadyAnsweredError", "close_survey", "hand_in", "issue_cards", "issue_links", "open_survey"]
