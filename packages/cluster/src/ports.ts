import { isSystemError } from '@slipway/diag'

/** What listens for a cluster, and who is told when it is not where it was. */
export interface Remembered {
  /** As people call it: `the registry`. */
  readonly what: string
  /** Its port of the last time; undefined the first time. */
  readonly port: number | undefined
  readonly onError: (message: string) => void
}

/**
 * Opens what listens on its port of the last time, so that what people wrote down stays true. Where another program has taken that, any other port will do, and the new address
 * is told.
 */
export async function onRememberedPort<T>(
  { what, port, onError }: Remembered,
  open: (port: number) => Promise<T>,
  addressOf: (opened: T) => string,
): Promise<T> {
  if (port === undefined) return open(0)
  try {
    return await open(port)
  } catch (error) {
    if (!isTaken(error)) throw error
    const opened = await open(0)
    onError(`${what} is at ${addressOf(opened)} now: another program has its port of the last time, ${port}`)
    return opened
  }
}

// Some wrap it in words of their own.
function isTaken(error: unknown): boolean {
  const taken = (each: unknown): boolean => isSystemError(each, 'EADDRINUSE') || isSystemError(each, 'EACCES')
  return taken(error) || (error instanceof Error && taken(error.cause))
}
