/** What a client may ask of a repository over HTTP. */
export type Service = 'git-upload-pack' | 'git-receive-pack'

/** True for the name of a {@link Service}. */
export function isService(name: string | null | undefined): name is Service {
  return name === 'git-upload-pack' || name === 'git-receive-pack'
}

// A push moves the work tree along with the branch that is checked out, and is refused where there are uncommitted changes. What Slipway itself writes is not there
// to be pushed, and objects that are no good stay outside.
const RECEIVING = [
  'receive.denyCurrentBranch=updateInstead',
  'receive.denyDeleteCurrent=refuse',
  'receive.hideRefs=refs/slipway',
  'receive.fsckObjects=true',
  'receive.autogc=false',
]

/** The arguments of git that answer one request of a service; `advertise` for the list of refs that starts a conversation. */
export function serviceArguments(service: Service, advertise: boolean): readonly string[] {
  const settings = service === 'git-receive-pack' ? RECEIVING.flatMap((setting) => ['-c', setting]) : []
  const flags = advertise ? ['--stateless-rpc', '--advertise-refs'] : ['--stateless-rpc']
  return [...settings, service.slice('git-'.length), ...flags, '.']
}

/** The environment of such a git: the version of the protocol that the client asked for, if it is one. */
export function protocolEnvironment(header: string | readonly string[] | undefined): Readonly<Record<string, string>> {
  return typeof header === 'string' && /^version=\d(:version=\d)*$/.test(header) ? { GIT_PROTOCOL: header } : {}
}

/** One line of git's protocol: four digits of its length, then the text. */
export function packetLine(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`
}
