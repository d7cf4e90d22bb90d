"""Where blobs are kept, from the settings: a directory, or a bucket at an endpoint."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

DIRECTORY = "attachments"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A place in a bucket. Without an endpoint it is Amazon's."""

    name: str
    prefix: str
    endpoint: str | None
    region: str | None

    def __str__(self) -> str:
        return f"s3://{self.name}/{self.prefix}".rstrip("/")


Location = Path | Bucket


def location_from_settings(attachments_url: str | None, data_dir: Path) -> Location:
    """The directory or bucket of HUB_ATTACHMENTS_URL, whose form the settings have checked; else a directory in the data directory."""
    if attachments_url is None:
        return data_dir.resolve() / DIRECTORY
    parts = urlsplit(attachments_url)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    options = dict(parse_qsl(parts.query))
    return Bucket(parts.netloc, parts.path.strip("/"), options.get("endpoint"), options.get("region"))
