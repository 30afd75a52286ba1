// docker: signs in, looks at images of the embedded registry, and "runs" the pull request's image by a file that says so.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { args, at, identityOf, option, read, record, refuse, standardInput, write } from './common.mjs'

const signedIn = join(process.env.HOME, 'docker-login')
const ACCEPT = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'

if (args[0] === 'login') {
  const token = standardInput().trim()
  record('docker', token)
  identityOf(token, 'packages', 'read')
  writeFileSync(signedIn, args[1])
} else {
  record('docker')
  if (args[0] === 'buildx') await inspectImage(args[3])
  else if (args[0] === 'run') start()
  else if (args[0] === 'stop') rmSync(at('service.json'))
  else if (args[0] === 'inspect') process.stdout.write('0\n')
  else if (args[0] !== 'logs') refuse(`the stand-in for docker does not know: docker ${args.join(' ')}`)
}

function start() {
  const held = ['--read-only', '--cap-drop', 'ALL', '--user', '65532']
  if (!held.every((flag) => args.includes(flag))) refuse('the container is not restricted')
  write('service.json', { name: option('--name') })
}

async function inspectImage(reference) {
  if (!existsSync(signedIn)) refuse('ERROR: denied: unauthenticated')
  const [, repository, tag, digest] = /^ghcr\.io\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(reference) ?? []
  const { registry, down } = read('state.json')
  if (down) refuse(`ERROR: failed to do request: Head "https://ghcr.io/v2/${repository}": dial tcp: i/o timeout`)
  const base = `http://${registry}/v2/${repository}`
  const found = await fetch(`${base}/manifests/${digest ?? tag}`, { headers: { accept: ACCEPT } })
  if (found.status === 404) refuse(`ERROR: ${reference}: not found`)
  const index = await found.json()
  if (option('--format') === '{{json .Manifest}}')
    process.stdout.write(`${JSON.stringify({ ...index, digest: found.headers.get('docker-content-digest') })}\n`)
  else process.stdout.write(`${JSON.stringify(await configs(base, index))}\n`)
}

/** As buildx prints `.Image` of an index: the configuration of each platform. */
async function configs(base, index) {
  const all = {}
  for (const { digest, platform } of index.manifests) {
    const manifest = await (await fetch(`${base}/manifests/${digest}`, { headers: { accept: ACCEPT } })).json()
    const config = await fetch(`${base}/blobs/${manifest.config.digest}`)
    all[`${platform.os}/${platform.architecture}`] = JSON.parse(await config.text())
  }
  return all
}
