import { execFile } from 'node:child_process'
import { cpus, freemem, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { canRunCluster } from '@slipway/cluster'
import { runningCluster } from '@slipway/state'
import { messageOf } from '@slipway/diag'
import type { Io } from '../io.ts'
import { table } from '../output/table.ts'
import { formatOf, structured } from '../output/yaml.ts'
import { findPlace } from '../place.ts'

const exec = promisify(execFile)

interface Finding {
  readonly what: string
  readonly state: 'ok' | 'missing' | 'no'
  readonly detail: string
  /** Without it nothing works. */
  readonly needed: boolean
}

/** Flags of `slipway doctor`. */
export interface DoctorOptions {
  readonly output?: string
}

/** Says what this machine can and cannot do; exit code 1 when something that Slipway needs is missing. */
export async function run(options: DoctorOptions, io: Io): Promise<number> {
  const format = formatOf(options.output)
  const findings = [
    node(),
    platform(),
    await tool('git', ['--version'], { needed: true, io }),
    await tool('kubectl', ['version', '--client=true'], { needed: false, io }),
    machine(),
    await repository(io),
  ]
  io.stdout.write(
    structured({ findings }, format) ??
      table([['WHAT', 'STATE', 'DETAIL'], ...findings.map(({ what, state, detail }) => [what, state, detail])]),
  )
  return findings.some(({ needed, state }) => needed && state !== 'ok') ? 1 : 0
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > 20 || (major === 20 && minor >= 19)
  return {
    what: 'node',
    state: ok ? 'ok' : 'no',
    detail: `${process.version}${ok ? '' : '; 20.19 or newer is needed'}`,
    needed: true,
  }
}

function platform(): Finding {
  const ok = canRunCluster()
  const detail = ok
    ? `${process.platform}; pods run by the process runner`
    : `${process.platform} is not supported; use Linux, macOS or WSL`
  return { what: 'platform', state: ok ? 'ok' : 'no', detail, needed: true }
}

function machine(): Finding {
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  return {
    what: 'machine',
    state: 'ok',
    detail: `${cpus().length} processors, ${gib(freemem())} of ${gib(totalmem())} free`,
    needed: false,
  }
}

async function tool(
  name: string,
  args: readonly string[],
  { needed, io }: { readonly needed: boolean; readonly io: Io },
): Promise<Finding> {
  try {
    const { stdout } = await exec(name, args, { env: { ...io.env } as NodeJS.ProcessEnv })
    return { what: name, state: 'ok', detail: stdout.split('\n')[0] ?? '', needed }
  } catch (error) {
    return {
      what: name,
      state: 'missing',
      detail: needed ? messageOf(error) : 'not installed; `slipway kubectl` and KUBECONFIG need it',
      needed,
    }
  }
}

async function repository(io: Io): Promise<Finding> {
  try {
    const { repository: found, stateDirectory } = await findPlace(io)
    found.close()
    const running = await runningCluster(stateDirectory)
    return {
      what: 'repository',
      state: 'ok',
      detail: `${found.directory}; ${running === undefined ? 'no cluster runs' : `run by process ${running.pid}`}`,
      needed: false,
    }
  } catch (error) {
    return { what: 'repository', state: 'no', detail: messageOf(error), needed: false }
  }
}
