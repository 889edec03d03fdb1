// Whether the process beside it answers: exit 0 or 1. The address is the HTTP edge's unless the environment names another.
import { env } from 'node:process';

const url = env.TRANCHE_HEALTH_URL ?? 'http://127.0.0.1:8080/healthz';
const answered = await fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
  ({ ok }) => ok,
  () => false,
);
process.exit(answered ? 0 : 1);
