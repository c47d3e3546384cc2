/** The version of the runtime: that of TensorFlow's wheel. */
import { findTfjs } from './install.js';

/** Of TensorFlow or TF.js, as installed.json says; undefined where it is not installed. */
export function installedVersion(): string | undefined {
  const variants = findTfjs()?.installed.variants;
  const versions = { ...variants?.wasm?.versions, ...variants?.cuda?.versions, ...variants?.cpu?.versions };
  const wheel = Object.entries(versions).find(([name]) => /^tensorflow([_-]cpu)?$/.test(name));
  return wheel?.[1] ?? versions['@tensorflow/tfjs-core'];
}
