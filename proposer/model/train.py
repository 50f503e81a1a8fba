"""Training of the shipped kind of model: a small Llama-type transformer on proved pairs.

The loss is on the answers, with a small weight on the prompts, which are code too. The learning rate follows the clock,
so that a run uses the minutes it is given; an interrupted run goes on from its last checkpoint.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import cos, pi
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from proposer.model.dataset import LONGEST, Example, Reader, batches
from proposer.model.device import pick_device
from proposer.model.grammar import Grammar
from proposer.model.vocabulary import BOS, EOS, PAD, Vocabulary

STATE = "training.pt"
_IGNORED = -100


@dataclass(frozen=True, slots=True)
class Options:
    """``minutes`` of training in all; ``words`` a batch, padding included; ``device`` ``auto`` is a GPU where there is one."""

    minutes: float = 45.0
    words: int = 2560
    rate: float = 2e-3
    warmup: float = 0.02
    prompt_weight: float = 0.1
    hidden: int = 160
    layers: int = 6
    heads: int = 5
    device: str = "auto"
    threads: int = 0
    seed: int = 0
    save_every: float = 300.0


def configuration(vocabulary: Vocabulary, options: Options) -> LlamaConfig:
    """The shape of a new model."""
    return LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=options.hidden,
        intermediate_size=options.hidden * 8 // 3 // 32 * 32,
        num_hidden_layers=options.layers,
        num_attention_heads=options.heads,
        num_key_value_heads=options.heads,
        max_position_embeddings=2 * LONGEST,
        tie_word_embeddings=True,
        bos_token_id=vocabulary.ids[BOS],
        eos_token_id=vocabulary.ids[EOS],
        pad_token_id=vocabulary.ids[PAD],
    )


def collate(batch: Sequence[Example], weight: float, padding: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Inputs, targets and weights, each [examples, words]; padding stands on the right."""
    width = max(len(example.ids) for example in batch) - 1
    inputs = torch.full((len(batch), width), padding)
    targets = torch.full((len(batch), width), _IGNORED)
    weights = torch.zeros((len(batch), width))
    for row, example in enumerate(batch):
        ids = torch.tensor(example.ids)
        inputs[row, : len(ids) - 1] = ids[:-1]
        targets[row, : len(ids) - 1] = ids[1:]
        weights[row, : example.answer - 1] = weight
        weights[row, example.answer - 1 : len(ids) - 1] = 1.0
    return inputs, targets, weights


@dataclass
class Clock:
    """How far training has come: steps, words, and seconds over all runs."""

    steps: int = 0
    words: int = 0
    before: float = 0.0
    started: float = 0.0

    @property
    def seconds(self) -> float:
        """Training time so far."""
        return self.before + time.monotonic() - self.started


