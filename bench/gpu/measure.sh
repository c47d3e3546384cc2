#!/bin/sh
# Unpacks a bundle, checks and tunes a device, and measures two models on it. See README.md beside this file.
set -eu
[ $# -eq 2 ] || { echo "usage: measure.sh BUNDLE_DIR OUT_DIR" >&2; exit 2; }
bundle=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
home=$out/baremark
device=${DEVICE:-cuda:0} precision=${PRECISION:-fp16}
bert=${BERT:-bert-large} ssd=${SSD:-ssd-resnet34}
[ -d "$home" ] || sh "$bundle/unpack.sh" "$out"
baremark() { "$home/baremark" "$@"; }
say() { echo "$(date +%T) $*" >&2; }
# A run that is INVALID ends with exit code 1: its row is kept, and the other runs still follow.
run() { baremark run --precision "$precision" --device "$device" "$@" || say "run $* ended with $?"; }

baremark doctor --device "$device" --json > "$out/doctor.json" || { baremark doctor --device "$device"; exit 1; }
if command -v nvidia-smi > /dev/null; then nvidia-smi > "$out/nvidia-smi.txt"; fi

# Offline samples/s of a model with one choice of its graph, from a short run.
rate() {
  run --model "$1" --graph-option "$2" --scenario Offline --min-duration "${TRIAL:-10s}" \
    --out "$out/trials" --system "$(echo "$2" | tr = -)" --json | sed -n 's/^ *"value": \([0-9.]*\),$/\1/p' | head -n 1
}
# The faster of two choices.
faster() {
  first=$(rate "$1" "$2") second=$(rate "$1" "$3")
  say "$1: $2 ${first:-fails}, $3 ${second:-fails} samples/s" 2>> "$out/choices.txt"
  if awk "BEGIN { exit !(${first:-0} >= ${second:-0}) }"; then echo "$2"; else echo "$3"; fi
}
measure() {
  model=$1 choice=$2 tuned=$out/tuned-$1.json
  shift 2
  baremark tune --model "$model" --precision "$precision" --device "$device" --graph-option "$choice" \
    --probe-duration "${PROBE_DURATION:-1}" "$@" --out-file "$tuned" || { say "tune $model ended with $?"; return 0; }
  for scenario in Offline Server; do
    run --model "$model" --graph-option "$choice" --scenario "$scenario" --tuned "$tuned" \
      --min-duration "${MIN_DURATION:-600s}" --out "$out/results"
  done
}
[ -n "${BERT_GRAPH:-}" ] || BERT_GRAPH=$(faster "$bert" fused=true fused=false)
# shellcheck disable=SC2086 # several options
measure "$bert" "$BERT_GRAPH" ${BERT_SPACE:---batches 16,32,64,128,256 --instances 1,2,3 --waits 0,2,5}
[ -n "${SSD_GRAPH:-}" ] || SSD_GRAPH=$(faster "$ssd" nms=graph nms=host)
# shellcheck disable=SC2086
measure "$ssd" "$SSD_GRAPH" ${SSD_SPACE:---batches 4,8,16,32 --instances 1,2,3 --waits 0,2,5}
# Answers of both kinds of operators against FP32 on the CPU.
for choice in fused=true fused=false; do
  run --model "$bert" --graph-option "$choice" --scenario Offline --mode accuracy --fidelity "${FIDELITY:-32}" \
    --out "$out/fidelity" --system "$(echo "$choice" | tr = -)"
done
say "done: $out"
