import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startApiServer, type ApiServer } from '@slipway/apiserver'
import type { ApiResponse, Status, UserInfo } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Step {
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly type?: string
  readonly body?: object
  /** Who asks, if it is not the admin: a service account of the namespace `default`. */
  readonly as?: string
}

interface Recorded {
  readonly name: string
  readonly steps: readonly Step[]
  readonly after?: readonly Step[]
  readonly answer: Pick<Status, 'code' | 'reason' | 'message' | 'details'>
}

// What conformance/validation/record.mjs wrote down of a real API server.
const folder = new URL('../../../conformance/validation/recorded/', import.meta.url)
const files = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith('.json'))

describe.each(files)('objects of %s', (file) => {
  const cases = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded[]
  let api: ApiServer
  beforeAll(async () => {
    api = await startApiServer({ store: openMemoryStore() })
    const metadata = { name: 'default' }
    await send(api, { method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body: { metadata } })
  })
  afterAll(() => api.stop())

  test.each(cases)('are answered as the real server answers: $name', async ({ steps, after = [], answer }) => {
    const answers: ApiResponse[] = []
    for (const step of steps) answers.push(await send(api, step))
    for (const step of after) await send(api, { ...step, body: { gracePeriodSeconds: 0 } })
    expect(answers.slice(0, -1).map(({ status }) => status)).toEqual(answers.slice(0, -1).map(() => 201))
    expect(shown(answers.at(-1), answer)).toEqual(masked(answer, answer))
  })
})

function send(api: ApiServer, { method, path, type = 'application/json', body, as }: Step): Promise<ApiResponse> {
  return api.handle({
    method,
    path,
    contentType: type,
    ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    ...(as === undefined ? {} : { user: accountOf(as) }),
  })
}

function accountOf(name: string): UserInfo {
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated']
  return { username: `system:serviceaccount:default:${name}`, groups }
}

function shown(response: ApiResponse | undefined, recorded: Recorded['answer']): object {
  if (response === undefined || response.status < 300) return { code: response?.status }
  const { reason, message, details } = response.object as Status
  return masked({ code: response.status, reason, message, details } as Recorded['answer'], recorded)
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
// The real server shows large values with the names of Go's fields, and what changed as a diff of its own types.
const LARGE = /^Invalid value: \{.{220,}\}/

// A fault that two checks find is twice among the causes of the real server; once is enough.
function masked({ message, details, ...answer }: Recorded['answer'], recorded: Recorded['answer']): object {
  if ((answer.code ?? 0) < 300) return { code: answer.code }
  if (details?.causes === undefined) return { ...answer, message, details }
  const large = recorded.details?.causes?.filter((cause) => LARGE.test(cause.message ?? '')) ?? []
  const causes = details.causes.map(({ message: text = '', ...cause }) => {
    const short = text.replace(UUID, 'UID').replace(/\n[^]*/, '')
    const isShown = large.every(({ field }) => field !== cause.field)
    return { ...cause, message: isShown ? short : short.replace(/\{.*\}/, 'LARGE') }
  })
  const unique = [...new Set(causes.map((cause) => JSON.stringify(cause)))].map((text) => JSON.parse(text) as object)
  const isLarge = /\n|\{.{220,}\}/.test(recorded.message ?? '')
  return {
    ...answer,
    message: isLarge ? undefined : message?.replace(UUID, 'UID'),
    details: { ...details, causes: unique },
  }
}
