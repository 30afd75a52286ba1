import { HELM_VERSION } from '@slipway/chart'
import { TemplateSet, fromJs } from '@slipway/gotemplate'
import { VERSION_FLAGS } from '../flag-sets.ts'
import { parseFlags } from '../flags.ts'
import type { HelmIo } from '../io.ts'
import { atMost } from '../usage.ts'

const INFO = {
  Version: HELM_VERSION,
  GitCommit: '',
  GitTreeState: '',
  GoVersion: 'go1.26.8',
  KubeClientVersion: 'v1.37',
}

/** `helm version`: the version of Helm that is stood in for. */
export function runVersion(args: readonly string[], io: HelmIo): void {
  const flags = parseFlags(args, VERSION_FLAGS)
  atMost({ path: 'helm version', line: 'helm version [flags]' }, 0, flags.positional)
  const template = flags.text('template')
  if (template !== '') {
    const set = new TemplateSet({ name: '_' })
    set.parse('_', template)
    io.stdout.write(set.execute('_', fromJs(INFO)))
    return
  }
  const fields = Object.entries(INFO).map(([name, value]) => `${name}:${JSON.stringify(value)}`)
  io.stdout.write(flags.on('short') ? `${HELM_VERSION}\n` : `version.BuildInfo{${fields.join(', ')}}\n`)
}
