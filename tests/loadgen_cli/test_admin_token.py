"""A server that asks for a token on its admin port, and a load generator that publishes through it."""

from programs import run_loadgen

WORK = ("--transport", "sse", "--connections", "2", "--rate", "50", "--warmup", "0s", "--duration", "500ms")


def through(server, *more):
    return run_loadgen(*WORK, "--target", server.target, "--admin", server.admin, *more)


def test_the_token_of_the_server_opens_its_admin_port(start_server, tmp_path):
    token = tmp_path / "token"
    token.write_text("a-secret-word\n", encoding="utf-8")
    token.chmod(0o600)
    server = start_server("sse_server", "--admin-token-file", str(token))
    with_it = through(server, "--admin-token-file", str(token))
    assert with_it.returncode == 0, with_it.stderr
    assert "50 of 50 delivered" in with_it.stdout
    without = through(server)
    assert without.returncode == 1
    assert "401 Unauthorized" in without.stderr and "--admin-token-file" in without.stderr
    assert without.stderr.count("\n") == 1
    token.write_text("another-word\n", encoding="utf-8")
    assert "401 Unauthorized" in through(server, "--admin-token-file", str(token)).stderr


def test_a_token_that_is_none_is_bad_usage(start_server, tmp_path):
    server = start_server("sse_server")
    ended = through(server, "--admin-token-file", str(tmp_path / "missing"))
    assert ended.returncode == 2
    assert "--admin-token-file" in ended.stderr and ended.stderr.count("\n") == 1
