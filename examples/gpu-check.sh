#!/bin/sh
# Checks Softgate on a machine with a graphics card of NVIDIA, after ./mvnw -Pcuda -DskipTests package.
# Run it from anywhere; it writes into a temporary folder and prints what to send back.
#
# DEVICE  the card to check (cuda:0)
# STEPS   steps of each measurement (50)
set -u
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)
device=${DEVICE:-cuda:0}
steps=${STEPS:-50}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

check() {
  name=$1
  shift
  echo "== $name: $*"
  if "$@"; then echo "-- $name: ok"; else
    echo "-- $name: FAILED with exit code $?"
    failed=1
  fi
}
sg() { "$home/softgate" "$@"; }
tiny() { sg train --dataset synthetic --limit-train 512 --limit-test 128 --depth 20 --gate classifier --runs-dir "$work" "$@"; }

nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv || echo "no nvidia-smi"
echo "CUDA_VISIBLE_DEVICES=${CUDA_VISIBLE_DEVICES-not set}"

for golden in "$home"/src/test/resources/golden/*.safetensors; do
  check "parity $(basename "$golden")" sg parity "$golden" --device "$device"
done

# The same training on the CPU, on the card, and from one to the other at an epoch's end.
check "train on the CPU" tiny --name cpu --epochs 2 --precision fp32
check "train on the card" tiny --name card --epochs 2 --precision fp32 --device "$device"
check "the same bits again" tiny --name again --epochs 2 --precision fp32 --device "$device"
grep -h weights_sha256 "$work/card/summary.json" "$work/again/summary.json"
check "begin on the card" tiny --name moved --epochs 6 --precision fp32 --device "$device" --time-limit 8s
check "go on on the CPU" sg train --resume "$work/moved" --device cpu --time-limit 8s
check "end on the card" sg train --resume "$work/moved" --device "$device"
check "evaluate on the CPU" sg eval "$work/card" --device cpu --json
check "evaluate on the card" sg eval "$work/card" --device "$device" --json
check "skip on the card" sg skip "$work/card" --device "$device" --json
check "train owned channels" sg train --dataset synthetic --limit-train 512 --limit-test 128 --depth 20 --gate memory \
  --runs-dir "$work" --name owned --epochs 2 --device "$device"

for precision in fp32 bf16; do
  for what in train infer; do
    check "bench $what $precision" sg bench "$what" --depth 110 --batch-size 128 --steps "$steps" \
      --device "$device" --precision "$precision" --json
  done
done

cards=$(nvidia-smi -L 2>/dev/null | wc -l)
if [ "$cards" -ge 2 ]; then
  check "two cards" sg launch --processes 2 -- train --dataset synthetic --limit-train 512 --limit-test 128 --depth 20 \
    --gate classifier --runs-dir "$work" --name two --epochs 2 --device cuda
fi
check "a card that is not there" sh -c "! '$home/softgate' eval '$work/card' --device cuda:63"

[ "$failed" = 0 ] && echo "all checks passed" || echo "some checks failed"
exit "$failed"
