"""The proposer ``endpoint``: any server that speaks the OpenAI chat completions protocol.

Set ``SUPEROPT_BASE_URL`` (for example ``http://localhost:8000/v1``) and ``SUPEROPT_MODEL``; ``SUPEROPT_API_KEY`` is
sent as a bearer token if set. The prompt is made of the canonical block, its live-outs and the CPU's name, and of
nothing else: no comments, names or paths of the user's leave the machine.

Whatever comes back is hostile data. Only lines that parse and assemble as plain instructions become candidates;
directives, labels, branches other than the block's own, and everything over the limits are refused. A reply that
cannot be used gets one repair round with the reason; so does a candidate that :meth:`Endpoint.learn` was told is
different, with the counterexample.
"""

from proposer.endpoint.client import Attempt, Endpoint, EndpointOptions
from proposer.endpoint.replies import UnusableReply, instructions_in

__all__ = ["Attempt", "Endpoint", "EndpointOptions", "UnusableReply", "instructions_in"]
