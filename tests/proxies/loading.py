"""The load generator, as often as needed, before a proxy and a server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proxying import Origin, Proxy, program

LONGEST_RUN_S = 60


def load(transport: str, before: Proxy, server: Origin, clients: int, folder: Path, more: Sequence[str]
         ) -> dict[str, Any]:
    """What it has to say. It may call a trial of such a short time invalid; that it failed it may not."""
    told = folder / "told.json"
    done = subprocess.run([program("loadgen"), "--transport", transport, "--target", f"127.0.0.1:{before.port}",
                           "--admin", server.admin, "--connections", str(clients), "--json", str(told), *more],
                          capture_output=True, text=True, timeout=LONGEST_RUN_S)
    assert done.returncode == 0, f"{done.stderr} {before.process.stderr_tail()}"
    found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    assert found["delivered"] > 0 and not found["refused"]["status_5xx"], done.stdout
    return found
