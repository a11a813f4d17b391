"""A build makes targets and what they need, several at a time, each after what it needs."""

from __future__ import annotations

import signal
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import CycleError, TopologicalSorter

from tools.embedded_please.action import Runner
from tools.embedded_please.cache import remove
from tools.embedded_please.inputs import Inputs
from tools.embedded_please.label import Label
from tools.embedded_please.loader import Loader
from tools.embedded_please.package import BuildTarget
from tools.errors import PleasingError


def build(targets: list[BuildTarget], loader: Loader, inputs: Inputs, runner: Runner, threads: int) -> None:
    """Build targets. What does not need one that failed is still built, and all failures are told."""
    known: dict[Label, BuildTarget] = {}
    sorter: TopologicalSorter[Label] = TopologicalSorter()
    for target in (queue := list(targets)):
        if target.label not in known:
            known[target.label] = target
            needed = inputs.needed(target)
            sorter.add(target.label, *(each.label for each in needed))
            queue += needed
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(map(str, reversed(error.args[1])))
        raise PleasingError(f"targets depend on each other in a circle: {circle}") from None
    problems: list[str] = []
    running: dict[Future[str], BuildTarget] = {}
    with ThreadPoolExecutor(threads) as pool:
        try:
            while (ready := sorter.get_ready()) or running:
                for target in map(known.__getitem__, ready):
                    try:
                        if target.pre_build:
                            with loader.scope(loader.package(target.label), str(target)):
                                target.pre_build(target.label.name)
                        running[pool.submit(runner.run, runner.prepare(target))] = target
                    except PleasingError as error:
                        problems += error.problems
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    target = running.pop(done)
                    try:
                        _check(target, done.result(), loader)
                        sorter.done(target.label)
                    except PleasingError as error:
                        problems += error.problems
        except BaseException:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would only be in the way
            runner.stop()
            raise
    if problems:
        raise PleasingError(list(dict.fromkeys(problems)))


def _check(target: BuildTarget, printed: str, loader: Loader) -> None:
    """Hands what an action printed to the rule's own function, which may refuse the outputs."""
    if target.post_build:
        try:
            with loader.scope(loader.package(target.label), str(target)):
                target.post_build(target.label.name, printed.strip().split("\n"))
        except PleasingError:
            for out in (out for group in target.outs.values() for out in group):
                remove(loader.subrepos.root.root / target.out_dir / out)
            raise
