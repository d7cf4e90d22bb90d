"""Id tokens: which are believed, and every way of forging one that is known."""

import hmac
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha384, sha512
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.actions.ports import Credential
from hub.auth.id_tokens import IdTokens
from hub.auth.sealing import Sealer
from hub.domain.errors import IdentityRefused
from hub.domain.profile import IdentityRules, Profile
from hub.operate.logging import configure_logging
from tests.doubles.id_tokens import HEADER, claims_of, encode, sign
from tests.doubles.secrets import SECRET_KEYS

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOW_S = int(NOW.timestamp())
SECRET = "k" * 43
OTHER_SECRET = "j" * 43
PROFILE = Profile(1, 3, UUID(int=3), "pk_3fQ2", "Marlow Cycles", ("loopback",), "k3x9")
NAMED = replace(PROFILE, identity=IdentityRules(issuer="https://shop.example", audience="chat-3"))
SEALER = Sealer(SECRET_KEYS)
READER = IdTokens(SEALER)
PUBLIC_KEY = rsa.generate_private_key(65537, 2048).public_key()


def stored(secret: str, tenant_id: int = 1, profile_id: int = 3) -> Credential:
    """The profile's secret as it lies in the store."""
    sealed = SEALER.seal(secret.encode(), tenant_id, "identity_secret", str(profile_id))
    return Credential(tenant_id, 9, None, sealed, None, profile_id, (), None, None, None, None)


def read(token: str, profile: Profile = PROFILE, secret: Credential | None = None) -> Any:
    return READER.read_id_token(token, profile, [secret or stored(SECRET)], NOW)


def good(**claims: Any) -> dict[str, Any]:
    return claims_of("customer-42", now=NOW, **claims)


def with_header(**members: Any) -> str:
    """A token whose header says more, or something else, signed with the right secret all the same."""
    return sign(SECRET, good(), {**HEADER, **members})


def test_a_good_token_is_believed() -> None:
    claims = read(sign(SECRET, good(name=" Ada\u202e Byron ", email="ada@shop.example", email_verified=True)))

    assert (claims.subject, claims.name, claims.email) == ("customer-42", "Ada Byron", "ada@shop.example")
    assert (claims.is_email_verified, claims.jti) == (True, None)
    assert claims.expires_at.timestamp() == NOW_S + 660


@pytest.mark.parametrize("verified", [None, False, "true", 1, "yes", [True]], ids=repr)
def test_an_email_is_verified_only_when_the_token_says_exactly_so(verified: object) -> None:
    claims = read(sign(SECRET, good(email="ada@shop.example", email_verified=verified)))
    assert (claims.email, claims.is_email_verified) == ("ada@shop.example", False)


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "a b@c", "a@b\x00", f"{'a' * 300}@b", 7, ["a@b"]], ids=repr
)
def test_what_is_no_email_is_left_out(email: object) -> None:
    claims = read(sign(SECRET, good(email=email, email_verified=True)))
    assert (claims.email, claims.is_email_verified) == (None, False)


@pytest.mark.parametrize("name", ["", "\u200b\u202e", 7, None, ["Ada"]], ids=repr)
def test_what_is_no_name_is_left_out(name: object) -> None:
    assert read(sign(SECRET, good(name=name))).name is None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW_S - 59},
        {"exp": NOW_S + 3600},
        {"exp": NOW_S + 0.5},
        {"iat": NOW_S + 60, "exp": NOW_S + 3660},
        {"iat": NOW_S - 3000, "exp": NOW_S + 600},
        {"iat": None, "exp": NOW_S + 3660},
        {"nbf": NOW_S + 60},
        {"sub": "s"},
        {"sub": "s" * 255},
        {"jti": "t" * 255},
        {"iss": "whoever", "aud": ["whatever"]},
    ],
    ids=repr,
)
def test_the_edges_of_what_is_allowed_are_allowed(claims: dict[str, Any]) -> None:
    assert read(sign(SECRET, good(**claims))).subject


