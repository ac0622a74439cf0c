"""Publishing through an API: our schedule, the target's answers, and what is said where it refuses."""

import http.client
import http.server
import json
import queue
import threading
from collections.abc import Iterator

import pytest

from peers import Connection, Peer
from programs import LIMIT_S, Loadgen, run_loadgen

SHORT = ("--connections", "10", "--warmup", "100ms", "--duration", "500ms", "--rate", "100")


class Api:
    """Passes what is posted on to one of our servers' admin port; refuses as often as it is told."""

    def __init__(self, admin: str, refuse_from: int = 10**9, status: int = 403) -> None:
        self.requests: list[tuple[str, dict[str, str], str]] = []
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                api.requests.append((self.path, dict(self.headers), body))
                status = status_of(len(api.requests), body)
                self.send_response(status)
                self.send_header("Content-Length", "3")
                self.end_headers()
                self.wfile.write(b"no\n" if status >= 400 else b"ok\n")

            do_PUT = do_POST

            def log_message(self, *_: object) -> None:
                pass

        def status_of(number: int, body: str) -> int:
            if number >= refuse_from:
                return status
            connection = http.client.HTTPConnection(admin, timeout=10)
            connection.request("POST", "/publish?topic=default", body)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer.status

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def end(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def start_api(sse_server) -> Iterator:
    started: list[Api] = []

    def start(**how) -> Api:
        started.append(Api(sse_server.admin, **how))
        return started[-1]

    yield start
    for api in started:
        api.end()


def through(server, api, *more, path="/p"):
    return run_loadgen("--transport", "sse", "--target", server.target, *SHORT, "--publish", api.url + path, *more)


def test_what_is_published_is_as_the_templates_say(sse_server, start_api, tmp_path):
    api = start_api()
    json_file = tmp_path / "result.json"
    done = through(sse_server, api, "--publish-method", "PUT", "--publish-header", "X-Topic: {topic}",
                   "--publish-header", "Authorization: Bearer secret", "--publish-body", '{marker}{payload}|{seq}',
                   "--payload", "10", "--json", str(json_file), path="/p/{topic}?n={seq}")
    assert done.returncode == 0, done.stderr
    path, headers, body = api.requests[0]
    assert path == "/p/default?n=1"
    assert headers["X-Topic"] == "default" and headers["Authorization"] == "Bearer secret"
    assert body.startswith("pb1:default:1:") and body.endswith(";The quick |1")
    result = json.loads(json_file.read_text())
    assert result["published"] == 50 and result["expected"] == result["delivered"] == 500
    publisher = result["publisher"]
    assert publisher["url"] == f"PUT {api.url}/p/{{topic}}?n={{seq}}"
    assert publisher["sent"] == publisher["taken"] == 50 and publisher["statuses"] == {"200": 50}
    assert publisher["lateness_us"]["count"] == publisher["answer_us"]["count"] == 50
    # Nothing came from a /metrics page, for there is none.
    assert result["server"]["writes"] is None and result["server"]["heap"]["retained_bytes"] is None


def test_an_api_that_refuses_the_first_is_named_in_one_line(sse_server, start_api):
    api = start_api(refuse_from=1)
    done = through(sse_server, api)
    assert done.returncode == 1
    assert done.stderr == f"loadgen: --publish POST {api.url}/p: answered 403 Forbidden 'no'; expected 2xx\n"


def test_what_is_refused_later_is_counted_and_not_expected(sse_server, start_api, tmp_path):
    api = start_api(refuse_from=30, status=503)
    json_file = tmp_path / "result.json"
    done = through(sse_server, api, "--json", str(json_file))
    assert done.returncode == 0
    assert "NOT VALID" in done.stdout and "publish_errors" in done.stdout and "503" in done.stdout
    result = json.loads(json_file.read_text())
    assert result["valid"] is False and result["lost"] == 0
    assert result["publisher"]["errors"] == result["publisher"]["statuses"]["503"] > 0
    assert result["expected"] == result["delivered"] == 10 * result["published"]


def test_an_interrupted_publisher_sends_no_more(sse_server, start_api, tmp_path):
    api = start_api()
    loadgen = Loadgen("--transport", "sse", "--target", sse_server.target, "--connections", "5", "--warmup", "0s",
                      "--duration", "20s", "--rate", "50", "--publish", api.url + "/p",
                      "--json", str(tmp_path / "result.json"))
    loadgen.wait_for_phase("measure")
    loadgen.process.send_signal(2)
    assert loadgen.end()[0] == 130
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["interrupted"] and result["lost"] == 0
    assert len(api.requests) < 200


@pytest.mark.parametrize(("options", "said"), [
    (("--publish", "127.0.0.1:1"), "names no scheme"),
    (("--publish", "http://[::1"), "http://[::1"),
    (("--publish", "http://a/b", "--publish-body", "{sequence}"), "names {sequence}, which there is not here"),
    (("--publish", "http://a/b", "--publish-header", "no colon"), "--publish-header 'no colon'"),
    (("--publish", "http://a/b", "--publish-method", "P OST"), "'P OST' is no HTTP method"),
    (("--publish", "http://a/b", "--no-publish"), "contradict"),
    (("--publish", "http://a/b", "--publish-header", "A: {token}"), "names {token}; give --tokens FILE"),
    (("--publish-body", "x", "--admin", "127.0.0.1:1"), "is of no use without --publish"),
    (("--no-publish", "--rate", "5"), "--rate: is for who publishes"),
    (("--no-publish", "--target", "127.0.0.1"), "--target"),
    (("--admin", "http://a/b"), "'http://a/b' is not HOST:PORT"),
    (("--no-publish", "--duration", "0s"), "'0s' is not longer than nothing"),
])
def test_what_cannot_be_meant_is_wrong_usage(options, said):
    done = run_loadgen("--transport", "sse", *options)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_message_on_a_websocket_publishes_as_well(start_server, tmp_path):
    """Our own server takes messages where it is allowed to, and passes each on as its payload."""
    server = start_server("websocket_server", "--allow-publish")
    json_file = tmp_path / "result.json"
    done = run_loadgen("--transport", "websocket", "--target", server.target, *SHORT, "--publish",
                       f"ws://{server.target}/ws", "--publish-body", "{marker}{payload}", "--json", str(json_file))
    assert done.returncode == 0, done.stderr
    result = json.loads(json_file.read_text())
    assert result["expected"] == result["delivered"] == 500
    assert result["publisher"]["taken"] == 50 and result["publisher"]["answer_us"] is None


@pytest.mark.parametrize(("options", "hear_each"), [
    (("--topics", "10"), 1), (("--topics", "10", "--threads", "2"), 1), (("--topics", "1"), 10)])
def test_clients_publish_on_their_own_websockets(start_server, tmp_path, options, hear_each):
    server = start_server("websocket_server", "--allow-publish")
    json_file = tmp_path / "result.json"
    done = run_loadgen("--transport", "websocket", "--target", server.target, *SHORT, *options,
                       "--publish-by-clients", "--json", str(json_file))
    assert done.returncode == 0, done.stderr
    result = json.loads(json_file.read_text())
    assert result["lost"] == 0 and result["expected"] == result["delivered"] == 50 * hear_each
    publisher = result["publisher"]
    assert publisher["taken"] == 50 and publisher["errors"] == 0 and publisher["answer_us"] is None
    assert publisher["connections_opened"] == publisher["bytes_out"] == 0, "it is the clients' connections"
    assert result["connections_opened"] == 10 and result["wire"]["bytes_out"] > 50 * 128


def test_what_cannot_be_known_is_not_told_as_0(start_server):
    server = start_server("websocket_server", "--allow-publish")
    done = run_loadgen("--transport", "websocket", "--target", server.target, *SHORT, "--publish-by-clients",
                       "--message", "opaque")
    (told,) = [line for line in done.stdout.splitlines() if line.lstrip().startswith("notifications")]
    assert "50 published, 500 delivered" in told and " of " not in told and " lost," in told and "not known" in told


@pytest.mark.parametrize("server_name", ["sse_server", "polling_server"])
def test_clients_that_cannot_send_on_their_connection_post_beside_it(start_server, tmp_path, server_name):
    server = start_server(server_name, "--allow-publish")
    transport = "sse" if server_name == "sse_server" else "long-poll"
    opened = {}
    for fresh in (False, True):
        json_file = tmp_path / f"{fresh}.json"
        done = run_loadgen("--transport", transport, "--target", server.target, *SHORT, "--topics", "10",
                           "--publish", f"http://{server.target}/publish?topic={{topic}}",
                           "--publish-connections", "10", *(["--publish-fresh"] if fresh else []),
                           "--json", str(json_file))
        assert done.returncode == 0, done.stderr
        result = json.loads(json_file.read_text())
        assert result["delivered"] == result["expected"] == 50
        publisher = result["publisher"]
        assert publisher["statuses"] == {"202": 50} and publisher["errors"] == publisher["connect_failures"] == 0
        assert publisher["bytes_out"] > 50 * 200 and publisher["segments_out"] >= 50
        opened[fresh] = publisher["connections_opened"]
    assert opened[False] == 10, "one for each client, kept"
    assert opened[True] >= 50 + 10, "one for each message, and for each probe"


@pytest.mark.parametrize(("options", "said"), [
    (("--transport", "sse"), "is not for --transport sse: its clients can send nothing on the connection"),
    (("--transport", "long-poll"), "is not for --transport long-poll"),
    (("--transport", "websocket", "--topics", "20"), "needs a client for each topic: 20 topics, 10 --connections"),
    (("--transport", "websocket", "--no-publish"), "contradict"),
    (("--transport", "websocket", "--publish", "http://a/b"), "contradict"),
    (("--transport", "websocket", "--publish-connections", "3"), "contradict"),
    (("--transport", "websocket", "--publish-fresh"), "contradict"),
])
def test_what_cannot_publish_by_its_clients_is_wrong_usage(options, said):
    done = run_loadgen("--connections", "10", "--publish-by-clients", *options)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_new_connection_for_each_is_for_http():
    done = run_loadgen("--transport", "websocket", "--publish", "ws://127.0.0.1:1/ws", "--publish-fresh")
    assert done.returncode == 2 and "--publish-fresh is for http and https" in done.stderr


def test_a_publisher_on_a_websocket_ends_it_with_a_close(tmp_path):
    """A server that gets none takes it for a failure, and says so in its log (RFC 6455 §7.1.5, 1006)."""
    said: "queue.Queue[bytes]" = queue.Queue()

    def serve(c: Connection) -> None:
        c.upgrade()
        frames = b""
        while piece := c.end.recv(65536):
            frames += piece
        said.put(frames)

    def listen(c: Connection) -> None:
        c.request()
        c.stream()
        c.stay()

    with Peer(serve) as publisher, Peer(listen) as peer:
        run_loadgen("--transport", "sse", "--target", f"http://{peer.target}/",
                    "--publish", f"ws://{publisher.target}/", "--message", "opaque", "--publish-body", "x", *SHORT)
        assert said.get(timeout=LIMIT_S)[-8:-6] == b"\x88\x82"  # masked, with a code of two bytes


def test_a_websocket_that_refuses_the_publisher_is_named_in_one_line(start_server):
    server = start_server("sse_server")
    done = run_loadgen("--transport", "sse", "--target", server.target, *SHORT,
                       "--publish", f"ws://{server.target}/nope")
    assert done.returncode == 1
    assert done.stderr.startswith(f"loadgen: --publish ws://{server.target}/nope: ") and "404" in done.stderr


def test_who_listens_to_a_topic_that_is_far_on_misses_nothing_of_before(sse_server, tmp_path):
    """Others publish; with five a second, and no warm-up, hardly anybody has heard one when counting begins."""
    def schedule(order: dict[str, object]) -> None:
        link = http.client.HTTPConnection(sse_server.admin, timeout=10)
        link.request("POST", "/schedule", json.dumps(order | {"payload_bytes": 10}))
        assert link.getresponse().status == 202
        link.close()

    schedule({"rate": 1e6, "count": 3000})
    while sse_server.get("/schedule")["running"]:
        pass
    schedule({"rate": 5, "count": 1000})
    json_file = tmp_path / "result.json"
    for _ in range(3):
        done = run_loadgen("--transport", "sse", "--target", sse_server.target, "--no-publish", "--connections", "3",
                           "--warmup", "0s", "--duration", "900ms", "--json", str(json_file))
        result = json.loads(json_file.read_text())
        assert done.returncode == 0 and result["lost"] == 0, done.stdout
        assert result["delivered"] == result["expected"] == 3 * result["published"] and 2 <= result["published"] <= 6
