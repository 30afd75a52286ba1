import { HelmError } from '../io.ts'
import type { ParsedFlags } from '../flags.ts'
import type { HelmIo } from '../io.ts'

/** `helm dependency update`. */
export async function updateDependencies(path: string, context: { flags: ParsedFlags; io: HelmIo }): Promise<void> {
  void context
  throw new HelmError(`dependency update is not supported yet: ${path}`)
}

/** `helm dependency build`. */
export async function buildDependencies(path: string, context: { flags: ParsedFlags; io: HelmIo }): Promise<void> {
  await updateDependencies(path, context)
}
