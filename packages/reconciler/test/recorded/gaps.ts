import type { Digest } from './digest.ts'

/** What is known to go otherwise than on a real Argo CD, with the reason. An entry must differ: one that does not any more fails its test. */
export const GAPS: Readonly<Record<string, Partial<Record<keyof Digest, string>>>> = {}
