/** The profile that a user's module exports: checked, and completed where it leaves things out. */
import { z } from 'zod';
import { BaremarkError } from '../base/errors.js';
import { plainProfile } from './plain-profile.js';
import type { BackendProfile, SutDefaults } from './profile.js';

/** What a module may export as `profile`, beside its backend; all that it leaves out is as it is without a profile. */
export interface UserProfile extends Partial<Omit<BackendProfile, 'name' | 'load' | 'defaults'>> {
  readonly defaults?: (...args: Parameters<BackendProfile['defaults']>) => Partial<SutDefaults>;
}

const aFunction = <K extends keyof UserProfile>() =>
  z.custom<NonNullable<UserProfile[K]>>((value) => typeof value === 'function', 'it must be a function');

const profileShape = z
  .strictObject({
    deviceExamples: z.array(z.string()),
    model: z.enum(['onnx', 'none', 'remote']),
    answers: z.boolean(),
    checkDevice: aFunction<'checkDevice'>(),
    selectDevices: aFunction<'selectDevices'>(),
    computesOn: aFunction<'computesOn'>(),
    defaults: aFunction<'defaults'>(),
    tuning: aFunction<'tuning'>(),
    runtimeVersion: aFunction<'runtimeVersion'>(),
    launch: aFunction<'launch'>(),
    placement: aFunction<'placement'>(),
    examine: aFunction<'examine'>(),
  })
  .partial();

const defaultsShape = z
  .strictObject({
    instances: z.int().min(1),
    backendOptions: z.record(z.string(), z.unknown()),
    maxBatch: z.int().min(1),
    freeCores: z.number(),
    idleSpinNs: z.number().min(0),
  })
  .partial();

/**
 * @param backend how the user named the module
 * @throws BaremarkError `BAD_BACKEND`, naming the part that is wrong; `defaults` too, for what the module's own returns
 */
export function userProfile(
  backend: string,
  exported: unknown,
  load: BackendProfile['load'],
): BackendProfile {
  const plain = plainProfile(backend, load);
  if (exported === undefined) return plain;
  const { defaults: own, ...parts } = checked(profileShape, exported, backend, 'profile');
  if (!own) return { ...plain, ...parts };
  const defaults: BackendProfile['defaults'] = (task, machine) => {
    const chosen = checked(defaultsShape, own(task, machine), backend, "profile's defaults()");
    const instances = task.instances ?? chosen.instances;
    return { ...plain.defaults({ ...task, instances }, machine), ...chosen, ...(instances && { instances }) };
  };
  return { ...plain, ...parts, defaults };
}

function checked<T>(shape: z.ZodType<T>, value: unknown, backend: string, what: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const part = issue!.path.length > 0 ? `${issue!.path.join('.')}: ` : '';
  throw new BaremarkError(
    'BAD_BACKEND',
    `The ${what} of the backend ${backend} cannot be used (${part}${issue!.message}); correct it, or export no profile.`,
  );
}
