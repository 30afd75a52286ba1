import { runHelm } from '../helm/index.ts'
import type { Io } from '../io.ts'
import { printError } from '../output/errors.ts'

/** `slipway helm`, as a script by itself: it starts in half the time. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  try {
    return await runHelm(args, io)
  } catch (error) {
    return printError(error, io)
  }
}
