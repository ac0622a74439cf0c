"""What servers of other people need on this machine: where it is looked for, how it is installed, its version."""

from __future__ import annotations

from dataclasses import dataclass

# Where Debian has what npm would fetch; the example servers look there too.
_NODE_MODULES = ("examples/node_modules", "/usr/share/nodejs")


@dataclass(frozen=True)
class Requirement:
    """`found_at` are programs on PATH or files, from the project's folder; any of them will do.

    {bin} is where the programs of this build are.
    """

    what: str
    found_at: tuple[str, ...]
    install: str
    version: tuple[str, ...] = ()  # a command whose first line tells it

    @property
    def missing(self) -> str:
        return f"{self.what} is not installed ({self.install})"


def _node_package(name: str, install: str) -> Requirement:
    folders = ", ".join(f"require('path').resolve('{each}')" for each in _NODE_MODULES)
    return Requirement(
        f"the Node package {name}", tuple(f"{each}/{name}/package.json" for each in _NODE_MODULES), install,
        ("node", "-p", f"module.paths.push({folders}); require('{name}/package.json').version"))


NEEDS: dict[str, Requirement] = {
    "node": Requirement("Node", ("node",), "apt install nodejs", ("node", "--version")),
    "ws": _node_package("ws", "npm ci --prefix examples, or apt install node-ws"),
    "python": Requirement("Debian's Python", ("/usr/bin/python3",), "apt install python3",
                          ("/usr/bin/python3", "--version")),
    "websockets": Requirement(
        "the Python package websockets", ("/usr/lib/python3/dist-packages/websockets/__init__.py",),
        "apt install python3-websockets",
        ("/usr/bin/python3", "-c", "import importlib.metadata as it; print(it.version('websockets'))")),
    "nginx": Requirement("nginx", ("/usr/sbin/nginx",), "apt install nginx", ("/usr/sbin/nginx", "-v")),
    "nchan": Requirement(
        "Nchan", ("/usr/lib/nginx/modules/ngx_nchan_module.so",), "apt install libnginx-mod-nchan",
        ("dpkg-query", "--show", "--showformat=${Version}", "libnginx-mod-nchan")),
    "nats-server": Requirement("nats-server", ("nats-server",), "apt install nats-server",
                               ("nats-server", "--version")),
    # The build leaves out what needs it where it is not there.
    "libnats": Requirement("libnats in this build", ("{bin}/naive_server",),
                           "apt install libnats-dev, then make build"),
}


def need_of(name: str) -> Requirement:
    """One that the table has not is a program or a file by that name: a row of one's own need not add to it."""
    return NEEDS.get(name) or Requirement(name, (name,), "install it")
