"""The workflows trust nobody and run what a contributor can run."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

PINNED = re.compile(r"\s*(?:- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.fixture(scope="module")
def texts(root) -> dict[str, str]:
    """The text of each workflow, by file name."""
    found = {path.name: path.read_text(encoding="utf-8") for path in (root / ".github" / "workflows").iterdir()}
    assert set(found) >= {"pull-request.yml", "publish.yml"}
    return found


@pytest.fixture(scope="module")
def workflows(texts) -> dict[str, dict[str, Any]]:
    """Each workflow as data; YAML 1.1 reads the key ``on`` as True, so it gets its name back."""
    parsed = {name: yaml.safe_load(text) for name, text in texts.items()}
    return {name: {"on": flow.pop(True), **flow} for name, flow in parsed.items()}


def triggers(workflow: dict[str, Any]) -> set[str]:
    """The events that start a workflow, in any of the three notations."""
    on = workflow["on"]
    return {on} if isinstance(on, str) else set(on)


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    """Every step of every job."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def writes(permissions: dict[str, str] | str | None) -> set[str]:
    """What permissions allow to change; ``write-all``, or none said, is everything."""
    if not isinstance(permissions, dict):
        return {"everything"}
    return {scope for scope, right in permissions.items() if right not in ("read", "none")}


def test_every_action_is_pinned_by_commit(texts):
    """Each ``uses`` names a full commit, and the version that it was, because a tag can be moved."""
    used = [line for text in texts.values() for line in text.splitlines() if re.search(r"\buses:", line)]
    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def test_a_version_is_one_commit(texts):
    """An action is pinned to the same commit and version in every workflow."""
    pins = [re.findall(r"uses: (\S+)@(\S+ # \S+)", text) for text in texts.values()]
    found: dict[str, set[str]] = {}
    for action, pin in (pin for some in pins for pin in some):
        found.setdefault(action, set()).add(pin)
    assert {action: pins for action, pins in found.items() if len(pins) > 1} == {}


def test_pull_requests_can_change_nothing(workflows):
    """A workflow that a pull request starts has a read-only token, in every job."""
    started = [flow for flow in workflows.values() if "pull_request" in triggers(flow)]
    assert started
    for flow in started:
        assert writes(flow.get("permissions")) == set()
        assert all(not writes(job.get("permissions", {})) for job in flow["jobs"].values())


def test_only_the_job_that_deploys_can_write(workflows):
    """Publishing writes from one job only, which checks nothing out and runs no command."""
    flow = workflows["publish.yml"]
    assert triggers(flow) == {"push"}
    assert flow["on"]["push"] == {"branches": ["main"]}
    assert writes(flow["permissions"]) == set()
    writing = {name: writes(job["permissions"]) for name, job in flow["jobs"].items() if "permissions" in job}
    assert writing == {"deploy": {"pages", "id-token"}}
    assert [step.get("uses", step.get("run", "")).split("@")[0] for step in flow["jobs"]["deploy"]["steps"]] == [
        "actions/deploy-pages"
    ]


def test_no_event_runs_foreign_code_with_rights(workflows):
    """No workflow runs on an event that gives a fork's code the rights of main, and none knows a secret."""
    allowed = {"pull_request", "push"}
    assert {name: triggers(flow) - allowed for name, flow in workflows.items() if triggers(flow) - allowed} == {}
    said = {name: yaml.safe_dump(flow) for name, flow in workflows.items()}
    assert [name for name, text in said.items() if re.search(r"\bsecrets\b|GITHUB_TOKEN|github\.token", text)] == []


def test_no_token_is_left_in_the_checkout(workflows):
    """Each checkout forgets its token, so that the code which is built cannot read it."""
    checkouts = [
        step for flow in workflows.values() for step in steps(flow) if "actions/checkout@" in step.get("uses", "")
    ]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_steps_run_what_a_contributor_can_run(workflows, targets):
    """Each command of a workflow is one make target or ``.ci/run``, and pull requests and main run the same."""
    ran = {name: {step["run"] for step in steps(flow) if "run" in step} for name, flow in workflows.items()}
    assert ran["pull-request.yml"] == ran["publish.yml"] == {"make site", ".ci/run"}
    known = {f"make {target}" for target in targets} | {".ci/run"}
    assert {name: runs - known for name, runs in ran.items() if runs - known} == {}


def test_every_job_ends(workflows):
    """Each job has a time limit, and a newer run of the same kind does not race it."""
    assert all("concurrency" in flow for flow in workflows.values())
    assert all("timeout-minutes" in job for flow in workflows.values() for job in flow["jobs"].values())
