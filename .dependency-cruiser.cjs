// What each room may import. The layers themselves stand in scripts/layers.cjs.
const layers = require('./scripts/layers.cjs');

const rules = layers.flatMap((rooms, layer) =>
  rooms.map((room) => {
    const allowed = [room, ...layers.slice(0, layer).flat()];
    return {
      name: `layer-${room}`,
      severity: 'error',
      comment: `${room} may import only from the layers below it`,
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})/` },
    };
  }),
);

module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-circular', comment: 'circles of types count too', severity: 'error', from: {}, to: { circular: true } },
    { name: 'loadgen-is-pure', severity: 'error', from: { path: '^src/loadgen/' }, to: { pathNot: '^src/loadgen/' } },
    { name: 'compare-imports-only-types', severity: 'error', from: { path: '^src/compare/' }, to: { path: '^src/', pathNot: '^src/compare/', dependencyTypesNot: ['type-only'] } },
    { name: 'compare-is-pure', severity: 'error', from: { path: '^src/compare/' }, to: { dependencyTypes: ['core'] } },
    { name: 'only-the-cli-imports-the-cli', severity: 'error', from: { pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'], exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
};
