"""The audit of dependencies says what it did not look for, and lists what there is."""

from tests.security.audit import pins, python_sbom, told

GOOD = {"looked_at": 3, "advisories": []}


def test_what_was_not_looked_for_is_no_success() -> None:
    lines, bad = told({"python": GOOD, "npm": {"unanswered": "nobody there"}}, False)
    assert bad == 1
    assert lines[1] == "npm: NOT LOOKED FOR, no source of advisories answered: nobody there"
    assert told({"npm": {"unanswered": "nobody there"}}, True)[1] == 0


def test_every_advisory_counts() -> None:
    lines, bad = told({"python": {**GOOD, "advisories": ["django 1.0: CVE-1"]}, "npm": GOOD}, True)
    assert (bad, lines[1]) == (1, "  django 1.0: CVE-1")


def test_every_pin_is_in_the_list_of_what_redpen_is_built_of() -> None:
    components = {(each["name"], each["version"]) for each in python_sbom()["components"]}
    assert components == set(pins())
    assert len(components) > 100
