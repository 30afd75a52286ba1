/** What the service reads from its environment, checked once at start. Times are in milliseconds. */
export interface Config {
  readonly port: number
  readonly managementPort: number
  readonly environment: string
  readonly colour: string
  readonly logLevel: LogLevel
  readonly workEndpoint: boolean
  readonly drainMs: number
  readonly shutdownMs: number
  readonly eventLoopLimitMs: number
  readonly dependencyUrl: URL | undefined
  readonly pod: string
  readonly commit: string
  readonly digest: string
  readonly tree: string
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** A variable that the service cannot start with. The process exits 78 (EX_CONFIG of sysexits.h). */
export class ConfigError extends Error {
  readonly variable: string

  constructor(variable: string, reason: string) {
    super(`${variable}: ${reason}`)
    this.name = 'ConfigError'
    this.variable = variable
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the configuration; throws ConfigError for the first variable that is wrong. */
export function readConfig(env: Environment, hostname: string): Config {
  const port = integer(env, 'PORT', { fallback: 8080, min: 0, max: 65535 })
  const managementPort = integer(env, 'MANAGEMENT_PORT', { fallback: 9090, min: 0, max: 65535 })
  if (port === managementPort && port !== 0) throw new ConfigError('MANAGEMENT_PORT', `must differ from PORT (${port})`)
  return {
    port,
    managementPort,
    environment: matching(env, 'ENVIRONMENT', {
      fallback: 'local',
      pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
      says: 'lower-case letters, digits and dashes',
    }),
    colour: matching(env, 'COLOUR', {
      fallback: '#64748b',
      pattern: /^#[0-9a-fA-F]{6}$/,
      says: 'a colour such as #2563eb',
    }),
    logLevel: logLevel(env),
    workEndpoint: boolean(env, 'WORK_ENDPOINT'),
    drainMs: 1000 * integer(env, 'DRAIN_SECONDS', { fallback: 0, min: 0, max: 600 }),
    shutdownMs: 1000 * integer(env, 'SHUTDOWN_SECONDS', { fallback: 10, min: 1, max: 600 }),
    eventLoopLimitMs: integer(env, 'EVENT_LOOP_LIMIT_MS', { fallback: 2000, min: 50, max: 60_000 }),
    dependencyUrl: url(env, 'DEPENDENCY_URL'),
    pod: env['POD_NAME'] || hostname,
    commit: matching(env, 'IMAGE_COMMIT', {
      fallback: '',
      pattern: /^([0-9a-f]{40}([0-9a-f]{24})?)?$/,
      says: 'a full commit hash',
    }),
    digest: matching(env, 'IMAGE_DIGEST', {
      fallback: '',
      pattern: /^(sha256:[0-9a-f]{64})?$/,
      says: 'sha256: and 64 hexadecimal digits',
    }),
    tree: env['TREE'] || 'dev',
  }
}

function integer(env: Environment, name: string, rule: { fallback: number; min: number; max: number }): number {
  const text = env[name]
  if (text === undefined || text === '') return rule.fallback
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= rule.min && value <= rule.max) return value
  throw new ConfigError(name, `must be a whole number from ${rule.min} to ${rule.max}, not ${JSON.stringify(text)}`)
}

function boolean(env: Environment, name: string): boolean {
  const text = env[name]
  if (text === undefined || text === '' || text === 'false') return false
  if (text === 'true') return true
  throw new ConfigError(name, `must be true or false, not ${JSON.stringify(text)}`)
}

function matching(env: Environment, name: string, rule: { fallback: string; pattern: RegExp; says: string }): string {
  const text = env[name]
  if (text === undefined || text === '') return rule.fallback
  if (rule.pattern.test(text)) return text
  throw new ConfigError(name, `must be ${rule.says}, not ${JSON.stringify(text)}`)
}

function logLevel(env: Environment): LogLevel {
  const text = env['LOG_LEVEL'] || 'info'
  const level = LOG_LEVELS.find((known) => known === text)
  if (level) return level
  throw new ConfigError('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(text)}`)
}

function url(env: Environment, name: string): URL | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  // The value may carry a password, so the message does not repeat it.
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new ConfigError(name, 'must be an http or https URL')
  return new URL(text)
}
