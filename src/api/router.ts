import { activity } from './activity.ts';
import { check } from './check.ts';
import { connections } from './connections.ts';
import { apiKeys } from './keys.ts';
import { output } from './output.ts';
import { resumes } from './resumes.ts';
import { suggestions } from './suggestions.ts';
import { versions } from './versions.ts';
import { whoami } from './whoami.ts';

/** Every procedure. What has a tool in its meta is an MCP tool; every one is served by RPC and REST. */
export const router = { resumes: { ...resumes, ...output }, versions, suggestions, check, whoami, connections, apiKeys, activity };

export type Router = typeof router;
