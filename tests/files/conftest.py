"""Blobs in both kinds of place: a directory, and a bucket of a server that speaks S3."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.files.blobs import Blobs, open_blobs
from hub.files.location import Location, location_from_settings
from tests.doubles.bucket import LOGIN, S3Server, serving_s3


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """The server, with its login in the environment."""
    with pytest.MonkeyPatch.context() as patch, serving_s3() as server:
        for name, value in LOGIN.items():
            patch.setenv(name, value)
        yield server


@pytest.fixture
def s3(s3_server: S3Server) -> Iterator[S3Server]:
    """The server with an empty bucket."""
    yield s3_server
    s3_server.empty()


@pytest.fixture(params=["directory", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """A place of one of the two kinds."""
    url = request.getfixturevalue("s3").url if request.param == "bucket" else None
    return location_from_settings(url, tmp_path)


@pytest.fixture
def blobs(place: Location) -> Blobs:
    """The blobs there."""
    return open_blobs(place)
