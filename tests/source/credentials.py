"""What `nsc` would make: an operator, an account with JetStream, and a user with a file of credentials.

Keys and tokens as https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt has them: an
nkey is base32 of a prefix, the key, and a CRC-16; a token is a JWT that is signed by Ed25519.
"""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

OPERATOR, ACCOUNT, USER, SEED = 14 << 3, 0, 20 << 3, 18 << 3
NO_LIMIT = {each: -1 for each in ("subs", "data", "payload", "imports", "exports", "conn", "leaf", "mem_storage",
                                  "disk_storage", "streams", "consumer")} | {"wildcards": True}

NO_STORE = NO_LIMIT | {"mem_storage": 0, "disk_storage": 0}


def _encoded(*parts: bytes) -> str:
    raw = b"".join(parts)
    checked = raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")
    return base64.b32encode(checked).decode().rstrip("=")


class Key:
    def __init__(self, kind: int) -> None:
        self._private = Ed25519PrivateKey.generate()
        self._kind = kind
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = _encoded(bytes([kind]), public)

    def seed(self) -> str:
        raw = self._private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return _encoded(bytes([SEED | self._kind >> 5, (self._kind & 31) << 3]), raw)

    def token(self, of: Key, **nats: Any) -> str:
        """What this key says of another."""
        claims = {"jti": of.public, "iat": 1, "iss": self.public, "name": "test", "sub": of.public,
                  "nats": {"version": 2, **nats}}
        text = b".".join(base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=")
                         for each in ({"typ": "JWT", "alg": "ed25519-nkey"}, claims))
        return (text + b"." + base64.urlsafe_b64encode(self._private.sign(text)).rstrip(b"=")).decode()


def make(folder: Path) -> tuple[dict[str, Any], Path]:
    """What the file of a nats-server says that asks for them, and the user's own file."""
    operator, system, account, user = Key(OPERATOR), Key(ACCOUNT), Key(ACCOUNT), Key(USER)
    config = {"operator": operator.token(operator, type="operator"), "system_account": system.public,
              "resolver": "MEMORY", "resolver_preload": {
                  system.public: operator.token(system, type="account", limits=NO_STORE),
                  account.public: operator.token(account, type="account", limits=NO_LIMIT)}}
    credentials = folder / "user.creds"
    credentials.write_text(f"""-----BEGIN NATS USER JWT-----
{account.token(user, type='user', subs=-1, data=-1, payload=-1, pub={}, sub={})}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
{user.seed()}
------END USER NKEY SEED------
""", encoding="utf-8")
    credentials.chmod(0o600)
    return config, credentials
