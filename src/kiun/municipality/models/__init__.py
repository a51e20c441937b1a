from kiun.municipality.models.access import ApiToken, Invitation
from kiun.municipality.models.departments import Department, DepartmentVersion, Succession
from kiun.municipality.models.ownership import CrossTownError, OwnedManager, OwnedModel, OwnedQuerySet
from kiun.municipality.models.people import STAFF_ROLES, Deputyship, Membership, Role, User
from kiun.municipality.models.towns import Municipality, TownKind

__all__ = [
    "STAFF_ROLES",
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
    "Role",
    "Succession",
    "TownKind",
    "User",
]
