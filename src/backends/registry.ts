/** The built-in backends: a line each. The README has a row for each; nothing else names them. */
export { profile as onnxruntime } from './onnxruntime/profile.js';
export { profile as simulated } from './simulated/profile.js';
export { profile as tfjs } from './tfjs/profile.js';
