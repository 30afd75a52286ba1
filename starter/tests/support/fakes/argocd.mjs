// argocd: an Argo CD that follows the branches of the bare remote. argocd.json holds what a test wants to be wrong.
import { args, at, git, option, read, record, refuse, write } from './common.mjs'

const BRANCHES = { staging: 'stg', production: 'master' }
record('argocd')
const settings = read('argocd.json', {})
const [object, verb, name] = args
const branch = BRANCHES[name]
if (object !== 'app' || !branch) refuse(`the stand-in for argocd does not know: argocd ${args.join(' ')}`)
if (process.env.ARGOCD_SERVER !== 'argocd.example.com') refuse('Argo CD server address unspecified', 20)
if (process.env.ARGOCD_AUTH_TOKEN !== settings.token) refuse('rpc error: code = Unauthenticated', 20)
if (args.some((arg) => /insecure|plaintext/.test(arg))) refuse('insecure')

if (verb === 'get') get()
else if (verb === 'sync' && settings.busy) refuse('FailedPrecondition: another operation is already in progress', 20)
else if (verb === 'sync' && settings.broken) refuse('PermissionDenied: permission denied: applications, sync', 20)
else if (verb === 'wait' && settings.unhealthy) refuse('application is not healthy: timed out', 20)
else if (verb !== 'wait' && verb !== 'sync') refuse(`unknown command ${verb}`)

function get() {
  const lag = settings.lag ?? 0
  if (args.includes('--refresh') && lag > 0) write('argocd.json', { ...settings, lag: lag - 1 })
  const head = git(at('remote.git'), 'rev-parse', `refs/heads/${branch}${lag > 0 ? '~1' : ''}`)
  const file = git(at('remote.git'), 'show', `${head}:deploy/environments/${name}/image.yaml`)
  const digest = settings.otherImage ?? /digest: "?(sha256:[0-9a-f]+)/.exec(file)?.[1]
  const sync = name === 'staging' ? { revisions: [head, head] } : { revision: head }
  if (option('--output') !== 'json') refuse('the workflows read JSON')
  process.stdout.write(
    `${JSON.stringify({ status: { sync, summary: { images: [`ghcr.io/acme/shop@${digest}`] } } })}\n`,
  )
}
