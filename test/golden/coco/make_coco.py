"""Writes the files in this folder: drawn images with boxes, in COCO's form, and what other programs make of them.

    pip install opencv-python-headless==5.0.0.93 pycocotools==2.0.11 mlcommons-loadgen==6.0.17 numpy
    python make_coco.py

images/, instances_val2017.json  six drawn images (one grey, one without subsampled colours, sizes odd and even) and the
                       boxes of what is drawn on them, in the order of COCO's files: ids neither ascending nor dense
detections.json        detections near these boxes, and false ones
mlperf_log_accuracy.json  an accuracy log, written by LoadGen, of a system under test that answers with these detections
                       as SSD-ResNet34 does: seven float32 per detection, labels in place of category ids
accuracy.txt           what MLCommons' accuracy-coco.py prints for this log: pycocotools' table and mAP in percent
expected.json          pycocotools' twelve numbers for detections.json and for the log; and of each image at 1200 x 1200
                       pixels, which OpenCV reads and resizes (INTER_LINEAR), four pixels and the means of the channels
"""
import contextlib
import io
import json
import os
import sys

import cv2
import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "squad"))

# COCO's 80 category ids: 1 to 90 without ten that were never used.
CATEGORIES = [i for i in range(1, 91) if i not in (12, 26, 29, 30, 45, 66, 68, 69, 71, 83)]
# Id, width, height, JPEG settings, grey.
IMAGES = [
    (411, 160, 120, [], False),
    (9, 97, 131, [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444], False),
    (2050, 128, 96, [], True),
    (733, 360, 270, [], False),
    (58, 75, 50, [], False),
    (307, 200, 200, [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422], False),
]
PLACES = [(0, 0), (333, 777), (600, 600), (1199, 1199)]


def draw(random, identity, width, height, settings, grey):
    """Smooth background with ellipses and rectangles; returns what was drawn as [category, x, y, width, height]."""
    y, x = np.mgrid[0:height, 0:width]
    tint = random.uniform(40, 200, 3)
    image = tint + 30 * np.sin(x[..., None] / random.uniform(9, 30, 3)) + 30 * np.cos(y[..., None] / random.uniform(9, 30, 3))
    image = np.clip(image, 0, 255).astype(np.uint8)
    boxes = []
    for _ in range(random.integers(3, 8)):
        w, h = int(random.integers(8, width // 2)), int(random.integers(8, height // 2))
        left, top = int(random.integers(0, width - w)), int(random.integers(0, height - h))
        colour = tuple(int(c) for c in random.integers(0, 256, 3))
        category = int(random.choice(CATEGORIES[:6] + CATEGORIES[-2:]))
        if category % 2:
            cv2.rectangle(image, (left, top), (left + w - 1, top + h - 1), colour, -1)
        else:
            cv2.ellipse(image, (left + w // 2, top + h // 2), (w // 2, h // 2), 0, 0, 360, colour, -1)
        boxes.append([category, left, top, w, h])
    if grey:
        image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    cv2.imwrite(f"images/{identity:012d}.jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 92, *settings])
    return boxes


def guesses(random, image, boxes):
    """Most boxes found, some twice, some as something else, and a few that are not there; none on the fifth image."""
    identity, width, height = image[:3]
    found = []
    for category, x, y, w, h in [] if identity == 58 else boxes:
        for _ in range(random.choice([0, 1, 1, 1, 2])):
            moved = np.array([x, y, w, h]) + random.normal(0, 0.07, 4) * [w, h, w, h]
            kind = category if random.uniform() < 0.85 else int(random.choice(CATEGORIES))
            found.append((kind, moved))
    for _ in range(0 if identity == 58 else random.integers(1, 4)):
        found.append((int(random.choice(CATEGORIES[:6])), random.uniform(5, 40, 4)))
    # Coordinates as the log carries them: float32 fractions of the image.
    rows = []
    for category, (x, y, w, h) in found:
        fractions = np.array([y / height, x / width, (y + h) / height, (x + w) / width], np.float32)
        rows.append((category, np.clip(fractions, 0, 1), np.float32(random.uniform(0.05, 1))))
    return rows


def to_result(image, category, fractions, score):
    """As accuracy-coco.py does: corners in fractions to left, top, width, height in pixels."""
    top, left, bottom, right = (float(value) for value in fractions)
    identity, width, height = image[:3]
    box = [left * width, top * height, (right - left) * width, (bottom - top) * height]
    return {"image_id": identity, "category_id": category, "bbox": box, "score": float(score)}


def evaluate(results):
    """pycocotools' twelve numbers, and all it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        truth = COCO("instances_val2017.json")
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return [float(value) for value in evaluation.stats], printed.getvalue()


def pixels(name):
    image = cv2.cvtColor(cv2.imread(f"images/{name}"), cv2.COLOR_BGR2RGB)
    image = cv2.resize(image, (1200, 1200), interpolation=cv2.INTER_LINEAR)
    means = [round(float(mean), 3) for mean in image.reshape(-1, 3).mean(axis=0)]
    return {"name": name, "pixels": [image[place].tolist() for place in PLACES], "means": means}


def write(name, value):
    with open(name, "w", encoding="utf-8") as out:
        json.dump(value, out, separators=(",", ":"))
        out.write("\n")


def main():
    from make_squad import accuracy_log

    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    os.makedirs("images", exist_ok=True)
    random = np.random.default_rng(20260)
    images, annotations, detections, responses, logged = [], [], [], [], []
    for sample, image in enumerate(IMAGES):
        identity, width, height = image[:3]
        boxes = draw(random, *image)
        images.append({"id": identity, "file_name": f"{identity:012d}.jpg", "width": width, "height": height})
        for category, x, y, w, h in boxes:
            crowd = int(random.uniform() < 0.08)
            area = w * h if category % 2 else round(w * h * 0.785)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": identity,
                    "category_id": category,
                    "bbox": [x, y, w, h],
                    "area": area,
                    "iscrowd": crowd,
                    "segmentation": [],
                }
            )
        rows = guesses(random, image, boxes)
        detections += [
            to_result(image, category, np.round(fractions, 3), round(float(score), 3)) for category, fractions, score in rows
        ]
        logged += [to_result(image, *row) for row in rows]
        fields = [
            [sample, *fractions, score, CATEGORIES.index(category) + 1] for category, fractions, score in rows
        ]
        responses.append(np.array(fields, np.float32).reshape(-1))
    categories = [{"id": i, "name": f"thing {i}", "supercategory": "thing"} for i in CATEGORIES]
    write("instances_val2017.json", {"images": images, "annotations": annotations, "categories": categories})
    write("detections.json", detections)
    with open("mlperf_log_accuracy.json", "w", encoding="utf-8") as out:
        out.write(accuracy_log(responses))
    log, printed = evaluate(logged)
    with open("accuracy.txt", "w", encoding="utf-8") as out:
        out.write(f"{printed}mAP={100 * log[0]:.3f}%\n")
    opencv = [pixels(image["file_name"]) for image in images]
    write("expected.json", {"detections": evaluate(detections)[0], "log": log, "opencv": opencv})


if __name__ == "__main__":
    main()
