/** Builds a plan after asking users' backends for their profiles, which takes importing them. */
import { builtInProfile } from '../backends/built-in.js';
import { loadProfile } from '../backends/load.js';
import type { BackendProfile } from '../backends/profile.js';
import { buildPlan, type PlanRequest } from './build.js';
import type { BenchmarkPlan } from './types.js';

/**
 * As `buildPlan`, and a user's backend has its say on devices, models and answers.
 * @throws BaremarkError what `buildPlan` throws, and `BAD_BACKEND` for a module that cannot be used
 */
export async function preparePlan(request: Omit<PlanRequest, 'profiles'>): Promise<BenchmarkPlan> {
  const plan = buildPlan(request);
  const users = new Set(plan.runs.map(({ backend }) => backend).filter((name) => !builtInProfile(name)));
  if (users.size === 0) return plan;
  const profiles = new Map<string, BackendProfile>();
  for (const backend of users) profiles.set(backend, await loadProfile(backend));
  return buildPlan({ ...request, profiles });
}
