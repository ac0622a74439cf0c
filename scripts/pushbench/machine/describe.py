"""What the numbers depend on: machine, kernel, compiler, commit. Everything that is unknown is null, never guessed."""

import gzip
import os
import platform
import re
import resource
import shutil
import subprocess
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_NUMBERS = {
    "nr_open": "fs/nr_open", "file_max": "fs/file-max", "max_user_watches": "fs/epoll/max_user_watches",
    "somaxconn": "net/core/somaxconn", "tcp_max_syn_backlog": "net/ipv4/tcp_max_syn_backlog",
    "tcp_max_tw_buckets": "net/ipv4/tcp_max_tw_buckets", "tcp_ehash_entries": "net/ipv4/tcp_ehash_entries",
    "nf_conntrack_max": "net/netfilter/nf_conntrack_max",
    "nf_conntrack_count": "net/netfilter/nf_conntrack_count"}


def describe_machine() -> dict[str, Any]:
    return {
        "cpu_model": _cpu_model(),
        "cores": os.cpu_count(),
        "cores_allowed": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "smt": {"0": False, "1": True}.get(_read("/sys/devices/system/cpu/smt/active") or ""),
        "governor": _governor(os.sched_getaffinity(0)),
        "cpu_quota_cores": _cpu_quota_cores(),
        "irq_time_accounting": _irq_time_accounting(),
        "reads_slabinfo": os.access("/proc/slabinfo", os.R_OK),  # root alone may: kernel memory is counted in it
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "os": _os_name(),
        "virtualization": _virtualization(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def describe_limits() -> dict[str, Any]:
    """What bounds the connections of a process and of the machine; those that this kernel does not have are null."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    numbers = {name: _as_int(_read(f"/proc/sys/{path}")) for name, path in _NUMBERS.items()}
    return {"nofile": soft, "nofile_hard": hard, **numbers,
            "ip_local_port_range": _read("/proc/sys/net/ipv4/ip_local_port_range"),
            "tcp_mem": _read("/proc/sys/net/ipv4/tcp_mem")}


def raise_file_limit() -> None:
    """The soft limit to the hard one, for the programs that we start: Debian's soft limit is 1,024 files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def describe_build(bin_dir: Path) -> dict[str, Any]:
    """From the CMake cache beside bin/, when the programs come from a build tree."""
    cache = cmake_cache(bin_dir.parent / "CMakeCache.txt")
    # CXX="ccache g++" makes the compiler an argument of its cache.
    compiler = [cache.get("CMAKE_CXX_COMPILER", ""), *cache.get("CMAKE_CXX_COMPILER_ARG1", "").split()]
    return {"compiler": _first_line([*compiler, "--version"]) if compiler[0] else None,
            "build_type": cache.get("CMAKE_BUILD_TYPE") or None,
            "sanitize": _sanitizers(cache),
            "boost": _boost_version(cache.get("Boost_INCLUDE_DIR") or "/usr/include")}


def _sanitizers(cache: dict[str, str]) -> str | None:
    """From our own option, or from flags that were given by hand."""
    flags = " ".join(value for name, value in cache.items() if name.startswith("CMAKE_CXX_FLAGS"))
    return cache.get("PUSHBENCH_SANITIZE") or ",".join(re.findall(r"-fsanitize=(\S+)", flags)) or None


def describe_commit(root: Path) -> dict[str, Any]:
    commit = _first_line(["git", "-C", str(root), "rev-parse", "HEAD"])
    changed = _output(["git", "-C", str(root), "status", "--porcelain", "--untracked-files=no"])
    return {"commit": commit, "dirty": None if commit is None or changed is None else bool(changed.strip())}


def _cpu_model() -> str | None:
    text = _read("/proc/cpuinfo") or ""
    match = re.search(r"^(?:model name|Model|Hardware)\s*:\s*(.+)$", text, re.MULTILINE)
    return match[1].strip() if match else platform.processor() or None


def _governor(cores: set[int], root: str = "/sys/devices/system/cpu") -> str | None:
    """That of all cores that we may use; several where they differ."""
    found = {_read(f"{root}/cpu{core}/cpufreq/scaling_governor") for core in cores} - {None, ""}
    return ", ".join(sorted(str(each) for each in found)) or None


def _cpu_quota_cores(own: str = "/proc/self/cgroup", root: str = "/sys/fs/cgroup") -> float | None:
    """The least that the cgroup of this process or one above it allows; None without a limit, or where none is told."""
    match = re.search(r"^0::(/.*)$", _read(own) or "", re.MULTILINE)
    place = Path(root + match[1]) if match else Path(root)
    limits = [_quota(_read(f"{each}/cpu.max")) for each in (place, *place.parents) if each.is_relative_to(root)]
    old = _as_int(_read(f"{root}/cpu/cpu.cfs_quota_us")), _as_int(_read(f"{root}/cpu/cpu.cfs_period_us"))
    limits.append(old[0] / old[1] if old[0] and old[1] else None)
    return min((each for each in limits if each is not None), default=None)


def _quota(text: str | None) -> float | None:
    """cpu.max as the kernel writes it: 'max 100000', or '50000 100000'."""
    words = (text or "").split()
    return int(words[0]) / int(words[1]) if len(words) == 2 and words[0].isdigit() and int(words[1]) else None


def _os_name() -> str | None:
    match = re.search(r'^PRETTY_NAME="?([^"\n]+)', _read("/etc/os-release") or "", re.MULTILINE)
    return match[1] if match else None


def _virtualization() -> str | None:
    if shutil.which("systemd-detect-virt"):
        # It ends with 1 and says "none" on bare metal.
        return (_output(["systemd-detect-virt"], any_code=True) or "").strip() or None
    if " hypervisor" in (_read("/proc/cpuinfo") or ""):
        return "virtual machine"
    return None


def cmake_cache(path: Path) -> dict[str, str]:
    text = _read(str(path)) or ""
    return {match[1]: match[2] for match in re.finditer(r"^([\w.-]+):\w+=(.*)$", text, re.MULTILINE)}


def _boost_version(include_dir: str) -> str | None:
    match = re.search(r'#define BOOST_LIB_VERSION "([\d_]+)"', _read(f"{include_dir}/boost/version.hpp") or "")
    return match[1].replace("_", ".") if match else None


def _irq_time_accounting(places: Sequence[str] = ("/proc/config.gz", f"/boot/config-{platform.release()}",
                                                  f"/lib/modules/{platform.release()}/config")) -> bool | None:
    """Whether the kernel takes the time of interrupts out of whoever they interrupted; None where it does not say."""
    for place in places:
        try:
            packed = Path(place).read_bytes()
            text = gzip.decompress(packed) if place.endswith(".gz") else packed
        except (OSError, EOFError, zlib.error):
            continue
        return b"\nCONFIG_IRQ_TIME_ACCOUNTING=y\n" in text
    return None


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _as_int(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None


def _output(command: Sequence[str], any_code: bool = False) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if any_code or done.returncode == 0 else None


def _first_line(command: Sequence[str]) -> str | None:
    lines = (_output(command) or "").strip().splitlines()
    return lines[0] if lines else None
