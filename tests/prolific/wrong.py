"""Signed study tokens that nobody may believe."""

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.prolific.standin import StandIn


def wrong_tokens(
    prolific: StandIn, key: str, session: str, stranger: rsa.RSAPrivateKey, host: str
) -> dict[str, str]:
    """Tokens for that study (by its key), session and host that are almost right, by what is wrong with them."""
    good = prolific.signed(key, session, host)
    head, body, signature = good.split(".")
    public = prolific.keys["k1"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(good, options={"verify_signature": False})
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    hs_head = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"k1","typ":"JWT"}').decode()
    hs_mac = jwt.utils.base64url_encode(mac.sign(f"{hs_head}.{body}".encode(), public)).decode()
    sign = prolific.signed
    return {
        "no algorithm": jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"}),
        "the public key as a secret": f"{hs_head}.{body}.{hs_mac}",
        "no signature": f"{head}.{body}.",
        "another key": sign(key, session, host, key=stranger),
        "another algorithm": sign(key, session, host, alg="PS256"),
        "an unknown kid": sign(key, session, host, kid="k2"),
        "another audience": sign(key, session, "elsewhere.test"),
        "no audience": sign(key, session, host, aud=None),
        "over": sign(key, session, host, exp=1),
        "without an end": sign(key, session, host, exp=None),
        "another person": sign(key, session, host, prolific={"participant_id": "p2"}),
        "another study": sign(key, session, host, prolific={"study_id": "s2"}),
        "another session": sign(key, session, host, prolific={"session_id": "s2"}),
        "nothing said": sign(key, session, host, prolific={"session_id": None}),
        "not begun": sign(key, session, host, nbf=2**33),
        "another body": f"{head}.{body[:-2]}AA.{signature}",
        "no token": "abc",
        "long": good + "A" * 9000,
    }
