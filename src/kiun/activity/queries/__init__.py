from kiun.activity.queries.audit import AuditFilter, audit_entries, history_of, recorded_kinds, town_version
from kiun.activity.queries.files import attachments_of, visible_attachment
from kiun.activity.queries.notices import notices_of, rhythm_of, rhythms_of, unread_count

__all__ = [
    "AuditFilter",
    "attachments_of",
    "audit_entries",
    "history_of",
    "notices_of",
    "recorded_kinds",
    "rhythm_of",
    "rhythms_of",
    "town_version",
    "unread_count",
    "visible_attachment",
]
