"""One run of LoadGen with a system under test that serves batches on one thread and sleeps as long as each would take.

Usage: run_loadgen.py SETTINGS.json FOLDER
"""
import json
import queue
import sys
import threading
import time

import mlperf_loadgen as lg


def main(settings, folder):
    waiting = queue.Queue()

    def serve():
        while True:
            batch = [waiting.get()]
            while len(batch) < settings["max_batch"] and not waiting.empty():
                batch.append(waiting.get())
            if batch[0] is None:
                return
            time.sleep((settings["fixed_ms"] + settings["per_sample_ms"] * len(batch)) / 1000)
            lg.QuerySamplesComplete([lg.QuerySampleResponse(query.id, 0, 0) for query in batch])

    def issue(queries):
        for query in queries:
            waiting.put(query)

    test = lg.TestSettings()
    test.scenario = getattr(lg.TestScenario, settings["scenario"])
    test.mode = lg.TestMode.PerformanceOnly
    test.qsl_rng_seed, test.sample_index_rng_seed, test.schedule_rng_seed = settings["seeds"]
    test.min_duration_ms, test.min_query_count = settings["min_duration_ms"], settings["min_query_count"]
    if settings["scenario"] == "Server":
        test.server_target_qps = settings["qps"]
        test.server_target_latency_ns = settings["bound_ms"] * 1000000
        test.server_coalesce_queries = True
    else:
        test.offline_expected_qps = settings["qps"]
    output = lg.LogOutputSettings()
    output.outdir, output.copy_summary_to_stdout = folder, False
    log = lg.LogSettings()
    log.log_output, log.enable_trace = output, False
    server = threading.Thread(target=serve, daemon=True)
    server.start()
    sut = lg.ConstructSUT(issue, lambda: None)
    qsl = lg.ConstructQSL(settings["qsl_total"], settings["qsl_total"], lambda _: None, lambda _: None)
    lg.StartTestWithLogSettings(sut, qsl, test, log)
    waiting.put(None)
    server.join()


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file), sys.argv[2])
