"""Uses the official Python client of the management API: projects, flags, segments, tokens, the audit log."""

import os

import launchdarkly_api
from launchdarkly_api.api import (
    AccessTokensApi,
    AuditLogApi,
    EnvironmentsApi,
    FeatureFlagsApi,
    ProjectsApi,
    SegmentsApi,
)
from launchdarkly_api.exceptions import ApiException
from launchdarkly_api.models import (
    AccessTokenPost,
    EnvironmentPost,
    FeatureFlagBody,
    PatchOperation,
    PatchWithComment,
    ProjectPost,
    SegmentBody,
    Variation,
)

configuration = launchdarkly_api.Configuration(host=os.environ["SLIPWAY_URL"])
configuration.api_key["ApiKey"] = os.environ["SLIPWAY_TOKEN"]
PROJECT = "by-python"


def replace(path, value):
    return PatchOperation(op="replace", path=path, value=value)


with launchdarkly_api.ApiClient(configuration) as client:
    projects = ProjectsApi(client)
    projects.post_project(ProjectPost(key=PROJECT, name="By Python"))
    environments = EnvironmentsApi(client)
    staging = environments.post_environment(PROJECT, EnvironmentPost(key="staging", name="Staging", color="123456"))
    assert staging.api_key.startswith("sdk-")
    keys = sorted(one.key for one in environments.get_environments_by_project(PROJECT).items)
    assert keys == ["production", "staging", "test"], keys

    flags = FeatureFlagsApi(client)
    body = FeatureFlagBody(
        key="made", name="Made", variations=[Variation(value="a"), Variation(value="b", name="B")], tags=["python"]
    )
    flag = flags.post_feature_flag(PROJECT, body)
    assert [one.value for one in flag.variations] == ["a", "b"]
    patch = PatchWithComment(patch=[replace("/environments/staging/on", True), replace("/name", "Renamed")])
    flag = flags.patch_feature_flag(PROJECT, "made", patch)
    assert flag.environments["staging"].on and flag.name == "Renamed"
    assert flags.get_feature_flag(PROJECT, "made").environments["staging"].on
    assert [one.key for one in flags.get_feature_flags(PROJECT, summary=False).items] == ["made"]
    assert flags.get_feature_flag_status_across_environments(PROJECT, "made").key == "made"

    segments = SegmentsApi(client)
    segments.post_segment(PROJECT, "staging", SegmentBody(key="friends", name="Friends"))
    segment = segments.patch_segment(
        PROJECT,
        "staging",
        "friends",
        PatchWithComment(patch=[PatchOperation(op="add", path="/included/-", value="kim")]),
    )
    assert segment.included == ["kim"], segment.included

    tokens = AccessTokensApi(client)
    token = tokens.post_token(AccessTokenPost(name="By Python", role="reader"))
    tokens.delete_token(token.id)
    assert AuditLogApi(client).get_audit_log_entries(limit=5).items

    try:
        flags.get_feature_flag(PROJECT, "none")
        raise AssertionError("a flag that is not there was found")
    except ApiException as error:
        assert error.status == 404, error
    flags.delete_feature_flag(PROJECT, "made")
    projects.delete_project(PROJECT)
