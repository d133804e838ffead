"""Follow-ups of the care after the signature, made and closed by rule."""


def refresh_care_follow_ups(client_ids=None):
    """Brings the follow-ups of every care rule up to date for these clients (None: all)."""
