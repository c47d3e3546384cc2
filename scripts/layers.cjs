/** The rooms of `src/` by layer, lowest first: a room imports only from layers below its own. docs/architecture.md draws them. */
module.exports = [
  ['base', 'loadgen'],
  ['onnx'],
  ['backends', 'datasets', 'graphs'],
  ['engine'],
  ['system', 'accuracy', 'assets'],
  ['results'],
  ['compare'],
  ['plan', 'report'],
  ['sut'],
  ['search'],
  ['run'],
  ['checks'],
  ['cli'],
];