class Trainer:
    """One training run that can be continued."""

    def __init__(self, reader: Reader, folder: Path, options: Options) -> None:
        self.reader, self.folder, self.options = reader, folder, options
        self.device = pick_device(options.device)
        if options.threads:
            torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.random = Random(options.seed)
        config = configuration(reader.vocabulary, options)
        config._attn_implementation = attention(self.device)  # pyright: ignore[reportPrivateUsage]
        self.model: Any = LlamaForCausalLM(config)
        self.model.to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.05)
        self.clock = Clock()
        if (folder / STATE).exists():
            self._resume()

    def run(self) -> None:
        """Train until the minutes are over, then save."""
        self.clock.started = time.monotonic()
        saved, losses = self.clock.seconds, list[float]()
        for batch in self._stream():
            losses.append(self.step(batch))
            if self.clock.steps % 50 == 0:
                self._report(losses)
                losses = []
            if self.clock.seconds >= 60 * self.options.minutes:
                break
            if self.clock.seconds - saved > self.options.save_every:
                self.save()
                saved = self.clock.seconds
        self.save()

    def _stream(self) -> Iterator[list[Example]]:
        while True:
            print(f"{self.reader.refresh()} tasks", file=sys.stderr, flush=True)
            yield from batches(self.reader.epoch(self.random), self.options.words, self.random)

    def _rate(self) -> float:
        done = min(self.clock.seconds / (60 * self.options.minutes), 1.0)
        if done < self.options.warmup:
            return self.options.rate * max(done / self.options.warmup, 0.01)
        return self.options.rate * (0.02 + 0.98 * (1 + cos(pi * done)) / 2)

    def step(self, batch: Sequence[Example]) -> float:
        """Learn from one batch; returns the mean loss on the answers' words, in nats."""
        inputs, targets, weights = (t.to(self.device) for t in collate(batch, self.options.prompt_weight, self.reader.vocabulary.ids[PAD]))
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate()
        self.model.train()
        with torch.autocast(self.device, dtype=torch.bfloat16):
            logits = self.model(input_ids=inputs, use_cache=False).logits
        losses = functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=_IGNORED, reduction="none")
        weighted = losses * weights.flatten()
        (weighted.sum() / weights.sum()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.clock.steps += 1
        self.clock.words += int((targets != _IGNORED).sum())
        answers = weights.flatten() == 1.0
        return float(losses.detach()[answers].mean())

    def _report(self, losses: Sequence[float]) -> None:
        mean = sum(losses) / len(losses)
        speed = self.clock.words / max(self.clock.seconds, 1e-9)
        print(
            f"step {self.clock.steps} minute {self.clock.seconds / 60:.1f} answer loss {mean:.4f} "
            f"rate {self._rate():.2e} words {self.clock.words} ({speed:.0f}/s)",
            file=sys.stderr,
            flush=True,
        )

    def save(self) -> None:
        """Write a checkpoint from which training can go on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model.save_pretrained(self.folder)
        self.reader.vocabulary.save(self.folder)
        state = {
            "optimizer": self.optimizer.state_dict(),
            "steps": self.clock.steps,
            "words": self.clock.words,
            "seconds": self.clock.seconds,
            "options": asdict(self.options),
        }
        part = self.folder / (STATE + ".part")
        torch.save(state, part)
        part.rename(self.folder / STATE)

    def _resume(self) -> None:
        state = torch.load(self.folder / STATE, map_location=self.device, weights_only=True)
        self.model = LlamaForCausalLM.from_pretrained(
            self.folder, dtype=torch.float32, local_files_only=True, attn_implementation=attention(self.device)
        )
        self.model.to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=self.options.rate, betas=(0.9, 0.98), weight_decay=0.05)
        self.optimizer.load_state_dict(state["optimizer"])
        self.clock = Clock(state["steps"], state["words"], state["seconds"])
        self.random = Random(self.options.seed + state["steps"])


def attention(device: str) -> str:
    """How attention is computed: for short texts plain products train twice as fast on a CPU as the fused kernel."""
    return "eager" if device == "cpu" else "sdpa"


def tokenizer(vocabulary: Vocabulary) -> Any:
    """The vocabulary as transformers' own kind of tokenizer, over words with blanks between them."""
    words = Tokenizer(WordLevel(dict(vocabulary.ids), unk_token=PAD))
    words.pre_tokenizer = WhitespaceSplit()  # pyright: ignore[reportAttributeAccessIssue]
    return PreTrainedTokenizerFast(tokenizer_object=words, bos_token=BOS, eos_token=EOS, pad_token=PAD, unk_token=PAD)


def export(checkpoint: Path, folder: Path) -> int:
    """Write a checkpoint as it ships: bfloat16 weights, configuration, vocabulary, grammar. Returns the bytes of the weights."""
    model = LlamaForCausalLM.from_pretrained(checkpoint, dtype=torch.bfloat16, local_files_only=True)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    vocabulary = Vocabulary.load(checkpoint)
    vocabulary.save(folder)
    tokenizer(vocabulary).save_pretrained(folder)
    Grammar.build(vocabulary).save(folder)
    weights = folder / "model.safetensors"
    weights.chmod(0o644)
    return weights.stat().st_size
