"""A source that asks who comes: certificates, and a file of credentials."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from members.fixtures import Ending
from members.nats import Nats
from members.server import Server, run


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: apt install openssl")
    key, signed = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", signed,
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    return key, signed


def test_a_source_by_tls_is_trusted_by_who_signed_it(ending: Ending, tmp_path: Path,
                                                     certificate: tuple[Path, Path]) -> None:
    key, signed = certificate
    nats = ending(Nats(tmp_path, tls={"cert_file": str(signed), "key_file": str(key)})).start()
    url = nats.source.replace("nats://", "tls://")
    server = ending(Server(url, "--source-ca", str(signed))).start().ready()
    assert server.publish("1") == 1
    server.kill()
    for options, told in (((), "self-signed certificate"), (("--source-ca", str(tmp_path / "none")), "/none")):
        code, said = run("--source", url, *options)
        assert (code, said.count("\n")) == (1, 1)
        assert told in said


def test_a_file_of_credentials_is_a_login(ending: Ending, tmp_path: Path) -> None:
    credentials = pytest.importorskip("credentials", reason="needs python3-cryptography")
    config, right = credentials.make(tmp_path)
    others = tmp_path / "others"
    others.mkdir()
    _, wrong = credentials.make(others)
    nats = ending(Nats(tmp_path, **config)).start()
    server = ending(Server(nats.source, "--source-creds", str(right))).start().ready()
    assert server.publish("1") == 1
    server.kill()
    code, said = run("--source", nats.source, "--source-creds", str(wrong))
    assert (code, said.count("\n")) == (1, 1)
    assert "uthorization" in said
