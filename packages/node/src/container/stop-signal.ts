import { constants } from 'node:os'
import type { LocalImage } from '../types.ts'

const DEFAULT = 'SIGTERM'

/** The signal that asks a program of an image to end: what its STOPSIGNAL says (`SIGINT`, `INT`, `2`), else SIGTERM. */
export function stopSignalOf({ stopSignal = '' }: Pick<LocalImage, 'stopSignal'>): NodeJS.Signals {
  const wanted = stopSignal.toUpperCase()
  const known = Object.entries(constants.signals).find(
    ([name, number]) => name === wanted || name === `SIG${wanted}` || String(number) === wanted,
  )
  return (known?.[0] ?? DEFAULT) as NodeJS.Signals
}
