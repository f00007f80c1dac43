"""Reads worlds, one on each line, and prints what the flag of each serves to each of its contexts."""

import json
import logging
import sys

from ldclient import Context
from ldclient.impl.evaluator import Evaluator
from ldclient.impl.events.types import EventFactory
from ldclient.impl.model import FeatureFlag, Segment

EVENTS = EventFactory(False)


def evaluate(world):
    flags = {flag.key: flag for flag in (FeatureFlag(world[name]) for name in ("flag", "left", "right"))}
    segments = {segment.key: segment for segment in (Segment(world[name]) for name in ("one", "two"))}
    evaluator = Evaluator(flags.get, segments.get, lambda key: None, logging.getLogger("evaluation"))
    for context in world["contexts"]:
        detail = evaluator.evaluate(flags["flag"], Context.from_dict(context), EVENTS).detail
        yield {"value": detail.value, "variationIndex": detail.variation_index, "reason": detail.reason}


logging.disable(logging.CRITICAL)
for line in sys.stdin:
    print(json.dumps(list(evaluate(json.loads(line)))))
