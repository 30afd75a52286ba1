import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, until } from './processes.mjs'

/** Starts a real Argo CD (redis, repo server, application controller, API server) against a control plane; gives the address of its API. */
export async function startArgoCd({ folder, bin, source, group, kubeconfig }) {
  // Never synchronous: the node's pods live in this process.
  const run = async (program, args, options = {}) =>
    (await promisify(execFile)(program, args, { maxBuffer: 64 * 1024 * 1024, ...options })).stdout
  const kubectl = (...args) => run(join(bin, 'kubectl'), ['--kubeconfig', kubeconfig, ...args])
  await kubectl('create', 'namespace', 'argocd')
  await kubectl('apply', '--server-side', '-k', join(source, 'manifests/crds'))
  // The server creates its first project at once, and ends where that kind is not served yet.
  const kinds = 'applications.argoproj.io,applicationsets.argoproj.io,appprojects.argoproj.io'
  await until('the kinds of Argo CD', () => kubectl('get', kinds, '-A').then(() => true))
  await kubectl('-n', 'argocd', 'apply', '-k', join(source, 'manifests/base/config'))
  const tools = join(folder, 'tools')
  for (const path of ['tools', 'tls', 'ssh', 'gpg/keys', 'gpg/source', 'plugins'])
    mkdirSync(join(folder, path), { recursive: true })
  symlinkSync(join(bin, 'helm3'), join(tools, 'helm'))
  symlinkSync(join(bin, 'kustomize'), join(tools, 'kustomize'))
  for (const script of readdirSync(join(source, 'hack')).filter((name) => name.endsWith('.sh')))
    symlinkSync(join(source, 'hack', script), join(tools, script))
  const env = {
    KUBECONFIG: kubeconfig,
    PATH: `${tools}:${process.env.PATH}`,
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    ARGOCD_TLS_DATA_PATH: join(folder, 'tls'),
    ARGOCD_SSH_DATA_PATH: join(folder, 'ssh'),
    ARGOCD_GPG_DATA_PATH: join(folder, 'gpg/source'),
    ARGOCD_GNUPGHOME: join(folder, 'gpg/keys'),
    ARGOCD_PLUGINSOCKFILEPATH: join(folder, 'plugins'),
    ARGOCD_GPG_ENABLED: 'false',
  }
  const [redis, repo, api, ...metrics] = await Promise.all(Array.from({ length: 6 }, freePort))
  group.start(
    'redis',
    'redis-server',
    ['--port', redis, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'].map(String),
  )
  const start = (name, args) =>
    group.start(`argocd-${name}`, join(bin, 'argocd'), args, { ...env, ARGOCD_BINARY_NAME: `argocd-${name}` })
  const cache = `--redis=127.0.0.1:${redis}`
  start('repo-server', [`--port=${repo}`, `--metrics-port=${metrics[0]}`, cache])
  const common = ['--namespace=argocd', cache, `--repo-server=127.0.0.1:${repo}`]
  start('application-controller', [...common, `--metrics-port=${metrics[1]}`])
  start('server', [...common, `--port=${api}`, `--metrics-port=${metrics[2]}`, '--insecure', '--disable-auth'])
  await until('the Argo CD API', async () => (await fetch(`http://127.0.0.1:${api}/healthz`)).ok, { within: 240_000 })
  const cli = (...args) =>
    run(join(bin, 'argocd'), [...args, `--server=127.0.0.1:${api}`, '--plaintext'], {
      env: { ...env, HOME: folder, ARGOCD_BINARY_NAME: 'argocd' },
    })
  return { cli, kubectl }
}
