/** The floors of the house: a room imports only from the floors below it, and nothing runs in circles. */

const floors = [
  ["core"],
  ["data", "language", "environments", "numerics"],
  ["rewards", "learning", "shaping"],
  ["measuring", "optimizing"],
  ["serving", "papers"],
  ["cli"],
];

// Vectors and walks are made with numbers: these two may look across their own floor.
const neighbours = { language: ["numerics"], environments: ["numerics"] };

const browserSafe = ["core", "numerics", "environments", "rewards", "learning", "shaping", "measuring", "optimizing"];

const room = (names) => `^src/(${names.join("|")})/`;

const floorRules = floors.flatMap((rooms, floor) =>
  rooms.map((name) => ({
    name: `floor-${name}`,
    comment: `src/${name} is on floor ${floor}: it imports from itself and from lower floors only`,
    severity: "error",
    from: { path: room([name]) },
    to: {
      path: "^src/",
      pathNot: room([name, ...floors.slice(0, floor).flat(), ...(neighbours[name] ?? [])]),
    },
  })),
);

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...floorRules,
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "browser-safe",
      comment: "these rooms run unchanged in the browser, so nothing they reach may be a Node built-in",
      severity: "error",
      from: { path: room(browserSafe), pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.(test|conformance)\\.ts$" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
