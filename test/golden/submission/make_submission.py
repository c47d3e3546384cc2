"""Writes the submission in this folder: LoadGen's own logs of two made-up systems, a "rack" and a VM on it.

    pip install mlcommons-loadgen==6.0.17 transformers==4.57.6 tokenizers==0.22.2 numpy
    python make_submission.py

Each run is one of LoadGen with run_loadgen.py's system under test, which sleeps instead of computing; the VM sleeps
longer. Its times are those of the machine this ran on, so another try gives other figures. The accuracy logs are those
of ../squad and ../coco; on the VM the questions are answered carelessly. accuracy.txt and the accuracy logs are then
treated as MLCommons' truncate_accuracy_log.py does: a log of more than 10 KiB keeps its first and last 4,096
characters, and its SHA-256 is added to accuracy.txt.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "..", "squad"))
from make_squad import accuracy_log, answer_all, evaluate

SEEDS = [2085463073848966840, 2747215439041700203, 16159082839903944936]
# Milliseconds per batch and per sample, and the largest batch.
BERT = {"rack": (2, 0.6, 16), "rack-vm": (2.3, 0.66, 16)}
SSD = {"rack": (3, 2, 4), "rack-vm": (3.2, 2.3, 4)}
BENCHMARKS = {
    "bert-99": {"service": BERT, "bound_ms": 130, "qps": {"rack": 400, "rack-vm": 380}, "offline": 1500, "samples": 24},
    "ssd-resnet34": {"service": SSD, "bound_ms": 100, "qps": {"rack": 110, "rack-vm": 106}, "offline": 400, "samples": 6},
}
DESCRIPTION = {
    "division": "closed",
    "submitter": "Example",
    "status": "available",
    "system_type": "datacenter",
    "number_of_nodes": 1,
    "accelerators_per_node": 2,
    "accelerator_model_name": "NVIDIA A100-PCIE-40GB",
    "accelerator_memory_capacity": "40 GB",
    "accelerator_memory_configuration": "HBM2",
    "host_processors_per_node": 2,
    "host_processor_model_name": "Example 7502",
    "framework": "none: sleeps",
    "operating_system": "Debian 12",
}
SYSTEMS = {
    "rack": {"system_name": "A rack", "host_processor_core_count": 24, "host_memory_capacity": "256 GB", "sw_notes": ""},
    "rack-vm": {
        "system_name": "A VM on a rack",
        "host_processor_core_count": 12,
        "host_memory_capacity": "64 GB",
        "sw_notes": "in a virtual machine",
    },
}


def performance(system, name, scenario, target):
    benchmark = BENCHMARKS[name]
    fixed, per_sample, max_batch = benchmark["service"][system]
    settings = {
        "scenario": scenario,
        "seeds": SEEDS,
        "min_duration_ms": 2000,
        "min_query_count": 600 if scenario == "Server" else 1,
        "qps": benchmark["qps"][system] if scenario == "Server" else benchmark["offline"],
        "bound_ms": benchmark["bound_ms"],
        "fixed_ms": fixed,
        "per_sample_ms": per_sample,
        "max_batch": max_batch,
        "qsl_total": benchmark["samples"],
    }
    os.makedirs(target)
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/settings.json", "w", encoding="utf-8") as file:
            json.dump(settings, file)
        script = os.path.join(FOLDER, "run_loadgen.py")
        # Another program may have taken the processor away: a run that is not VALID for that is made again.
        valid = False
        while not valid:
            subprocess.run([sys.executable, script, f"{folder}/settings.json", folder], check=True)
            with open(f"{folder}/mlperf_log_summary.txt", encoding="utf-8") as summary:
                valid = "Result is : VALID" in summary.read()
        for log in ("summary", "detail"):
            shutil.copy(f"{folder}/mlperf_log_{log}.txt", target)


def accuracy(log, text, target):
    os.makedirs(target)
    cut = f"{log[:4096]}\n\n...\n\n{log[-4096:]}" if len(log) > 10 * 1024 else log
    with open(f"{target}/mlperf_log_accuracy.json", "w", encoding="utf-8") as out:
        out.write(cut)
    with open(f"{target}/accuracy.txt", "w", encoding="utf-8") as out:
        out.write(f"{text}hash={hashlib.sha256(log.encode()).hexdigest()}\n")


def read(path):
    with open(os.path.join(FOLDER, "..", path), encoding="utf-8") as file:
        return file.read()


def bert_accuracy(system):
    answered = answer_all(careless=system == "rack-vm")
    score = evaluate(answered.data, answered.predictions)
    text = json.dumps({"exact_match": score["exactMatch"], "f1": score["f1"]})
    return accuracy_log(answered.answers), f"{text}\n"


def main():
    root = f"{FOLDER}/closed/Example"
    shutil.rmtree(f"{FOLDER}/closed", ignore_errors=True)
    os.makedirs(f"{root}/systems")
    for system, about in SYSTEMS.items():
        with open(f"{root}/systems/{system}.json", "w", encoding="utf-8") as out:
            json.dump({**DESCRIPTION, **about}, out, indent=2)
            out.write("\n")
        answers = {
            "bert-99": bert_accuracy(system),
            "ssd-resnet34": (read("coco/mlperf_log_accuracy.json"), read("coco/accuracy.txt")),
        }
        for name in BENCHMARKS:
            for scenario in ("Offline", "Server"):
                place = f"{root}/results/{system}/{name}/{scenario}"
                performance(system, name, scenario, f"{place}/performance/run_1")
                accuracy(*answers[name], f"{place}/accuracy")


if __name__ == "__main__":
    main()
