"""The distances of distances.ts in NumPy: one line of JSON in, one out, CPU seconds of all repeats."""

import json
import sys
import time

import numpy as np


def val(tau, reward, gamma):
    expected = (tau * reward).sum(2)
    values = np.linalg.solve(np.eye(len(tau)) - gamma * tau.mean(1), expected.mean(1))
    advantage = expected + gamma * tau @ values - values[:, None]
    return np.repeat(advantage[:, :, None], len(tau), axis=2)


def val_sweeps(tau, reward, gamma):
    """The published manner: sweep over states until nothing moves, then fill in pair by pair."""
    states, actions, _ = tau.shape
    values = np.zeros(states)
    while True:
        before = values.copy()
        for s in range(states):
            values[s] = (tau[s] * (reward[s] + gamma * values) / actions).sum()
        if np.abs(values - before).max() < 1e-11:
            break
    form = np.zeros_like(reward)
    for s in range(states):
        for a in range(actions):
            form[s, a, :] = (tau[s, a] * (reward[s, a] + gamma * values - values[s])).sum()
    return form


def minimal(tau, reward, gamma):
    states, actions, _ = tau.shape
    flat = tau.reshape(-1, states)
    expected = (flat * reward.reshape(-1, states)).sum(1)
    weights = 1 / (flat * flat).sum(1)
    design = gamma * flat
    design[np.arange(states * actions), np.arange(states * actions) // actions] -= 1
    weighted = design * weights[:, None]
    potential = np.linalg.solve(design.T @ weighted, -weighted.T @ expected)
    level = expected + design @ potential
    return ((level * weights)[:, None] * flat).reshape(tau.shape)


def epic(tau, reward, gamma):
    means = reward.mean((1, 2))
    return reward + gamma * means[None, None, :] - means[:, None, None] - gamma * means.mean()


def distance(kind, tau, first, second, gamma):
    canonical = {"val": val, "val_sweeps": val_sweeps, "minimal": minimal, "epic": epic}[kind]
    a, b = (canonical(tau, reward, gamma) for reward in (first, second))
    if kind == "epic":
        a, b = (form - form.mean() for form in (a, b))
    gap = a / np.linalg.norm(a) - b / np.linalg.norm(b)
    return float(np.linalg.norm(gap)) / (2 if kind == "epic" else 1)


for line in sys.stdin:
    ask = json.loads(line)
    shape = (3, ask["states"], ask["actions"], ask["states"])
    tau, first, second = np.fromfile(ask["path"]).reshape(shape)
    started = time.process_time()
    for _ in range(ask["repeats"]):
        found = distance(ask["kind"], tau, first, second, ask["discount"])
    print(json.dumps({"seconds": time.process_time() - started, "distance": found}), flush=True)
