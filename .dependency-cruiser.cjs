// The floors of the house: a room imports only from floors below its own.
const floors = [
  ['base', 'loadgen'],
  ['backends', 'datasets', 'graphs'],
  ['flight'],
  ['accuracy', 'system', 'results'],
  ['compare'],
  ['plan', 'report'],
  ['run'],
  ['cli'],
];

const rules = floors.flatMap((rooms, floor) =>
  rooms.map((room) => {
    const allowed = [room, ...floors.slice(0, floor).flat()];
    return {
      name: `floor-${room}`,
      severity: 'error',
      comment: `${room} may import only from the floors below it`,
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})/` },
    };
  }),
);

module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
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