@pytest.mark.parametrize("audience", ["chat-3", ["chat-3"], ["other", "chat-3"]], ids=repr)
def test_a_profile_that_names_issuer_and_audience_gets_them(audience: object) -> None:
    assert read(sign(SECRET, good(iss="https://shop.example", aud=audience)), NAMED).subject == "customer-42"


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_addresses_and_keys_in_a_header_change_nothing(name: str) -> None:
    evil = {"kty": "oct", "k": encode(OTHER_SECRET)}
    values = {
        "jku": "https://evil.example/keys",
        "x5u": "https://evil.example/x",
        "jwk": evil,
        "x5c": ["MIIB"],
    }
    assert read(with_header(**{name: values[name]})).subject == "customer-42"
    with pytest.raises(IdentityRefused):
        read(sign(OTHER_SECRET, good(), {**HEADER, name: values[name]}))


def list_forgeries() -> Iterator[tuple[str, str]]:
    """What somebody tries who has seen tokens, or writes them carelessly; each with a name."""
    token = sign(SECRET, good())
    header, payload, signature = token.split(".")
    for alg in (
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        None,
        "hs256",
        "HS384",
        "HS512",
        "RS256",
        "ES256",
        "EdDSA",
        ["HS256"],
    ):
        yield f"alg_{alg}_unsigned", f"{encode(json.dumps({'alg': alg}))}.{payload}."
        yield f"alg_{alg}_signature_kept", f"{encode(json.dumps({'alg': alg}))}.{payload}.{signature}"
        yield f"alg_{alg}_signed", sign(SECRET, good(), {"alg": alg})
    for name, digest in (("HS384", sha384), ("HS512", sha512)):
        told = f"{encode(json.dumps({'alg': name}))}.{payload}"
        yield (
            f"{name}_right_secret",
            f"{told}.{encode(hmac.new(SECRET.encode(), told.encode(), digest).digest())}",
        )
    yield "alg_missing", sign(SECRET, good(), {"typ": "JWT"})
    for form_name, form in (("pkcs1", PublicFormat.PKCS1), ("spki", PublicFormat.SubjectPublicKeyInfo)):
        yield f"public_key_{form_name}", sign(PUBLIC_KEY.public_bytes(Encoding.PEM, form).decode(), good())
    yield "other_secret", sign(OTHER_SECRET, good())
    yield "empty_secret", sign("", good())
    yield "profile_key_as_secret", sign(PROFILE.key, good())
    yield "header_changed", f"{encode(json.dumps({**HEADER, 'typ': 'jwt'}))}.{payload}.{signature}"
    yield "payload_changed", f"{header}.{encode(json.dumps(good(sub='admin')))}.{signature}"
    yield "signature_empty", f"{header}.{payload}."
    yield "signature_stripped", f"{header}.{payload}"
    yield "signature_cut", token[:-4]
    yield "signature_twice", f"{token}.{signature}"
    yield "encrypted", f"{header}.{payload}.{payload}.{payload}.{signature}"
    yield "nested", sign(SECRET, token, {**HEADER, "cty": "JWT"})
    yield "nested_as_text", sign(SECRET, json.dumps(token), {**HEADER, "cty": "JWT"})
    yield "as_json", json.dumps({"protected": header, "payload": payload, "signature": signature})
    yield "crit", with_header(crit=["exp"])
    yield "crit_empty", with_header(crit=[])
    yield "b64_false", with_header(b64=False)
    yield "b64_true", with_header(b64=True)
    for kid in ("../../etc/passwd", "' OR 1=1 --", "k" * 10_000, ["a"], {"a": 1}, 7, "", None, "a\x00"):
        yield f"kid_{str(kid)[:20]}", with_header(kid=kid)
    yield "too_big", sign(SECRET, good(note="x" * 8_000))
    yield "padded", f"{header}=.{payload}.{signature}"
    yield "spaces", f" {token} "
    yield "line_end", f"{token}\n"
    yield "not_ascii", f"{token}é"
    yield "surrogate", f"{token}\ud800"
    yield "nothing", ""
    yield "dots", ".."
    yield "words", "let me in"
    soon = f'"exp":{NOW_S + 60}'
    for name, body in {
        "repeated_claim": '{"sub":"a",' + soon + ',"sub":"b"}',
        "repeated_deep": '{"sub":"a",' + soon + ',"x":{"y":1,"y":2}}',
        "repeated_escaped": '{"sub":"a",' + soon + ',"\\u0073ub":"b"}',
        "list": "[]",
        "null": "null",
        "broken": '{"sub":"a"',
        "deep": "[" * 5_000,
        "exp_nan": '{"sub":"a","exp":NaN}',
        "exp_infinity": '{"sub":"a","exp":Infinity}',
        "exp_1e400": '{"sub":"a","exp":1e400}',
        "exp_digits": '{"sub":"a","exp":' + "9" * 5_000 + "}",
        "utf16": json.dumps(good()).encode("utf-16"),
        "latin1": ('{"sub":"é",' + soon + "}").encode("latin-1"),
        "bom": b"\xef\xbb\xbf" + json.dumps(good()).encode(),
    }.items():
        yield name, sign(SECRET, body)
    yield "repeated_in_header", sign(SECRET, good(), '{"alg":"none","alg":"HS256"}')
    for claim in ("exp", "iat", "nbf"):
        odd: list[Any] = ["1e9", str(NOW_S + 60), True, False, [NOW_S], {}, 2**63, 2**53, -1, -0.5, 1e300]
        for value in odd:
            yield f"{claim}_{value}", sign(SECRET, good(**{claim: value}))
        yield f"{claim}_null", sign(SECRET, {**good(), claim: None})
    yield "exp_missing", sign(SECRET, good(exp=None))
    yield "exp_over", sign(SECRET, good(exp=NOW_S - 60))
    yield "exp_long_after_iat", sign(SECRET, good(exp=NOW_S + 3601))
    yield "exp_far_without_iat", sign(SECRET, good(iat=None, exp=NOW_S + 3661))
    yield "iat_to_come", sign(SECRET, good(iat=NOW_S + 61))
    yield "nbf_to_come", sign(SECRET, good(nbf=NOW_S + 61))
    for subject in (None, "", "s" * 256, 42, ["a"], True, "a\x00b", "a\nb", "\ud800"):
        yield f"sub_{str(subject)[:9]!r}", sign(SECRET, {**good(), "sub": subject})
    yield "sub_missing", sign(SECRET, good(sub=None))
    for jti in ("", "t" * 256, 7, None, ["a"], "a\x00"):
        yield f"jti_{str(jti)[:9]!r}", sign(SECRET, {**good(), "jti": jti})


