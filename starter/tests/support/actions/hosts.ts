import { existsSync, readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'

export interface Served {
  /** The world's folder: argocd.json there says what Argo CD answers. */
  readonly directory: string
  readonly program: Buffer
  readonly sums: string
}

export interface Asked {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answered {
  readonly ok: boolean
  readonly body: string | Buffer
}

interface ArgoSettings {
  readonly token: string
  readonly version?: string
  readonly wrongChecksum?: boolean
  /** `<sync> <health> <revision>` of the Application staging. */
  readonly staging?: string
}

const NONE: Answered = { ok: false, body: 'not found' }
const RELEASE = '/github/argoproj/argo-cd/releases/download/v3.6.0'

/** Argo CD's HTTP API as far as the workflows use it, its release page, and the readiness of the container that docker "runs". */
export function answerRequest(served: Served, asked: Asked): Answered {
  const settings = JSON.parse(readFileSync(join(served.directory, 'argocd.json'), 'utf8')) as ArgoSettings
  const answers: Record<string, () => Answered> = {
    '/argocd/api/version': () => json({ Version: settings.version ?? 'v3.6.0+5f8a3e1' }),
    '/argocd/api/v1/session': () => signIn(asked.body, settings),
    '/argocd/api/v1/applications/staging': () => staging(asked, settings),
    [`${RELEASE}/argocd-linux-amd64`]: () => ({ ok: true, body: served.program }),
    [`${RELEASE}/cli_checksums.txt`]: () => ({
      ok: true,
      body: settings.wrongChecksum ? `${'0'.repeat(64)}  argocd-linux-amd64\n` : served.sums,
    }),
    '/service/readyz': () => ({ ok: existsSync(join(served.directory, 'service.json')), body: 'ready\n' }),
  }
  return answers[asked.url]?.() ?? NONE
}

function signIn(body: string, { token }: ArgoSettings): Answered {
  const given = JSON.parse(body) as { username?: string; password?: string }
  return given.username === 'pipeline' && given.password === 'the-password' ? json({ token }) : NONE
}

function staging({ headers }: Asked, settings: ArgoSettings): Answered {
  if (headers.authorization !== `Bearer ${settings.token}`) return NONE
  const [sync, health, revision] = (settings.staging ?? '').split(' ')
  return json({ status: { sync: { status: sync, revisions: [revision, revision] }, health: { status: health } } })
}

function json(value: unknown): Answered {
  return { ok: true, body: JSON.stringify(value) }
}
