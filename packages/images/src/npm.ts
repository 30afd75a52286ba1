import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

// How to reach a registry, and nothing that says who somebody is: no token, no password, no script shell.
const NAMES = ['registry', 'cafile', 'https-proxy', 'proxy', 'noproxy', 'strict-ssl']

/**
 * How this user's npm reaches its registry: the settings of {@link BuildRequest.npmSettings}, read with `npm config`. A setting that holds a password
 * (`https://user:secret@host`) is left out. Empty where npm is not installed.
 */
export async function hostNpmSettings(env: NodeJS.ProcessEnv, directory: string): Promise<Record<string, string>> {
  let text: string
  try {
    text = (await run('npm', ['config', 'list', '--json'], { env, cwd: directory, timeout: 20_000 })).stdout
  } catch {
    // Without npm a RUN line that needs it fails by name; one that does not need it must not fail here.
    return {}
  }
  const all = JSON.parse(text) as Record<string, unknown>
  const kept = NAMES.flatMap((name) => {
    const value = all[name]
    const plain = typeof value === 'boolean' ? String(value) : value
    return typeof plain === 'string' && plain !== '' && !/\/\/[^/]*@/.test(plain) ? [[name, plain] as const] : []
  })
  return Object.fromEntries(kept)
}
