#!/bin/sh
# Unpacks a bundle, checks and tunes a GPU, and measures the four rows. See README.md beside this file.
set -eu
[ $# -eq 2 ] || { echo "usage: measure.sh BUNDLE_DIR OUT_DIR" >&2; exit 2; }
bundle=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
home=$out/baremark
[ -d "$home" ] || sh "$bundle/unpack.sh" "$out"
baremark() { "$home/baremark" "$@"; }

baremark doctor --device cuda:0 --json > "$out/doctor.json" || { baremark doctor --device cuda:0; exit 1; }
nvidia-smi > "$out/nvidia-smi.txt"

measure() {
  model=$1 choice=$2
  tuned=$out/tuned-$model.json
  baremark tune --model "$model" --precision fp16 --device cuda:0 --graph-option "$choice" \
    --flight "${FLIGHT:-2}" --out-file "$tuned"
  for scenario in Offline Server; do
    # A run that is INVALID ends with 1: its row is kept, and the others are still measured.
    baremark run --model "$model" --precision fp16 --device cuda:0 --graph-option "$choice" \
      --scenario "$scenario" --tuned "$tuned" --min-duration "${MIN_DURATION:-600s}" \
      --out "$out/results" || echo "$model $scenario ended with $?" >&2
  done
}
measure bert-large "${BERT_GRAPH:-fused=true}"
measure ssd-resnet34 input=uint8-nhwc
