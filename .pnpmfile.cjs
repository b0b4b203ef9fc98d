// better-auth names test and migration tools as optional peers, so pnpm would carry them into a production install
// (198 MB instead of 104 MB).
function readPackage(pkg) {
  if (pkg.name === 'better-auth') {
    for (const peer of ['vitest', 'drizzle-kit']) {
      delete pkg.peerDependencies?.[peer];
      delete pkg.peerDependenciesMeta?.[peer];
    }
  }
  return pkg;
}

module.exports = { hooks: { readPackage } };
