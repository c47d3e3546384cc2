/** Entry of the thread that beats: it sleeps and wakes, and so shows when no thread of this process ran. */
import { parentPort, workerData } from 'node:worker_threads';
import { monotonicNs } from '../clock.js';
import { type Beats, beat, sleepToNextBeat } from './beats.js';

const beats = workerData as Beats;
beat(beats, monotonicNs());
parentPort!.postMessage({ type: 'started' });
while (sleepToNextBeat(beats)) beat(beats, monotonicNs());
