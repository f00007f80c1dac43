"""Prints the value of a flag whenever it is another one, until it is true."""

import os
import sys
import time

import ldclient
from ldclient import Context
from ldclient.config import Config
from ldclient.datasystem import default

url = os.environ["SLIPWAY_URL"]
flag = os.environ["SLIPWAY_FLAG"]
mode = os.environ["SLIPWAY_MODE"]

ldclient.set_config(
    Config(
        os.environ["SLIPWAY_SDK_KEY"],
        base_uri=url,
        stream_uri=url,
        events_uri=url,
        stream=mode != "polling",
        poll_interval=30,
        datasystem_config=default().build() if mode == "second-generation" else None,
    )
)
client = ldclient.get()
if not client.is_initialized():
    sys.exit("The SDK could not be initialized")

context = Context.builder("kim").set("team", "compat").build()
deadline = time.monotonic() + 60
seen = None
while time.monotonic() < deadline:
    value = client.variation(flag, context, "the default of code")
    if value != seen:
        print(str(value).lower(), flush=True)
        seen = value
    if value is True:
        client.track("done", context)
        client.flush()
        client.close()
        sys.exit(0)
    time.sleep(0.05)
sys.exit("The flag was not turned on in time")
