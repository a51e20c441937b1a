from kiun.municipality.services.access_keys import create_access_key, revoke_access_key
from kiun.municipality.services.departments import (
    Part,
    add_department,
    cancel_reform,
    carry_out_due_reforms,
    close_department,
    merge_departments,
    move_department,
    rename_department,
    reparent,
    split_department,
)
from kiun.municipality.services.deputies import appoint_deputy, end_deputyship
from kiun.municipality.services.handover import Assignment, hand_over
from kiun.municipality.services.invitations import (
    accept_as_existing_account,
    accept_with_new_account,
    invite,
    issue_first_sign_in,
    resend_invitation,
    revoke_invitation,
)
from kiun.municipality.services.people import PersonDetails, add_person, change_person, set_sign_in
from kiun.municipality.services.posts import PostDetails, add_post, change_post, end_post, relocate_posts
from kiun.municipality.services.profile import change_profile
from kiun.municipality.services.town import change_town

__all__ = [
    "Assignment",
    "Part",
    "PersonDetails",
    "PostDetails",
    "accept_as_existing_account",
    "accept_with_new_account",
    "add_department",
    "add_person",
    "add_post",
    "appoint_deputy",
    "cancel_reform",
    "carry_out_due_reforms",
    "change_person",
    "change_post",
    "change_profile",
    "change_town",
    "close_department",
    "create_access_key",
    "end_deputyship",
    "end_post",
    "hand_over",
    "invite",
    "issue_first_sign_in",
    "merge_departments",
    "move_department",
    "relocate_posts",
    "rename_department",
    "reparent",
    "resend_invitation",
    "revoke_access_key",
    "revoke_invitation",
    "set_sign_in",
    "split_department",
]