FORGERIES = dict(list_forgeries())


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_in_the_same_words_as_every_other(name: str) -> None:
    written = io.StringIO()
    configure_logging("info", stream=written, as_json=True, strict=True)
    try:
        with pytest.raises(IdentityRefused) as refused:
            read(FORGERIES[name])
    finally:
        configure_logging("error", strict=True)

    assert (str(refused.value), refused.value.field) == (str(IdentityRefused()), None)
    line = json.loads(written.getvalue())
    assert (line["event"], line["tenant"], line["profile"]) == ("id_token_refused", 1, 3)
    assert re.fullmatch("[a-z0-9_]+", line["reason"])
    assert set(line) == {"event", "level", "timestamp", "tenant", "profile", "reason"}


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"iss": "https://shop.example"},
        {"aud": "chat-3"},
        {"iss": "https://shop.example/", "aud": "chat-3"},
        {"iss": ["https://shop.example"], "aud": "chat-3"},
        {"iss": "https://shop.example", "aud": "chat-31"},
        {"iss": "https://shop.example", "aud": "chat"},
        {"iss": "https://shop.example", "aud": []},
        {"iss": "https://shop.example", "aud": [["chat-3"]]},
        {"iss": "https://shop.example", "aud": {"chat-3": True}},
        {"iss": "https://shop.example", "aud": None},
    ],
    ids=repr,
)
def test_a_token_for_another_entrance_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefused):
        read(sign(SECRET, good(**claims)), NAMED)


@pytest.mark.parametrize(
    "secrets",
    [
        [],
        [stored(SECRET, tenant_id=2)],
        [stored(SECRET, profile_id=4)],
        [
            replace(stored(SECRET, tenant_id=2), tenant_id=1)
        ],  # Moved from another tenant's row: the seal is broken.
        [replace(stored(SECRET), sealed=None)],
    ],
    ids=["none", "other_tenant", "other_profile", "moved", "hash_only"],
)
def test_only_the_profiles_own_secret_proves_anything(secrets: list[Credential]) -> None:
    with pytest.raises(IdentityRefused):
        READER.read_id_token(sign(SECRET, good()), PROFILE, secrets, NOW)


def test_a_secret_that_can_be_guessed_proves_nothing() -> None:
    short = "k" * 31
    with pytest.raises(IdentityRefused):
        read(sign(short, good()), secret=stored(short))
