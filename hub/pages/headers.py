"""The strict headers of the hub's own pages."""

from collections.abc import Mapping

# What our pages never ask for; a script that got in could not either.
DENIED_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")

HSTS_S = 365 * 24 * 3600


def render_policy(directives: Mapping[str, str]) -> str:
    """A Content-Security-Policy that forbids everything except what the directives allow."""
    rules = {
        "default-src": "'none'",
        **directives,
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def page_headers(policy: str, base_url: str) -> dict[str, str]:
    """The headers of a page under this policy: framed by nobody, tied to nobody, telling nobody its address."""
    headers = {
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in DENIED_FEATURES),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    if base_url.startswith("https:"):
        headers["Strict-Transport-Security"] = f"max-age={HSTS_S}"
    return headers
