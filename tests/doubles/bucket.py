"""A server on this machine that speaks S3, with one bucket."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "hub-attachments"
REGION = "eu-west-1"
LOGIN = {"AWS_ACCESS_KEY_ID": "a-key-for-tests", "AWS_SECRET_ACCESS_KEY": "a-secret-for-tests"}


@dataclass(frozen=True, slots=True)
class S3Server:
    """The server, and its own view of what is in it."""

    endpoint: str
    client: Any

    @property
    def url(self) -> str:
        """The setting that names the bucket."""
        return f"s3://{BUCKET}/some/prefix?endpoint={self.endpoint}&region={REGION}"

    def list_keys(self) -> list[str]:
        """What the bucket holds."""
        return [entry["Key"] for entry in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    def list_unfinished(self) -> list[str]:
        """Uploads in parts that were neither completed nor given up."""
        found = self.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", ())
        return [entry["Key"] for entry in found]

    def empty(self) -> None:
        """Removes everything."""
        for key in self.list_keys():
            self.client.delete_object(Bucket=BUCKET, Key=key)


@contextmanager
def serving_s3() -> Iterator[S3Server]:
    """The server, on a free loopback port. The login of LOGIN must be in the environment."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=LOGIN["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=LOGIN["AWS_SECRET_ACCESS_KEY"],
        )
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield S3Server(endpoint, client)
    finally:
        server.stop()
