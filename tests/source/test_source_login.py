"""A source that asks who comes: certificates, and a file of credentials."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from nats_server import NatsServer, free_port
from sharing import Server, run


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: apt install openssl")
    key, signed = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", signed,
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    return key, signed


def test_a_source_by_tls_is_trusted_by_who_signed_it(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    key, signed = certificate
    nats = NatsServer(tmp_path / "store", "--tls", "--tlscert", str(signed), "--tlskey", str(key)).start()
    url = nats.url("NEWS").replace("nats://", "tls://")
    try:
        server = Server("--source", url, "--source-create", "--source-ca", str(signed)).ready()
        assert server.publish("1") == 1
        server.kill()
        for options, told in (((), "self-signed certificate"), (("--source-ca", str(tmp_path / "none")), "/none")):
            code, said = run("--source", url, *options)
            assert (code, said.count("\n")) == (1, 1)
            assert told in said
    finally:
        nats.kill()


def test_a_file_of_credentials_is_a_login(tmp_path: Path) -> None:
    credentials = pytest.importorskip("credentials", reason="needs python3-cryptography")
    port = free_port()
    config, right = credentials.make(tmp_path, port)
    others = tmp_path / "others"
    others.mkdir()
    _, wrong = credentials.make(others, port)
    nats = NatsServer(tmp_path / "store", port=port).plain(config)
    try:
        server = Server("--source", nats.url("NEWS"), "--source-create", "--source-creds", str(right)).ready()
        assert server.publish("1") == 1
        server.kill()
        code, said = run("--source", nats.url("NEWS"), "--source-creds", str(wrong))
        assert (code, said.count("\n")) == (1, 1)
        assert "uthorization" in said
    finally:
        nats.kill()
