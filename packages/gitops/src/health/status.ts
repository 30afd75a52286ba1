/** How well a resource or an Application is, as Argo CD says it. */
export type HealthCode = 'Healthy' | 'Suspended' | 'Progressing' | 'Missing' | 'Degraded' | 'Unknown'

/** A verdict with the reason for it, where there is one. */
export interface Health {
  readonly status: HealthCode
  readonly message?: string
}

const ORDER: readonly HealthCode[] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown']

/** True for one of the words of a verdict. */
export function isHealthCode(text: string): text is HealthCode {
  return ORDER.some((code) => code === text)
}

/** True when `b` is a worse verdict than `a`. */
export function isWorse(a: HealthCode, b: HealthCode): boolean {
  return ORDER.indexOf(b) > ORDER.indexOf(a)
}

/** A verdict; an empty message is left out. */
export function health(status: HealthCode, message = ''): Health {
  return message === '' ? { status } : { status, message }
}
