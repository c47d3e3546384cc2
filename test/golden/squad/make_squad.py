"""Writes the files beside dev-v1.1.json, whose text and questions are ours: what other programs make of them.

    pip install transformers==4.57.6 tokenizers==0.22.2 mlcommons-loadgen==6.0.17 numpy
    python make_squad.py

vocab.txt              a WordPiece vocabulary, trained on our text by Hugging Face tokenizers
features.json          the features that transformers makes (BertTokenizer, squad_convert_example_to_features) with
                       MLPerf's rules: maximum sequence 384, document stride 128, maximum query 64; and the ids that
                       BertTokenizer gives to awkward texts
mlperf_log_accuracy.json  an accuracy log, written by LoadGen, of a system under test that answers with logits in half
                       precision, without padding; they point at the answer, or near it, or at nothing
predictions.json       the answers that transformers' compute_predictions_logits extracts from these logits, with the
                       joining of word pieces of Google's run_squad.py; one question is left out
expected.json          exact match and F1 of predictions.json, and of the same with the question that was left out, by the
                       rule of SQuAD's official evaluate-v1.1.py
"""
import json
import os
import re
import string
import tempfile
from collections import Counter
from types import SimpleNamespace

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import mlperf_loadgen as lg
import numpy as np
from tokenizers import BertWordPieceTokenizer
from transformers import BertTokenizer
from transformers.data.metrics.squad_metrics import compute_predictions_logits
from transformers.data.processors.squad import (
    SquadExample,
    squad_convert_example_to_features,
    squad_convert_example_to_features_init,
)

FOLDER = os.path.dirname(os.path.abspath(__file__))
TEXTS = [
    "Caf\u00e9 na\u00efve \u00c0\u00c9 Z\u00fcrich",
    "\u4e2d\u6587 test \u6771\u4eactower",
    "a\u200bb c\u00add",
    "don't pay $5.00! (50%)",
    "\ufb01ne \u00bd \u2014 \u2026 \u201cq\u201d x\u00b2",
    "\u0130stanbul \u039f\u0394\u039f\u03a3 \u1f40\u03b4\u03cc\u03c2",
    "x\u0000y\ufffdz",
    "\u00a0nbsp\u2003em\u3000wide",
    "a" * 101,
    "a" * 100,
    "\u00e9t\u00e9 \ud55c\uad6d\uc5b4 \u0939\u093f\u0928\u094d\u0926\u0940",
    "\U0001f642 emoji",
    "tab\tline\r\nend",
    "`^~|<=>+",
    "\U00020000x \U00020001",
    "line\u2028sep \u0085 nel",
    "the hypervisors' cards, un-characteristically",
]


def normalized(text):
    """Lower case, then without punctuation, then without articles, then split at white space."""
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def f1(prediction, truth):
    prediction, truth = normalized(prediction), normalized(truth)
    same = sum((Counter(prediction) & Counter(truth)).values())
    if same == 0:
        return 0
    precision, recall = same / len(prediction), same / len(truth)
    return 2 * precision * recall / (precision + recall)


def evaluate(data, predictions):
    """The best of the truths for each measure, summed over the questions in their order; no answer counts as wrong."""
    exact = score = questions = unanswered = 0
    for article in data:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                questions += 1
                if qa["id"] not in predictions:
                    unanswered += 1
                    continue
                prediction = predictions[qa["id"]]
                truths = [answer["text"] for answer in qa["answers"]]
                exact += max(normalized(prediction) == normalized(truth) for truth in truths)
                score += max(f1(prediction, truth) for truth in truths)
    return {
        "exactMatch": 100.0 * exact / questions,
        "f1": 100.0 * score / questions,
        "questions": questions,
        "unanswered": unanswered,
    }


def lehmer(seed):
    while True:
        seed = seed * 48271 % 2147483647
        yield seed / 2147483647


def logits(index, feature, example, truth, careless=True):
    """Noise, and a peak at the answer. Careless answers are three pieces too long for each fourth question, and none at
    all for each ninth."""
    r = lehmer(index + 1)
    length = len(feature.tokens)
    pairs = np.array([[8 * next(r) - 4, 8 * next(r) - 4] for _ in range(length)])
    words = example.doc_tokens
    number = int(example.qas_id[3:])
    count = len(truth.split())
    first = next((i for i in range(len(words)) if truth in " ".join(words[i : i + count])), None)
    places = [p for p, word in feature.token_to_orig_map.items() if first is not None and first <= word < first + count]
    if places and not (careless and number % 9 == 8):
        last = min(max(places) + (3 if careless and number % 4 == 3 else 0), length - 2)
        pairs[min(places)][0] += 12
        pairs[last][1] += 12
    return pairs.astype(np.float16)


