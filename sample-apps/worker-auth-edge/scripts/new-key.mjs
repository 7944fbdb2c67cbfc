// Prints a line for `.dev.vars`: a new key for this Worker to sign with.
import { exportJWK, generateKeyPair } from "jose";

const { privateKey } = await generateKeyPair("ES256", { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: crypto.randomUUID() };
console.log(`SIGNING_KEY='${JSON.stringify(key)}'`);
