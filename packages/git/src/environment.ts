/** Environment variables as a child process takes them. */
export type Environment = Readonly<Record<string, string | undefined>>

const FIXED: Environment = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_PAGER: 'cat',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GCM_INTERACTIVE: 'never',
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=10',
}

// What says who asks and where to reach the network; a GIT_DIR that a hook exports, for one, would point every command at another repository.
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|XDG_CONFIG_HOME|SSH_AUTH_SOCK|SystemRoot|GIT_EXEC_PATH|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY|GIT_SSL_CAINFO|GIT_CONFIG_(NOSYSTEM|GLOBAL|SYSTEM))$/

/** What a git process sees: where it finds programs, the user's configuration (`safe.directory`, credentials) and nothing that changes what it prints. */
export function gitEnvironment(outer: Environment, extra: Environment = {}): Record<string, string> {
  const kept = Object.entries(outer).filter(([name]) => KEPT.test(name))
  const all = [...kept, ...Object.entries(FIXED), ...Object.entries(extra)]
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** Settings that outrank the user's, because they would run programs, ask questions or change the output. */
export const FIRM_SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'color.ui=false',
  'log.showSignature=false',
  'log.mailmap=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.ext.allow=never',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting])
