#!/bin/sh
# Writes the stack of `bin/hooks.ts` to `cdk.out`, without the files that only CDK itself reads.
set -eu
cd "$(dirname "$0")"
npm --prefix bin install --silent --no-audit --no-fund --no-package-lock
bin/node_modules/.bin/tsc --module nodenext --target es2022 --skipLibCheck --outDir bin/out bin/hooks.ts
bin/node_modules/.bin/cdk synth --quiet --no-version-reporting --no-notices --app "node bin/out/hooks.js"
rm -f cdk.out/Hooks.metadata.json cdk.out/validation-report.json
node -e '
const fs = require("node:fs");
const manifest = JSON.parse(fs.readFileSync("cdk.out/manifest.json"));
delete manifest.artifacts["aws-cdk-lib/feature-flag-report"];
delete manifest.artifacts.Hooks.additionalMetadataFile;
fs.writeFileSync("cdk.out/manifest.json", JSON.stringify(manifest, null, 2) + "\n");'
