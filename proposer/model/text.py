"""Foreign checkpoints with a tokenizer of their own: asked in plain text, and read line by line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import torch
from transformers import AutoTokenizer

from grammars.errors import GrammarError
from grammars.instruction import parse_operation
from proposer.errors import ProposerUnavailable
from proposer.model.device import pick_device
from proposer.model.network import load_causal_model
from proposer.proposal import Block, Candidate, Context, Tally
from semantics.assembler import Instruction, assemble
from semantics.canonical import Canonical
from semantics.errors import SemanticsError

COUNT = 8
MAX_NEW = 256  # tokens of one answer


def question(block: Canonical, context: Context) -> str:
    """The block as a person would put it."""
    dead = " Memory below the final stack pointer is dead." if context.dead_stack else ""
    return (
        f"Rewrite this AArch64 basic block so that it costs fewer {context.objective} on {context.cpu} and leaves the same values in "
        f"{block.live_out or 'nothing'}; everything else may change.{dead} Answer with the instructions only, one a line.\n\n{block.text}\n"
    )


def read_answer(text: str) -> tuple[Block, int]:
    """The instructions of an answer up to a blank line after them, and how many lines were none."""
    found, dropped = list[Instruction](), 0
    for line in text.splitlines():
        line = line.strip().removeprefix("```")
        if not line:
            if found:
                break
            continue
        try:
            found.append(assemble(parse_operation(line.partition("//")[0])))
        except (GrammarError, SemanticsError):
            dropped += 1
    return tuple(found), dropped


class TextModel:
    """A checkpoint with its own tokenizer."""

    def __init__(self, model: str, *, online: bool = False, device: str = "auto", tokenizer: Any = None, loaded: Any = None) -> None:
        self.device = pick_device(device)
        self.tokenizer = tokenizer if tokenizer is not None else _tokenizer(model, online)
        self.model = loaded if loaded is not None else load_causal_model(model, online=online, device=self.device)

    def propose(self, block: Canonical, context: Context, deadline: float, tally: Tally) -> Iterator[Candidate]:
        """Candidates until the deadline, which is looked at between batches of ``COUNT``."""
        torch.manual_seed(context.seed)
        seen: set[Block] = {block.instructions}
        while time.monotonic() < deadline:
            fresh = False
            for text in self.answers(question(block, context)):
                candidate, dropped = read_answer(text)
                tally.add("samples")
                tally.add("malformed", dropped)
                if candidate == block.instructions:
                    tally.add("copies")
                if candidate and candidate not in seen:
                    seen.add(candidate)
                    fresh = True
                    yield Candidate(candidate, "model")
            if not fresh:
                return

    @torch.inference_mode()
    def answers(self, prompt: str) -> list[str]:
        """``COUNT`` sampled answers."""
        if getattr(self.tokenizer, "chat_template", None):
            prompt = self.tokenizer.apply_chat_template([{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True)
        ids = self.tokenizer(prompt, return_tensors="pt").input_ids.to(self.device)
        padding = self.tokenizer.pad_token_id if self.tokenizer.pad_token_id is not None else self.tokenizer.eos_token_id
        made = self.model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            do_sample=True,
            temperature=0.8,
            max_new_tokens=MAX_NEW,
            num_return_sequences=COUNT,
            pad_token_id=padding,
        )
        return self.tokenizer.batch_decode(made[:, ids.shape[1] :], skip_special_tokens=True)


def _tokenizer(model: str, online: bool) -> Any:
    try:
        return AutoTokenizer.from_pretrained(model, local_files_only=not online, trust_remote_code=False)
    except (OSError, ValueError, ImportError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ProposerUnavailable("model", f"no tokenizer for {model}: {reason}", "give the folder of a transformers checkpoint") from error
