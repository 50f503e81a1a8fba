"""Checkpoints of transformers as the sampler sees them: next-word scores for a batch, with remembered keys and values."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForCausalLM, DynamicCache
from transformers.utils import logging

from proposer.errors import ProposerUnavailable
from proposer.model.device import pick_device


def load_causal_model(model: str, *, online: bool, device: str) -> Any:
    """A causal language model, ready to be asked; raises ProposerUnavailable. Code from checkpoints is never run."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.disable_progress_bar()
    try:
        found: Any = AutoModelForCausalLM.from_pretrained(model, local_files_only=not online, trust_remote_code=False, dtype="auto")
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ProposerUnavailable("model", f"cannot load {model}: {reason}", "give the folder of a transformers checkpoint") from error
    return found.to(device).eval()


SMALL = 20_000_000  # parameters; below, several threads cost more than they gain, and on busy machines twenty times as much


@contextmanager
def threads(count: int | None) -> Generator[None]:
    """Let torch use ``count`` threads meanwhile; None leaves it alone."""
    before = torch.get_num_threads()
    if count is not None:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        if count is not None:
            torch.set_num_threads(before)


class Network:
    """A causal language model with the state of one batch."""

    def __init__(self, model: str, *, online: bool = False, device: str = "auto", loaded: Any = None) -> None:
        self.device = pick_device(device)
        self.model = loaded if loaded is not None else load_causal_model(model, online=online, device=self.device)
        if self.device == "cpu":
            self.model = self.model.float()  # faster than bfloat16 at this size, where matrices are small
        self.threads = 1 if self.device == "cpu" and self.model.num_parameters() < SMALL else None
        self.cache, self.count = DynamicCache(), 0

    @torch.inference_mode()
    def start(self, prompt: Sequence[int], count: int) -> NDArray[np.float32]:
        """Read the prompt once for ``count`` answers; returns [count, words] scores of the next word."""
        self.cache, self.count = DynamicCache(), count
        ids = torch.tensor([list(prompt)], device=self.device)
        scores = self._scores(ids)
        self.cache.batch_repeat_interleave(count)
        return _array(scores.expand(count, -1))

    @torch.inference_mode()
    def advance(self, rows: NDArray[np.int64], words: NDArray[np.int64]) -> NDArray[np.float32]:
        """Keep these rows of the batch and append one word to each; returns the next scores."""
        if len(rows) < self.count:  # with nothing to drop, copying everything would be half the time
            self.count = len(rows)
            self.cache.batch_select_indices(torch.as_tensor(rows, device=self.device))
        ids = torch.as_tensor(words, device=self.device)[:, None]
        return _array(self._scores(ids))

    def _scores(self, ids: torch.Tensor) -> torch.Tensor:
        with threads(self.threads):
            return self.model(input_ids=ids, past_key_values=self.cache, use_cache=True).logits[:, -1]


def _array(scores: torch.Tensor) -> NDArray[np.float32]:
    return scores.float().cpu().numpy()
