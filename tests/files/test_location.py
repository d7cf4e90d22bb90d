"""The setting that says where files are kept: the forms it has, and those it has not."""

from pathlib import Path

import pytest

from hub.files.location import Bucket, Location, location_from_settings
from hub.settings import SettingsError, read_settings

DATA = Path("/data")


@pytest.mark.parametrize(
    ("url", "location"),
    [
        (None, DATA / "attachments"),
        ("file:///srv/attachments", Path("/srv/attachments")),
        ("file:///srv/with%20space", Path("/srv/with space")),
        ("s3://bucket", Bucket("bucket", "", None, None)),
        ("s3://my.bucket-1/some/prefix/", Bucket("my.bucket-1", "some/prefix", None, None)),
        ("s3://bucket?region=eu-west-1", Bucket("bucket", "", None, "eu-west-1")),
        (
            "s3://bucket/p?endpoint=http://127.0.0.1:9000&region=us-east-1",
            Bucket("bucket", "p", "http://127.0.0.1:9000", "us-east-1"),
        ),
        (
            "s3://bucket?endpoint=https%3A%2F%2Fs3.example.com",
            Bucket("bucket", "", "https://s3.example.com", None),
        ),
    ],
)
def test_files_are_kept_where_the_setting_says(url: str | None, location: Location) -> None:
    environment = {"HUB_DATA_DIR": str(DATA)} | ({} if url is None else {"HUB_ATTACHMENTS_URL": url})
    settings = read_settings(environment)
    assert location_from_settings(settings.attachments_url, settings.data_dir) == location


@pytest.mark.parametrize(
    "url",
    [
        "/srv/attachments",
        "file://host/srv",
        "file:///",
        "file:///srv?x=1",
        "ftp://bucket/prefix",
        "s3:///prefix",
        "s3://Bucket",
        "s3://b",
        "s3://bucket#prefix",
        "s3://key:canary@bucket",
        "s3://bucket?endpoint=s3.example.com",
        "s3://bucket?endpoint=https://key:canary@s3.example.com",
        "s3://bucket?endpoint=",
        "s3://bucket?secret=canary",
        "s3://bucket?region=a&region=b",
        "s3://bucket?region",
        "s3://[bucket",
    ],
)
def test_another_form_is_refused_in_a_sentence_that_repeats_no_secret(url: str) -> None:
    with pytest.raises(SettingsError, match="HUB_ATTACHMENTS_URL") as refused:
        read_settings({"HUB_ATTACHMENTS_URL": url})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("text", ["0", "-1", "25 MB", "1025", "2.5"])
def test_a_limit_is_a_whole_number_of_mib(text: str) -> None:
    with pytest.raises(SettingsError, match="HUB_MAX_ATTACHMENT_MB"):
        read_settings({"HUB_MAX_ATTACHMENT_MB": text})
    assert read_settings({"HUB_MAX_ATTACHMENT_MB": "1024"}).max_attachment_mb == 1024
