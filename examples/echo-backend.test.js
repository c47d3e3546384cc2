// Runs baremark's checks of a backend with Node's own test runner: node --test examples/echo-backend.test.js
import { test } from 'node:test';
import { backendConformance } from 'baremark/conformance';
import backend from './echo-backend.js';

const int64 = (size, value) => ({
  type: 'int64',
  dims: [size, 16],
  data: BigInt64Array.from({ length: size * 16 }, (_, i) => BigInt(value(i))),
});

const checks = backendConformance({
  backend,
  request: {
    model: { name: 'none', precision: 'fp32' },
    device: 'cpu',
    instance: 0,
    options: { pauseMs: 1 },
  },
  // Sample i must be the same whatever the size of the batch.
  feeds: (size) => ({
    input_ids: int64(size, (i) => 100 + i),
    input_mask: int64(size, () => 1),
    segment_ids: int64(size, (i) => (i % 16 < 6 ? 0 : 1)),
  }),
});

for (const { name, run } of checks) test(name, run);
