import { hkdfSync } from 'node:crypto';
import type { VersionedSecret } from '../env.ts';

/** Keys for one purpose: the first signs, each verifies. */
export type DerivedKeys = readonly [Uint8Array, ...Uint8Array[]];

/** A key of 32 bytes for one purpose from each secret (HKDF-SHA-256), in their order. */
export function deriveKeys([current, ...earlier]: readonly [VersionedSecret, ...VersionedSecret[]], purpose: string): DerivedKeys {
  const derive = ({ value }: VersionedSecret) => new Uint8Array(hkdfSync('sha256', value, '', purpose, 32));
  return [derive(current), ...earlier.map(derive)];
}
