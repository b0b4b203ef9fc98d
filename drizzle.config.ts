import { defineConfig } from 'drizzle-kit';

export { drizzleConfig as default };

const drizzleConfig = defineConfig({
  dialect: 'postgresql',
  schema: './src/db/schema/{auth,bans,grants,registrations,resumes,publishing,reads,versions,audit,api-keys,limits,signing-keys}.ts',
  out: './migrations',
});
