import { describe, expect, it } from 'vitest';
import {
  busySinceNs,
  countDone,
  createControl,
  hasEnded,
  lastCompletedNs,
  markBusy,
  markEnded,
  markIdle,
  nextBatchNumber,
  rowsDone,
  rowsFailed,
  rowsTaken,
  setLastCompletedNs,
  setStartNs,
  startNs,
  takeRows,
} from '../../src/engine/control.js';

describe('the control block', () => {
  it('gives rows to one instance only, also where two have seen the same', () => {
    const control = createControl(2, 3);
    expect(takeRows(control, 1, 0, 4)).toBe(true);
    expect(takeRows(control, 1, 0, 4)).toBe(false);
    expect([0, 1, 2].map((queue) => rowsTaken(control, queue))).toEqual([0, 4, 0]);
  });

  it('keeps the times of phase and instances apart', () => {
    const control = createControl(2, 1);
    setStartNs(control, 5e9);
    markBusy(control, 0, 10);
    markBusy(control, 1, 20);
    setLastCompletedNs(control, 0, 30);
    setLastCompletedNs(control, 1, 40);
    expect(startNs(control)).toBe(5e9);
    expect([busySinceNs(control, 0), busySinceNs(control, 1)]).toEqual([10, 20]);
    expect([lastCompletedNs(control, 0), lastCompletedNs(control, 1)]).toEqual([30, 40]);
    markIdle(control, 0);
    markEnded(control, 1);
    expect([busySinceNs(control, 0), busySinceNs(control, 1)]).toEqual([undefined, undefined]);
    expect([hasEnded(control, 0), hasEnded(control, 1)]).toEqual([false, true]);
  });

  it('counts failed rows as done too, and numbers batches from 0', () => {
    const control = createControl(2, 1);
    countDone(control, 3, false);
    countDone(control, 2, true);
    expect([rowsDone(control), rowsFailed(control)]).toEqual([5, 2]);
    expect([nextBatchNumber(control), nextBatchNumber(control)]).toEqual([0, 1]);
  });
});
