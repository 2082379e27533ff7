"""The server under test: over stdin and stdout, or over HTTP, and the command line beside it."""

import contextlib
import json
import os
import subprocess

import httpx2
from mcp import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

PROGRAM = os.environ["CALENDAR_HOST"]
ZONE = "Europe/Berlin"
TOKEN = "only-for-the-clients-of-this-run"


class Server:
    """A server of its own data folder, reached one way."""

    def __init__(self, transport, folder, *options):
        self.transport = transport
        self.environment = dict(os.environ, CALENDAR_HOST_DATA_DIR=folder, CALENDAR_HOST_MCP_TOKEN=TOKEN)
        self.options = ["mcp", "--tz", ZONE, *options]

    @contextlib.contextmanager
    def open(self):
        """What a client connects to, as a function: every client wants a new one."""
        if self.transport == "stdio":
            parameters = StdioServerParameters(command=PROGRAM, args=self.options, env=self.environment)
            yield lambda: parameters
            return
        process = subprocess.Popen(
            [PROGRAM, *self.options, "--http", "127.0.0.1:0"], env=self.environment, stderr=subprocess.PIPE, text=True
        )
        try:
            self.url = process.stderr.readline().strip().removeprefix("MCP: ")
            assert self.url.startswith("http://127.0.0.1:"), self.url
            headers = {"Authorization": f"Bearer {TOKEN}"}
            client = lambda: httpx2.AsyncClient(headers=headers, timeout=60)
            yield lambda: streamable_http_client(self.url, http_client=client())
        finally:
            process.terminate()
            process.wait(20)

    def command(self, *line):
        """What the command line prints with --json."""
        run = subprocess.run(
            [PROGRAM, "--json", "--tz", ZONE, *line], env=self.environment, capture_output=True, text=True, timeout=60
        )
        return run.stdout.removesuffix("\n")


def text(result):
    """The text of a tool's answer."""
    assert len(result.content) == 1, result
    return result.content[0].text


def printed(result):
    """The structured answer, as --json would print it."""
    return json.dumps(result.structured_content, indent=2, ensure_ascii=False)
