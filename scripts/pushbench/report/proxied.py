"""The tables of docs/proxies.md: which line of a proxy's configuration each transport needs, by what was observed, and
the files that were run. No word of what was seen is typed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pushbench.errors import PushbenchError
from pushbench.report import marks
from pushbench.store import observed
from pushbench.store.observed import Observed, SeenCell, SeenTable

MARKS = ("needs", "files", "stock", "restart", "cached", "cost")
ARRIVES, IDLE = "arrives", "idle for longer than the timeout"
LINKS, AWAY = "connections to the server", "asked while it is away"


@dataclass(frozen=True)
class ProxyLine:
    """What stands in a file, and the two rows of a table between which it makes the difference in one column."""

    file: str
    transport: str
    text: tuple[str, ...]
    column: str
    without: tuple[str, str]  # table and row
    within: tuple[str, str]
    purpose: str


_NGINX, _HAPROXY = "nginx.conf", "haproxy.cfg"
_BY_NGINX, _BY_HAPROXY = "nginx-directives", "haproxy-directives"
_UPGRADE = ("proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;",
            'proxy_set_header Connection "upgrade";')
_REUSE = ("keepalive 64;", "proxy_http_version 1.1;", 'proxy_set_header Connection "";')
_POLL_REUSE = '{}, keepalive, proxy_http_version 1.1 and Connection ""'
_COMES, _KEPT = "a notification comes", "connections to the server"
_SILENT = "a stream that is silent for longer than the timeout"
_WAITING = "a poll that waits for longer than the timeout"


def _reuse(transport: str) -> ProxyLine:
    return ProxyLine(_NGINX, transport, _REUSE, LINKS, (_BY_NGINX, f"{transport}, nothing added"),
                     (_BY_NGINX, _POLL_REUSE.format(transport)), _KEPT)


def _restart(file: str, text: str, stock: str) -> ProxyLine:
    return ProxyLine(file, "SSE", (text,), AWAY, ("proxy-restart", f"SSE, {stock}"), ("proxy-restart", f"SSE, {file}"),
                     "who asks while the server is away")


LINES = (
    ProxyLine(_NGINX, "SSE", ("proxy_buffering off;",), ARRIVES,
              (_BY_NGINX, "SSE, the server not saying X-Accel-Buffering: no"),
              (_BY_NGINX, "SSE, not saying it, with proxy_buffering off"),
              f"{_COMES}, from a server that does not say `X-Accel-Buffering: no`"),
    ProxyLine(_NGINX, "SSE", ("proxy_read_timeout 75s;",), IDLE, ("nginx-stock", "SSE"),
              (_BY_NGINX, "SSE, proxy_read_timeout above the silence"), _SILENT),
    _restart(_NGINX, "error_page 502 504 = @away;", "a bare proxy_pass"),
    ProxyLine(_NGINX, "WebSocket", _UPGRADE, ARRIVES, ("nginx-stock", "WebSocket"),
              (_BY_NGINX, "WebSocket, all three, from a program without Origin"), _COMES),
    ProxyLine(_NGINX, "WebSocket", ("proxy_set_header Host $http_host;",), ARRIVES, (_BY_NGINX, "WebSocket, all three"),
              (_BY_NGINX, "WebSocket, all three, and Host $http_host"),
              f"{_COMES} to a page, whose `Origin` the server compares with `Host`"),
    ProxyLine(_NGINX, "WebSocket", ("proxy_read_timeout 75s;",), IDLE,
              (_BY_NGINX, "WebSocket, all three, and Host $http_host"),
              (_BY_NGINX, "WebSocket, these, and proxy_read_timeout above the silence"), _SILENT),
    ProxyLine(_NGINX, "Long poll", ("proxy_read_timeout 75s;",), IDLE, ("nginx-stock", "Long poll"),
              (_BY_NGINX, "Long poll, proxy_read_timeout above its wait"), _WAITING),
    _reuse("Long poll"),
    _reuse("Short poll"),
    ProxyLine(_HAPROXY, "SSE", ("option http-no-delay",), ARRIVES, ("haproxy-stock", "SSE"),
              (_BY_HAPROXY, "SSE, option http-no-delay"), _COMES),
    ProxyLine(_HAPROXY, "SSE", ("timeout server 75s",), IDLE, ("haproxy-stock", "SSE"),
              (_BY_HAPROXY, "SSE, timeout server"), _SILENT),
    _restart(_HAPROXY, "errorfile 503 /dev/null", "HAProxy as it is"),
    ProxyLine(_HAPROXY, "WebSocket", ("timeout tunnel 1h",), IDLE, ("haproxy-stock", "WebSocket"),
              (_BY_HAPROXY, "WebSocket, timeout tunnel"), _SILENT),
    ProxyLine(_HAPROXY, "Long poll", ("timeout server 75s",), IDLE, ("haproxy-stock", "Long poll"),
              (_BY_HAPROXY, "Long poll, timeout server"), _WAITING),
)


def write(document: Path, record: Path, examples: Path) -> None:
    for name, text in texts(record, examples).items():
        marks.put_between(document, begin(name), end(name), text)


def begin(name: str) -> str:
    return f"<!-- {name}:begin -->\n"


def end(name: str) -> str:
    return f"<!-- {name}:end -->\n"


def texts(record: Path, examples: Path) -> dict[str, str]:
    """By the name of their marks, in the order of MARKS."""
    found = observed.read(record)
    if found is None:
        raise PushbenchError(f"{record}: is no record of observations: run make observe")
    written = (_needs(found), _files(examples), _matrix(found, "nginx-stock") + "\n" + _matrix(found, "haproxy-stock"),
               _matrix(found, "proxy-restart"), _matrix(found, "cached-polls"), _matrix(found, "proxy-cost"))
    return dict(zip(MARKS, written, strict=True))


def _needs(record: Observed) -> str:
    rows = ["| transport | file | lines | what it is for | without | with |", "|---" * 6 + "|"]
    for line in LINES:
        without, within = (_cell(record, *place, line.column) for place in (line.without, line.within))
        lines = " ".join(f"`{each}`" for each in line.text)
        rows.append(f"| {line.transport} | {line.file} | {lines} | {line.purpose} "
                    f"| {without.seen} | **{within.seen}** |")
    return "\n".join(rows) + "\n"


def _cell(record: Observed, table_id: str, row: str, column: str) -> SeenCell:
    table = _table(record, table_id)
    cell = table.cell(row, column)
    if cell is None:
        raise PushbenchError(f"{observed.FILE}: {table_id} has no '{row}', '{column}'")
    return cell


def _table(record: Observed, table_id: str) -> SeenTable:
    table = record.table(table_id)
    if table is None:
        raise PushbenchError(f"{observed.FILE}: has no table {table_id}: run make observe")
    return table


def _matrix(record: Observed, table_id: str) -> str:
    table = _table(record, table_id)
    lines = ["| " + " | ".join([table.title, *table.columns]) + " |", "|---" * (len(table.columns) + 1) + "|"]
    for row in table.rows:
        lines.append(f"| {row} | " + " | ".join(_told(table.cell(row, column)) for column in table.columns) + " |")
    tools = ", ".join(f"{name} {version}" for name, version in table.tools.items())
    return "\n".join([*lines, "", f"{table.note} Seen in {tools}, by `{table.source}`."]) + "\n"


def _told(cell: SeenCell | None) -> str:
    if cell is None:
        return "–"
    return f"**{cell.seen}** ({cell.detail})" if cell.detail else f"**{cell.seen}**"


def _files(examples: Path) -> str:
    return "\n".join(_shown(examples / name, language) for name, language in ((_NGINX, "nginx"), (_HAPROXY, "haproxy")))


def _shown(file: Path, language: str) -> str:
    lines: Sequence[str] = file.read_text(encoding="utf-8").splitlines()
    return "\n".join([f"`examples/proxy/{file.name}`:", "", f"```{language}", *lines, "```", ""])
