import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

const places = [
  process.env.BAREMARK_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** A Chromium on this machine: `BAREMARK_CHROMIUM`, or where distributions put it. */
export const chromiumPath = places.find((path) => path && existsSync(path));

export async function launchChromium(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}
