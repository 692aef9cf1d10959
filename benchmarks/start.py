"""What it costs to start `serve`: CPU beside importing its core list alone, memory at rest, bytes of the first page.

Both sides run in turn, several times, each in a fresh process; CPU is the process's own, user and system. The core list is
what serving cannot do without: the web server, the database, the search, the page's templates.
"""

import json
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import psutil

CORE = (
    "starlette.applications",
    "uvicorn",
    "uvloop",
    "httptools",
    "aiohttp",
    "orjson",
    "sqlalchemy.ext.asyncio",
    "aiosqlite",
    "tantivy",
    "Stemmer",
    "rapidfuzz",
    "jinja2",
    "markdown_it",
    "nh3",
    "babel.dates",
    "pydantic_settings",
    "structlog",
    "typer",
    "cryptography.hazmat.primitives.ciphers.aead",
)
ROUNDS = 5
PAGE = "/logga-in"


def cpu_of(command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds of a command that ends by itself."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def served(environment: dict[str, str]) -> dict[str, float]:
    """Start `serve`, wait for its first page, and read what it has used; memory after five quiet seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "samverk", "serve", "--port", str(port)]
    started = time.monotonic()
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            page = _wait_for(f"http://127.0.0.1:{port}{PAGE}")
            watched = psutil.Process(process.pid)
            cpu = sum(watched.cpu_times()[:2])
            seconds = time.monotonic() - started
            sizes = _sizes(f"http://127.0.0.1:{port}", page)
            time.sleep(5)
            memory = watched.memory_info().rss / 1e6
        finally:
            process.terminate()
    return {"cpu": cpu, "seconds": seconds, "memory": memory, **sizes}


def _wait_for(url: str) -> str:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url) as response:
                return response.read().decode()
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(url)


def _sizes(base: str, page: str) -> dict[str, float]:
    """Bytes of a first visit, as they are before compression: the page, and every script and style that it loads."""
    seen: dict[str, int] = {}
    waiting = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        with urllib.request.urlopen(base + path) as response:
            body = response.read().decode(errors="replace")
        seen[path] = len(body.encode())
        if path.endswith(".js"):
            folder = path.rsplit("/", 1)[0]
            waiting += [f"{folder}/{name}" for name in re.findall(r'from\s*"\./([^"]+)"', body)]
            waiting += [f"{folder}/{name}" for name in re.findall(r'import\s*\(?"\./([^"]+)"', body)]
    script = sum(size for path, size in seen.items() if path.endswith(".js"))
    return {"page_bytes": len(page.encode()) + sum(seen.values()), "script_bytes": script}


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SAMVERK_HOME": home}
        samverk = [sys.executable, "-m", "samverk"]
        subprocess.run([*samverk, "org", "create", "bench"], env=environment, check=True, capture_output=True)
        imports = [sys.executable, "-c", "import " + ", ".join(CORE)]
        alone, full = [], []
        for _ in range(ROUNDS):
            alone.append(cpu_of(imports, environment))
            full.append(served(environment))
    cpu = statistics.median(run["cpu"] for run in full)
    core = statistics.median(alone)
    row = {
        "ratio": round(cpu / core, 2),
        "serve_cpu_s": round(cpu, 2),
        "core_list_cpu_s": round(core, 2),
        "idle_mb": round(statistics.median(run["memory"] for run in full)),
        "page_kb": round(full[0]["page_bytes"] / 1000, 1),
        "script_kb": round(full[0]["script_bytes"] / 1000, 1),
    }
    if "--json" in sys.argv:
        print(json.dumps(row))
        return
    print(f"start of serve: CPU beside its core list   {row['ratio']} x ({cpu:.2f} s / {core:.2f} s)   (asked ≤ 1.3 x)")
    print(f"idle memory                                {row['idle_mb']} MB   (asked ≤ 150 MB)")
    print(f"first page, all bytes                      {row['page_kb']} kB   (asked ≤ 100 kB)")
    print(f"first page, script                         {row['script_kb']} kB   (asked ≤ 40 kB)")


if __name__ == "__main__":
    main()
