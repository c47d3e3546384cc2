/** The profile that a user's module exports: checked, and completed where it leaves things out. */
import { z } from 'zod';
import { BaremarkError, messageOf } from '../base/errors.js';
import { measuredOf } from '../base/measured-schema.js';
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
    hostNms: z.boolean(),
    checkDevice: aFunction<'checkDevice'>(),
    selectDevices: aFunction<'selectDevices'>(),
    computesOn: aFunction<'computesOn'>(),
    defaults: aFunction<'defaults'>(),
    tuning: aFunction<'tuning'>(),
    environment: z.array(
      z.string().regex(/^[A-Za-z]\w*$|^[A-Za-z]\w*_\*$/, 'it must be the name of a variable, or PREFIX_*'),
    ),
    runtimeVersion: aFunction<'runtimeVersion'>(),
    launch: aFunction<'launch'>(),
    prepare: aFunction<'prepare'>(),
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

const tuneSpaceShape = z.strictObject({
  batches: z.array(z.int().min(1)).min(1),
  instances: z.array(z.int().min(1)).min(1),
  waitsMs: z.array(z.number().min(0)).min(1),
});

/** What each function gives, where something else would do harm later; a promise's value where it gives one. */
const results: { readonly [K in keyof UserProfile]?: z.ZodType } = {
  checkDevice: z.string().optional(),
  selectDevices: z.array(z.string().min(1)).min(1),
  computesOn: z.enum(['cores', 'accelerator', 'server']),
  defaults: defaultsShape,
  tuning: tuneSpaceShape,
  runtimeVersion: measuredOf(z.string()),
  launch: z.record(z.string(), z.string()).optional(),
};

/**
 * @param backend how the user named the module
 * @throws BaremarkError `BAD_BACKEND`, naming the part that is wrong; the profile's functions too, where the module's
 * own throw or give something else than they should
 */
export function userProfile(
  backend: string,
  exported: unknown,
  load: BackendProfile['load'],
): BackendProfile {
  const plain = plainProfile(backend, load);
  if (exported === undefined) return plain;
  const { defaults: own, ...parts } = guarded(checked(profileShape, exported, backend, 'profile'), backend);
  if (!own) return { ...plain, ...parts };
  const defaults: BackendProfile['defaults'] = (task, machine) => {
    const chosen = own(task, machine);
    const instances = task.instances ?? chosen.instances;
    return { ...plain.defaults({ ...task, instances }, machine), ...chosen, ...(instances && { instances }) };
  };
  return { ...plain, ...parts, defaults };
}

/** The profile with functions that say what is wrong where they throw or give the wrong thing. */
function guarded(profile: UserProfile, backend: string): UserProfile {
  const entries = Object.entries(profile).map(([name, part]) => {
    if (typeof part !== 'function') return [name, part];
    const what = `profile's ${name}()`;
    const shape = results[name as keyof UserProfile];
    const accept = (result: unknown) => (shape ? checked(shape, result, backend, what) : result);
    const fail = (error: unknown): never => {
      if (error instanceof BaremarkError) throw error;
      throw new BaremarkError(
        'BAD_BACKEND',
        `The ${what} of the backend ${backend} threw: ${messageOf(error)}; correct it, or export no profile.`,
        { cause: error },
      );
    };
    const call = (...args: unknown[]): unknown => {
      try {
        const result: unknown = (part as (...args: unknown[]) => unknown).apply(profile, args);
        return result instanceof Promise ? result.then(accept).catch(fail) : accept(result);
      } catch (error) {
        return fail(error);
      }
    };
    return [name, call];
  });
  return Object.fromEntries(entries) as UserProfile;
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
