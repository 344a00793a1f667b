"""What the demo starts with. Safe to run again: it adds what is missing and changes nothing that is there."""


def seed() -> None:
    """Fills an empty store for the demo's people, who exist already."""
