// The rooms of design section 4 as rules: payment ← machines ← workflows, payment ← providers ← activities,
// temporal joins both arms, api and cli stand on temporal. `npm run boundaries` checks them.
// The twins in sandbox/ share no code with providers/: a twin that shares the mapping proves nothing.

/** A room may import its own files and what `allowed` names; everything else in the tree or from npm is an error. */
const room = (name, allowed, { npm = [], node = false, typesFrom = [] } = {}) => {
  const own = [name, ...allowed].map((folder) => `^${folder}/`);
  const packages = npm.map((pkg) => `(^|/)node_modules/${pkg}/`);
  const to = { pathNot: [...own, ...packages] };
  const rules = [
    {
      name: `${name}-imports-only-its-own-arm`,
      comment: `${name}/ may import ${[name, ...allowed, ...npm, ...(node ? ['node:'] : [])].join(', ')}`,
      severity: 'error',
      from: { path: `^${name}/` },
      to: {
        ...to,
        dependencyTypesNot: [...(node ? ['core'] : []), ...(typesFrom.length > 0 ? ['type-only'] : [])],
      },
    },
  ];
  if (typesFrom.length > 0) {
    rules.push({
      name: `${name}-types-only-from-${typesFrom.length === 1 ? 'one-file' : 'listed-files'}`,
      comment: `${name}/ may import types, and nothing else, from ${typesFrom.join(', ')}`,
      severity: 'error',
      from: { path: `^${name}/` },
      to: { pathNot: [...to.pathNot, ...typesFrom], dependencyTypes: ['type-only'] },
    });
  }
  return rules;
};

const temporalPackages = '@temporalio/[^/]+';
const edges = ['api', 'cli', 'web', 'bench', 'test', 'scripts'];

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no bottom: nothing in it can be understood or tested by itself.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'Every import names a file or a package of package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...room('payment', []),
    ...room('machines', ['payment'], { npm: ['xstate'] }),
    ...room('workflows', ['payment', 'machines'], {
      npm: ['@temporalio/workflow', '@temporalio/common'],
      typesFrom: ['^activities/contract\\.ts$'],
    }),
    ...room('providers', ['payment'], { npm: ['zod', 'undici'], node: true }),
    ...room('activities', ['providers', 'payment'], {
      npm: ['@temporalio/activity', '@temporalio/common'],
      node: true,
    }),
    ...room('sandbox', [], { npm: ['zod'], node: true }),
    ...room('sim', ['machines', 'payment'], { node: true }),
    {
      name: 'temporal-stands-below-the-edges',
      severity: 'error',
      from: { path: '^temporal/' },
      to: { path: ['^(api|cli|web|sandbox|sim|audit|bench|test|scripts)/'] },
    },
    {
      name: 'audit-stands-below-the-edges',
      severity: 'error',
      from: { path: '^audit/' },
      to: { path: ['^(api|cli|web|sandbox|sim|bench|test|scripts)/'] },
    },
    {
      name: 'api-knows-no-command-line-and-no-twin',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: ['^(cli|web|sandbox|sim|bench|test|scripts)/'] },
    },
    {
      name: 'nothing-but-tests-imports-tests',
      severity: 'error',
      from: { pathNot: ['^test/', '^vitest\\.config\\.ts$'] },
      to: { path: '^test/' },
    },
    {
      name: 'no-development-packages-in-the-rooms',
      severity: 'error',
      from: {
        pathNot: [
          `^(${edges.filter((edge) => edge !== 'api' && edge !== 'cli').join('|')})/`,
          '^[^/]+\\.(ts|mjs)$',
        ],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'temporal-packages-stay-in-their-rooms',
      severity: 'error',
      from: { path: '^(payment|machines|providers|sandbox|sim)/' },
      to: { path: `(^|/)node_modules/${temporalPackages}/` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules/\\.|coverage|\\.tranche|dist/|docs/examples/)' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
