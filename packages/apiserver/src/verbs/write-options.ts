import type { ResourceRequest } from '../request.ts'
import { badRequest } from '../status.ts'

/** True for `dryRun=All`. @throws StatusError BadRequest for anything else */
export function isDryRun(request: ResourceRequest): boolean {
  const values = request.query.getAll('dryRun').filter((value) => value !== '')
  const wrong = values.find((value) => value !== 'All')
  if (wrong !== undefined) throw badRequest(`dryRun: Unsupported value: "${wrong}": supported values: "All"`)
  return values.length > 0
}

/** Who is recorded as the manager of the fields that a write sets: what the request says, else the first word of the user agent. */
export function managerOf(request: ResourceRequest, userAgent: string): string {
  const given = request.query.get('fieldManager') ?? ''
  if (given.length > 128) throw badRequest('fieldManager: Too long: may not be more than 128 bytes')
  return given === '' ? (userAgent.split('/')[0] ?? '') || 'unknown' : given
}
