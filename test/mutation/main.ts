/**
 * `npm run mutation [-- ROOM …]`: changes the source in one place after the other and asks whether a test notices. Writes
 * the share noticed of each room into report.md beside this file, and every survivor into html/, which git ignores.
 * Exit code 1 where a room is below its share, 2 on wrong usage.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { parseReport, type RoomScore, reportText, scoreOf } from './report.js';
import { leastShare, type Room, rooms, testsVariable } from './rooms.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const reportFile = here('report.md');

async function mutate(room: Room): Promise<RoomScore> {
  process.env[testsVariable] = room.tests.join(' ');
  const results = await new Stryker({
    mutate: [...room.mutate],
    plugins: ['@stryker-mutator/vitest-runner'],
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutation/vitest-config.ts' },
    coverageAnalysis: 'perTest',
    concurrency: 2,
    reporters: ['html', 'json', 'progress-append-only'],
    htmlReporter: { fileName: here(`html/${room.name}.html`) },
    jsonReporter: { fileName: here(`html/${room.name}.json`) },
    tempDirName: '.stryker-tmp',
    ignorePatterns: ['/dist', '/results', '/shared', '/bench', '/docs', '/test/mutation/html'],
    // Generous: a busy machine must not make a slow test look like one that noticed.
    timeoutMS: 10_000,
    thresholds: { high: 95, low: leastShare, break: null },
    allowConsoleColors: false,
  }).runMutationTest();
  return scoreOf(room.name, results);
}

/** Name and version of what measured. */
function versions(): string {
  const require = createRequire(import.meta.url);
  const of = (name: string) => `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;
  return [of('@stryker-mutator/core'), of('vitest'), `Node ${process.versions.node}`].join(', ');
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => rooms.every((room) => room.name !== name));
  if (unknown !== undefined) {
    console.error(
      `There is no room "${unknown}" here; choose among ${rooms.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  const wanted = names.length === 0 ? rooms : names.map((name) => rooms.find((room) => room.name === name)!);
  let low = 0;
  for (const room of wanted) {
    const score = await mutate(room);
    // Written room by room: a run that is stopped keeps what it had.
    const before = existsSync(reportFile) ? parseReport(readFileSync(reportFile, 'utf8')) : [];
    const date = new Date().toISOString().slice(0, 10);
    const order = rooms.map(({ name }) => name);
    writeFileSync(reportFile, reportText([...before, { ...score, date, versions: versions() }], order));
    const share = (100 * score.noticed) / score.mutants;
    console.log(`${room.name}: ${share.toFixed(1)}% of ${score.mutants} changes noticed`);
    if (share < leastShare) low++;
  }
  return low > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
