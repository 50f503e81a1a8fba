"""Builds training data, trains and measures the shipped language model: where proposer and verifier meet.

python -m superopt.training data FOLDER --source compiled --first 0 --shards 100
python -m superopt.training train FOLDER --out CHECKPOINT --minutes 45
python -m superopt.training ship CHECKPOINT proposer/model/shipped
python -m superopt.training evaluate FOLDER --proposers model enumerate
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from proposer.model import compiled, synthetic
from proposer.model.dataset import Reader
from proposer.model.local import SHIPPED, ModelProposer
from proposer.model.pairs import Judge, Pair
from proposer.model.vocabulary import Vocabulary
from proposer.proposal import Block, CostKey, Outcome
from semantics.assembler import Instruction
from semantics.frames import DeadStack
from semantics.liveset import LiveSet
from superopt.cost import Objective, estimate, from_syntax, machine
from superopt.evaluation import Bench, Draw, copying, drawing, held_out, table
from verifier.check import Checker, CheckOptions
from verifier.verdict import Bounded, Proved, Refuted, Unknown, Unsupported

type Source = Callable[[int, Judge], Iterator[Pair]]

SOURCES: dict[str, Source] = {
    "compiled": lambda shard, judge: compiled.pairs(shard, 100, judge),
    "synthetic": lambda shard, judge: synthetic.pairs(shard, 100, judge),
}


@dataclass(frozen=True, slots=True)
class Proofs:
    """The verifier as the function that builders of data are given."""

    checker: Checker
    timeout: float = 2.0

    def __call__(self, original: Block, candidate: Block, live_out: LiveSet, dead_stack: DeadStack | None) -> Outcome:
        options = CheckOptions(live_out=live_out, dead_stack=dead_stack, timeout=self.timeout, differential=0)
        verdict = self.checker.check(original, candidate, options)
        match verdict:
            case Proved():
                return "proved"
            case Refuted():
                return "different"
            case Unknown() | Bounded():
                return "unknown"
            case Unsupported():
                return "unsupported"
            case _:
                assert_never(verdict)


def pricing(cpu: str) -> Callable[[str, Sequence[Instruction]], CostKey]:
    """The price of a block on a processor under an objective by name."""
    model = machine(cpu)

    def price(objective: str, block: Sequence[Instruction]) -> CostKey:
        return Objective(objective).key(estimate([from_syntax(i.operation) for i in block], model))

    return price


def build(arguments: argparse.Namespace) -> None:
    """Write one file per shard; shards that exist are skipped, so an interrupted run goes on where it was."""
    folder = Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with Checker() as checker:
        judge = Judge(Proofs(checker), pricing(arguments.cpu))
        for shard in range(arguments.first, arguments.first + arguments.shards):
            path = folder / f"{arguments.source}-{shard:06}.jsonl"
            if path.exists():
                continue
            started = time.monotonic()
            found = list(SOURCES[arguments.source](shard, judge))
            part = path.with_suffix(".part")
            part.write_text("".join(pair.json() + "\n" for pair in found), "utf-8")
            part.rename(path)
            print(f"{path.name}: {len(found)} pairs in {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


def train(arguments: argparse.Namespace) -> None:
    """Train, or go on training, a checkpoint on a folder of pairs."""
    from proposer.model.train import Options, Trainer

    options = Options(
        minutes=arguments.minutes, words=arguments.words, rate=arguments.rate, hidden=arguments.hidden, layers=arguments.layers,
        heads=arguments.heads, device=arguments.device, threads=arguments.threads, seed=arguments.seed,
    )  # fmt: skip
    Trainer(Reader(Path(arguments.folder), Vocabulary.default()), Path(arguments.out), options).run()


def ship(arguments: argparse.Namespace) -> None:
    """Write a checkpoint in the form in which it ships."""
    from proposer.model.train import export

    print(f"{export(Path(arguments.checkpoint), Path(arguments.folder))} bytes of weights", file=sys.stderr)


def derive_grammar(arguments: argparse.Namespace) -> None:
    """Derive a checkpoint's grammar again, after a change of the rows."""
    from proposer.model.grammar import Grammar

    folder = Path(arguments.checkpoint)
    Grammar.build(Vocabulary.load(folder)).save(folder)


def evaluate(arguments: argparse.Namespace) -> None:
    """Print how often proposers improve held-out blocks, as Markdown."""
    pairs = held_out(Path(arguments.folder), arguments.count, arguments.seed)
    draws: dict[str, Draw] = {"copy": copying}
    if "model" in arguments.proposers:
        draws["model"] = ModelProposer(arguments.model, device=arguments.device).answers
    if "enumerate" in arguments.proposers:
        from proposer.enumerate import Enumerate

        draws["enumerate"] = drawing(Enumerate())
    with Checker() as checker:
        bench = Bench(
            pairs, Proofs(checker, arguments.timeout), pricing(arguments.cpu), arguments.cpu, arguments.objective, arguments.budget
        )
        print(table([bench.run(name, draw) for name, draw in draws.items()]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m superopt.training", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    data = verbs.add_parser("data", help="build proved training pairs")
    data.add_argument("folder")
    data.add_argument("--source", choices=sorted(SOURCES), default="compiled")
    data.add_argument("--first", type=int, default=0, help="number of the first shard")
    data.add_argument("--shards", type=int, default=10)
    data.add_argument("--cpu", default="neoverse-n1")
    data.set_defaults(run=build)
    training = verbs.add_parser("train", help="train a model on a folder of pairs")
    training.add_argument("folder")
    training.add_argument("--out", required=True, help="folder of the checkpoint; training goes on if there is one")
    training.add_argument("--minutes", type=float, default=45.0)
    training.add_argument("--words", type=int, default=2560, help="words a batch")
    training.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    training.add_argument("--hidden", type=int, default=160)
    training.add_argument("--layers", type=int, default=6)
    training.add_argument("--heads", type=int, default=5)
    training.add_argument("--device", default="auto")
    training.add_argument("--threads", type=int, default=0, help="0 leaves it to torch")
    training.add_argument("--seed", type=int, default=0)
    training.set_defaults(run=train)
    shipping = verbs.add_parser("ship", help="write a checkpoint as it ships")
    shipping.add_argument("checkpoint")
    shipping.add_argument("folder")
    shipping.set_defaults(run=ship)
    deriving = verbs.add_parser("grammar", help="derive a checkpoint's grammar again after a change of the rows")
    deriving.add_argument("checkpoint", nargs="?", default=str(SHIPPED))
    deriving.set_defaults(run=derive_grammar)
    measuring = verbs.add_parser("evaluate", help="measure proposers on held-out pairs")
    measuring.add_argument("folder")
    measuring.add_argument("--model", default=str(SHIPPED))
    measuring.add_argument("--proposers", nargs="+", choices=("model", "enumerate"), default=["model"])
    measuring.add_argument("--count", type=int, default=200, help="most pairs")
    measuring.add_argument("--cpu", default="neoverse-n1")
    measuring.add_argument("--objective", choices=("cycles", "count"), default="cycles")
    measuring.add_argument("--budget", type=float, default=10.0, help="seconds for a proposer that searches")
    measuring.add_argument("--timeout", type=float, default=5.0, help="seconds for a proof")
    measuring.add_argument("--device", default="auto")
    measuring.add_argument("--seed", type=int, default=0)
    measuring.set_defaults(run=evaluate)
    return parser


def main() -> None:
    """Run one verb."""
    arguments = _parser().parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
