"""Visitor tokens: what they say, how long, and what is not believed."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from hub.auth.visitor_tokens import VisitorTokens
from hub.domain.errors import NotSignedIn

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
VISITOR = UUID("8d5f0a50-6f0e-4a43-9f0e-0c9a3c1b7f2c")
OLD, NEW = "the-old-secret-key", "the-new-secret-key"
TOKENS = VisitorTokens([NEW, OLD])


def issue(tokens: VisitorTokens = TOKENS) -> str:
    return tokens.issue_token(3, 7, VISITOR, 2, NOW)


def test_a_token_says_tenant_profile_identity_and_epoch() -> None:
    token = issue()
    assert token.startswith("vc_")
    claims = TOKENS.read_token(token, NOW)
    assert (claims.tenant_id, claims.profile_id, claims.uuid, claims.token_epoch) == (3, 7, VISITOR, 2)
    assert claims.issued_at == NOW


def test_a_token_fits_a_cookie_and_a_header() -> None:
    assert len(issue()) < 200
    assert set(issue()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize(("age", "due"), [(timedelta(hours=23), False), (timedelta(days=1), True)])
def test_a_token_is_renewed_after_a_day(age: timedelta, due: bool) -> None:
    assert TOKENS.read_token(issue(), NOW + age).is_due_for_renewal(NOW + age) is due


def test_a_token_ends_after_thirty_days() -> None:
    TOKENS.read_token(issue(), NOW + timedelta(days=30, seconds=-1))
    with pytest.raises(NotSignedIn):
        TOKENS.read_token(issue(), NOW + timedelta(days=30))


def test_a_token_from_the_future_is_not_believed_beyond_the_difference_of_clocks() -> None:
    TOKENS.read_token(issue(), NOW - timedelta(seconds=59))
    with pytest.raises(NotSignedIn):
        TOKENS.read_token(issue(), NOW - timedelta(seconds=61))


def test_after_a_rotation_old_tokens_hold_and_new_ones_need_the_new_key() -> None:
    assert TOKENS.read_token(issue(VisitorTokens([OLD])), NOW).uuid == VISITOR
    with pytest.raises(NotSignedIn):
        VisitorTokens([OLD]).read_token(issue(), NOW)


def test_a_changed_token_is_refused_wherever_it_was_changed() -> None:
    token = issue()
    for position in range(len(token) - 1):  # The last character of base64 holds unused bits.
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        with pytest.raises(NotSignedIn):
            TOKENS.read_token(changed, NOW)


FORGED = urlsafe_b64encode(b'[3,7,"8d5f0a506f0e4a439f0e0c9a3c1b7f2c",2,1]').decode()


@pytest.mark.parametrize(
    "odd",
    ["", "vc_", "vc_.", f"vc_{FORGED}", f"vc_{FORGED}.", "\ud800", "vc_é", "vc_" + "A" * 600, "hk_live_x"],
)
def test_what_is_no_token_is_refused(odd: str) -> None:
    with pytest.raises(NotSignedIn):
        TOKENS.read_token(odd, NOW)


def test_tokens_without_a_key_are_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="at least one"):
        VisitorTokens([])
