"""Static files carry their hash in their name, so that a browser keeps them for good and never sees an old one."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    # A page must not fail because an image is missing in a development tree.
    manifest_strict = False
