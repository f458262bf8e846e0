"""A reward function for TRL that asks a Guerdon server (`guerdon serve reward/`); standard library only.

    from trl_reward import guerdon_reward
    GRPOTrainer(model, reward_funcs=guerdon_reward("http://127.0.0.1:8000"), train_dataset=dataset, ...)

A sample without a score is None, which TRL leaves out of its group's mean and gives no advantage. The data set's column
`reference`, or `answer`, goes along for verifiers. Samples of one prompt form a group.
"""

import json, random, time, urllib.error, urllib.request, uuid


def guerdon_reward(url, token=None, deadline=120.0, name="guerdon"):
    """The reward function: `deadline` in seconds is for one batch, its retries included."""

    def reward(prompts, completions, **columns):
        references = columns.get("reference") or columns.get("answer") or [None] * len(prompts)
        samples = [
            {
                "id": str(index),
                "prompt": prompt,
                "completion": completion,
                "reference": None if reference is None else str(reference),
                "group": json.dumps(prompt),
            }
            for index, (prompt, completion, reference) in enumerate(zip(prompts, completions, references))
        ]
        answer = _post(url.rstrip("/") + "/v1/score", {"samples": samples}, token, time.monotonic() + deadline)
        values = {outcome["id"]: outcome.get("value") for outcome in answer["outcomes"]}
        return [values[sample["id"]] for sample in samples]

    reward.__name__ = name
    return reward


def _post(url, body, token, until):
    """Asks until there is an answer or the time is up; a repeated request has its key and is not scored twice."""
    headers = {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())}
    if token:
        headers["authorization"] = f"Bearer {token}"
    wait = 0.5
    while True:
        left = until - time.monotonic()
        headers["guerdon-deadline-ms"] = str(max(1, int(900 * left)))
        try:
            request = urllib.request.Request(url, json.dumps(body).encode(), headers)
            with urllib.request.urlopen(request, timeout=max(0.1, left)) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code not in (408, 429) and error.code < 500:
                raise RuntimeError(f"{url} refused the batch: {error.code} {error.read().decode()}") from error
            failure, after = error, float(error.headers.get("retry-after") or 0)
        except OSError as error:
            failure, after = error, 0.0
        wait = min(2 * wait, 16.0)
        pause = after + wait * random.uniform(0.5, 1)
        if time.monotonic() + pause >= until:
            raise TimeoutError(f"no answer from {url} in time") from failure
        time.sleep(pause)
