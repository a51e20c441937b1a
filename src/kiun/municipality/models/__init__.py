from kiun.municipality.models.access import ApiToken, Invitation
from kiun.municipality.models.departments import (
    Department,
    DepartmentVersion,
    Reform,
    ReformKind,
    ReformState,
    Succession,
)
from kiun.municipality.models.ownership import CrossTownError, OwnedManager, OwnedModel, OwnedQuerySet
from kiun.municipality.models.people import STAFF_ROLES, WRITING_ROLES, Deputyship, Membership, Role, User
from kiun.municipality.models.towns import Municipality, TownKind
from kiun.municipality.models.uploads import StaffUpload

__all__ = [
    "STAFF_ROLES",
    "WRITING_ROLES",
    "ApiToken",
    "CrossTownError",
    "Department",
    "DepartmentVersion",
    "Deputyship",
    "Invitation",
    "Membership",
    "Municipality",
    "OwnedManager",
    "OwnedModel",
    "OwnedQuerySet",
    "Reform",
    "ReformKind",
    "ReformState",
    "Role",
    "StaffUpload",
    "Succession",
    "TownKind",
    "User",
]
