"""Hashes the JSON list of texts in the file named by the first argument; prints CPU seconds of each round."""

import json
import sys
import time

from sklearn.feature_extraction.text import HashingVectorizer

with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
buckets = int(sys.argv[2])
vectorizers = {
    "words": [HashingVectorizer(n_features=buckets)],
    "same features": [
        HashingVectorizer(n_features=buckets, ngram_range=(1, 2)),
        HashingVectorizer(n_features=buckets, analyzer="char_wb", ngram_range=(3, 4)),
    ],
}

seconds = {}
for name, parts in vectorizers.items():
    seconds[name] = []
    for _ in range(3):
        started = time.process_time()
        for part in parts:
            part.transform(texts)
        seconds[name].append(time.process_time() - started)
print(json.dumps(seconds))
