/** Entry of the thread that beats: it sleeps and wakes, and so shows when no thread of this process ran. */
import { workerData } from 'node:worker_threads';
import { monotonicNs } from '../clock.js';
import { type Beats, beat, sleepToNextBeat } from './beats.js';

const beats = workerData as Beats;
do beat(beats, monotonicNs());
while (sleepToNextBeat(beats));
