/** What runs where the user names no backend or no device; also what the reference of a comparison of answers runs on. */
export const defaultSut = { backend: 'onnxruntime', device: 'cpu' } as const;
