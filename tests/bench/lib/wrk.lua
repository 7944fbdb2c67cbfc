-- One line of JSON for lib/load.mjs. Only `done` is defined, so that requests run in wrk's C code alone. wrk counts in microseconds.
local body = os.getenv("BENCH_BODY")
if body then wrk.method, wrk.body = "POST", body end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"failed":%d,"p50":%.3f,"p99":%.3f}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
