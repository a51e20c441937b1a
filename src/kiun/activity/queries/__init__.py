from kiun.activity.queries.audit import AuditFilter, audit_entries, history_of, recorded_kinds, town_version
from kiun.activity.queries.files import attachments_of, visible_attachment
from kiun.activity.queries.notices import notices_of, rhythm_of, rhythms_of, unread_count
from kiun.activity.queries.versions import changes_since, version_of

__all__ = [
    "AuditFilter",
    "attachments_of",
    "audit_entries",
    "changes_since",
    "history_of",
    "notices_of",
    "recorded_kinds",
    "rhythm_of",
    "rhythms_of",
    "town_version",
    "unread_count",
    "version_of",
    "visible_attachment",
]
