import { describe, expect, it } from 'vitest';
import { type ClockReading, clockJumps, readClocks } from '../../src/base/clock-jumps.js';

const at = (monotonicS: number, bootS: number, wallS: number): ClockReading => ({
  monotonicNs: monotonicS * 1e9,
  bootNs: { value: bootS * 1e9 },
  wallMs: wallS * 1e3,
});

describe('clock jumps', () => {
  it('sees nothing where the clocks agree to their resolution', () => {
    expect(clockJumps(at(10, 100, 1000), at(70, 160.01, 1060.02))).toEqual({
      suspendedNs: { value: 0 },
      wallClockSetMs: 0,
    });
  });

  it('sees a sleep, and does not mistake it for a set clock', () => {
    expect(clockJumps(at(10, 100, 1000), at(70, 460, 1360))).toEqual({
      suspendedNs: { value: 300e9 },
      wallClockSetMs: 0,
    });
  });

  it('sees a wall clock set back and forth, but not one that is only steered', () => {
    expect(clockJumps(at(0, 0, 1000), at(60, 60, 1050)).wallClockSetMs).toBe(-10_000);
    expect(clockJumps(at(0, 0, 1000), at(60, 60, 1061)).wallClockSetMs).toBe(1000);
    // 500 ppm over 600 s is 0.3 s.
    expect(clockJumps(at(0, 0, 1000), at(600, 600, 1600.3)).wallClockSetMs).toBe(0);
  });

  it('says why a sleep cannot be seen', () => {
    const blind = readClocks(() => {
      throw new Error('no such file');
    });
    expect(clockJumps(blind, readClocks()).suspendedNs).toEqual({
      unavailable: '/proc/uptime cannot be read',
    });
  });

  it('reads the clocks of this machine', () => {
    const before = readClocks();
    let after = readClocks();
    // Until the coarsest of them has moved, which is by a hundredth of a second.
    while (after.monotonicNs - before.monotonicNs < 20e6) after = readClocks();
    expect(clockJumps(before, after)).toEqual({ suspendedNs: { value: 0 }, wallClockSetMs: 0 });
  });
});