def accuracy_log(responses):
    """The accuracy log that LoadGen writes of a system that gives these responses, one for each sample."""

    def issue(queries):
        for query in queries:
            data = responses[query.index]
            lg.QuerySamplesComplete([lg.QuerySampleResponse(query.id, data.ctypes.data, data.nbytes)])

    settings = lg.TestSettings()
    settings.mode, settings.scenario = lg.TestMode.AccuracyOnly, lg.TestScenario.Offline
    with tempfile.TemporaryDirectory() as folder:
        output = lg.LogOutputSettings()
        output.outdir, output.copy_summary_to_stdout = folder, False
        log = lg.LogSettings()
        log.log_output = output
        sut = lg.ConstructSUT(issue, lambda: None)
        qsl = lg.ConstructQSL(len(responses), len(responses), lambda _: None, lambda _: None)
        lg.StartTestWithLogSettings(sut, qsl, settings, log)
        with open(f"{folder}/mlperf_log_accuracy.json", encoding="utf-8") as written:
            return written.read()


def answer_all(careless):
    """Our questions as transformers' examples and features, the logits of each feature, and the answers in them."""
    with open(f"{FOLDER}/dev-v1.1.json", encoding="utf-8") as file:
        data = json.load(file)["data"]
    tokenizer = BertTokenizer(f"{FOLDER}/vocab.txt", do_lower_case=True)
    squad_convert_example_to_features_init(tokenizer)
    examples, features, answers = [], [], []
    for paragraph in (paragraph for article in data for paragraph in article["paragraphs"]):
        for qa in paragraph["qas"]:
            example = SquadExample(qa["id"], qa["question"], paragraph["context"], None, None, "", answers=[])
            for feature in squad_convert_example_to_features(example, 384, 128, 64, False, False):
                feature.example_index, feature.unique_id = len(examples), len(features)
                answers.append(logits(len(features), feature, example, qa["answers"][0]["text"], careless))
                features.append(feature)
            examples.append(example)
    results = [
        SimpleNamespace(
            unique_id=i, start_logits=pairs[:, 0].astype(float).tolist(), end_logits=pairs[:, 1].astype(float).tolist()
        )
        for i, pairs in enumerate(answers)
    ]
    tokenizer.convert_tokens_to_string = lambda tokens: " ".join(tokens).replace(" ##", "").replace("##", "")
    with tempfile.TemporaryDirectory() as folder:
        predictions = compute_predictions_logits(
            examples, features, results, 20, 30, True, f"{folder}/p", f"{folder}/n", None, False, False, 0.0, tokenizer
        )
    return SimpleNamespace(data=data, tokenizer=tokenizer, features=features, answers=answers, predictions=predictions)


def feature_row(feature, qas_id):
    places = range(len(feature.tokens))
    return {
        "qasId": qas_id,
        "inputIds": feature.input_ids,
        "firstSegment": feature.token_type_ids.index(1),
        "tokenToOrigMap": [feature.token_to_orig_map.get(i, -1) for i in places],
        "tokenIsMaxContext": "".join(str(int(feature.token_is_max_context.get(i, False))) for i in places),
    }


def train_vocabulary():
    with open("dev-v1.1.json", encoding="utf-8") as file:
        data = json.load(file)["data"]
    paragraphs = [paragraph for article in data for paragraph in article["paragraphs"]]
    corpus = [p["context"] for p in paragraphs] + [qa["question"] for p in paragraphs for qa in p["qas"]]
    trainer = BertWordPieceTokenizer(lowercase=True)
    trainer.train_from_iterator(corpus * 3 + TEXTS, vocab_size=500, min_frequency=2, limit_alphabet=90, show_progress=False)
    trainer.save_model(".")


def write(name, value):
    with open(name, "w", encoding="utf-8") as out:
        json.dump(value, out, separators=(",", ":"))
        out.write("\n")


def main():
    os.chdir(FOLDER)
    # Training breaks ties by chance: the vocabulary is kept once it is there.
    if not os.path.exists("vocab.txt"):
        train_vocabulary()
    whole = answer_all(careless=True)
    ids = list(whole.predictions)
    rows = [feature_row(feature, ids[feature.example_index]) for feature in whole.features]
    texts = [{"text": text, "ids": whole.tokenizer.encode(text, add_special_tokens=False)} for text in TEXTS]
    write("features.json", {"features": rows, "texts": texts})
    with open("mlperf_log_accuracy.json", "w", encoding="utf-8") as out:
        out.write(accuracy_log(whole.answers))
    some = {qas_id: text for qas_id, text in whole.predictions.items() if qas_id != "own0005"}
    write("predictions.json", some)
    write("expected.json", {"predictions": evaluate(whole.data, some), "log": evaluate(whole.data, whole.predictions)})


if __name__ == "__main__":
    main()
