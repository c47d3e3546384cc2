"""LoadGen's official Python binding with an instant system under test; prints its summary's figures as JSON.

Usage: loadgen.py Server|SingleStream RATE SECONDS
"""
import json
import os
import sys
import tempfile

import mlperf_loadgen as lg

SCENARIO, RATE, SECONDS = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
SAMPLES = 1024


def issue(queries):
    lg.QuerySamplesComplete([lg.QuerySampleResponse(query.id, 0, 0) for query in queries])


settings = lg.TestSettings()
settings.mode = lg.TestMode.PerformanceOnly
settings.scenario = getattr(lg.TestScenario, SCENARIO)
settings.server_target_qps = RATE
settings.single_stream_expected_latency_ns = 1000
settings.min_duration_ms = int(SECONDS * 1000)
settings.min_query_count = 1
output = lg.LogOutputSettings()
output.outdir = tempfile.mkdtemp()
output.copy_summary_to_stdout = False
logs = lg.LogSettings()
logs.log_output = output
sut = lg.ConstructSUT(issue, lambda: None)
qsl = lg.ConstructQSL(SAMPLES, SAMPLES, lambda _: None, lambda _: None)
lg.StartTestWithLogSettings(sut, qsl, settings, logs)
figures = {}
with open(os.path.join(output.outdir, "mlperf_log_detail.txt"), encoding="utf-8") as detail:
    for line in detail:
        entry = json.loads(line.removeprefix(":::MLLOG "))
        if entry["key"].startswith("result_"):
            figures[entry["key"]] = entry["value"]
print(json.dumps(figures))
