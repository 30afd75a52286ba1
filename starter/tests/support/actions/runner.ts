import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { evaluateCondition, evaluateText, type Data } from '@slipway/workflows'
import { ACTIONS } from './standins.ts'
import { needsOf, placeOf, type RawJob, type RawStep, type RawWorkflow, readWorkflow } from './workflow.ts'
import type { World } from './world.ts'

type Texts = Readonly<Record<string, string>>
type Permissions = Readonly<Record<string, string>>

/** What starts a run. */
export interface Event {
  readonly name: 'push' | 'pull_request' | 'workflow_dispatch'
  /** The branch that the run is for. */
  readonly branch: string
  readonly sha: string
  readonly inputs?: Texts
  readonly vars?: Texts
  readonly secrets?: Texts
  /** What happens in the world just before a job of the top workflow starts. */
  readonly before?: Readonly<Record<string, () => void>>
}

export type Conclusion = 'success' | 'failure' | 'skipped'

export interface JobResult {
  readonly result: Conclusion
  readonly outputs: Texts
}

export interface RunResult {
  readonly jobs: Readonly<Record<string, JobResult>>
  /** What all steps printed. */
  readonly output: string
  readonly summary: string
}

/** The `run:` steps that some run in this process has executed, as `file job index`. */
export const executed = new Set<string>()

let count = 0

/** Runs a workflow of the starter as a GitHub runner would: jobs by their needs, steps by their conditions, `run:` with bash, `uses:` by stand-ins. */
export async function runWorkflow(world: World, file: string, event: Event): Promise<RunResult> {
  const log: Log = { text: [], summary: [] }
  const top: Call = {
    world,
    event,
    log,
    file,
    inputs: event.inputs ?? {},
    secrets: event.secrets ?? {},
    ceiling: undefined,
  }
  const { jobs } = await runJobs(top, readWorkflow(file))
  return { jobs, output: log.text.join(''), summary: log.summary.join('') }
}

interface Log {
  readonly text: string[]
  readonly summary: string[]
}

/** One workflow that runs, at the top or called by a job. */
interface Call {
  readonly world: World
  readonly event: Event
  readonly log: Log
  readonly file: string
  readonly inputs: Texts
  readonly secrets: Texts
  /** The permissions of the job that calls: a called workflow may not ask for more. */
  readonly ceiling: Permissions | undefined
}

async function runJobs(call: Call, workflow: RawWorkflow): Promise<{ jobs: Record<string, JobResult> }> {
  const jobs: Record<string, JobResult> = {}
  const waiting = new Map(Object.entries(workflow.jobs))
  while (waiting.size > 0) {
    const next = [...waiting].find(([, job]) => needsOf(job).every((name) => name in jobs))
    if (!next) throw new Error(`${call.file}: jobs need one another: ${[...waiting.keys()].join(', ')}`)
    waiting.delete(next[0])
    jobs[next[0]] = await runJob(call, { id: next[0], job: next[1], workflow, done: jobs })
  }
  return { jobs }
}

interface Turn {
  readonly id: string
  readonly job: RawJob
  readonly workflow: RawWorkflow
  readonly done: Readonly<Record<string, JobResult>>
}

async function runJob(call: Call, { id, job, workflow, done }: Turn): Promise<JobResult> {
  const needs = Object.fromEntries(needsOf(job).map((name) => [name, done[name] as JobResult]))
  const failed = Object.values(needs).some(({ result }) => result !== 'success')
  const contexts = { ...contextsOf(call), needs: needs as unknown as Data }
  if (!evaluateCondition(job.if, contexts, { failed, cancelled: false })) return { result: 'skipped', outputs: {} }
  const permissions = job.permissions ?? workflow.permissions ?? {}
  checkPermissions(call, id, permissions)
  call.log.text.push(`== ${call.file} ${id}\n`)
  if (!call.ceiling) call.event.before?.[id]?.()
  if (job.uses) return runCalled(call, { job, permissions, contexts })
  return runSteps(call, { id, job, workflow, permissions, contexts })
}

/** GitHub refuses to start a called workflow that wants more than its caller has. */
function checkPermissions({ file, ceiling }: Call, id: string, permissions: Permissions): void {
  for (const [name, level] of Object.entries(permissions)) {
    const held = ceiling?.[name]
    if (ceiling && held !== 'write' && held !== level)
      throw new Error(`${file} ${id} asks for ${name}: ${level}, its caller has ${held}`)
  }
}

async function runCalled(
  call: Call,
  { job, permissions, contexts }: { job: RawJob; permissions: Permissions; contexts: Record<string, Data> },
): Promise<JobResult> {
  const file = (job.uses ?? '').replace('./.github/workflows/', '')
  const workflow = readWorkflow(file)
  const declared = workflow.on['workflow_call'] as {
    inputs?: Texts
    secrets?: Texts
    outputs?: Record<string, { value: string }>
  }
  const inputs = evaluateAll(job.with ?? {}, contexts)
  for (const name of Object.keys(inputs)) if (!declared.inputs?.[name]) throw new Error(`${file} has no input ${name}`)
  const secrets = evaluateAll(job.secrets ?? {}, contexts)
  for (const name of Object.keys(secrets))
    if (!declared.secrets?.[name]) throw new Error(`${file} has no secret ${name}`)
  const { jobs } = await runJobs({ ...call, file, inputs, secrets, ceiling: permissions }, workflow)
  const failed = Object.values(jobs).some(({ result }) => result === 'failure')
  const values = Object.entries(declared.outputs ?? {}).map(([name, { value }]) => [name, value])
  const outputs = evaluateAll(Object.fromEntries(values) as Texts, {
    ...contextsOf(call),
    jobs: jobs as unknown as Data,
  })
  return { result: failed ? 'failure' : 'success', outputs }
}

interface Running {
  readonly id: string
  readonly job: RawJob
  readonly workflow: RawWorkflow
  readonly permissions: Permissions
  readonly contexts: Record<string, Data>
}

async function runSteps(call: Call, running: Running): Promise<JobResult> {
  const { job, permissions } = running
  const machine = makeMachine(call.world)
  const token = call.world.token('actions', permissions)
  const github = { ...(running.contexts['github'] as Record<string, Data>), token }
  const base = { ...running.contexts, github, runner: { temp: machine.temp, os: 'Linux' } }
  const jobEnv = evaluateAll(job.env ?? {}, base)
  const steps: Record<string, { outputs: Texts; outcome: Conclusion }> = {}
  let failed = false
  for (const [index, step] of (job.steps ?? []).entries()) {
    const contexts = { ...base, env: { ...jobEnv, ...machine.env() }, steps: steps as unknown as Data }
    if (!evaluateCondition(step.if, contexts, { failed, cancelled: false })) {
      if (step.id) steps[step.id] = { outputs: {}, outcome: 'skipped' }
      continue
    }
    const outcome = await runStep({
      call,
      running,
      machine,
      token,
      step,
      contexts,
      place: placeOf(call.file, running.id, index),
    })
    if (step.id) steps[step.id] = outcome
    if (outcome.outcome === 'failure') failed = true
  }
  const outputs = evaluateAll(job.outputs ?? {}, { ...base, env: jobEnv, steps: steps as unknown as Data })
  return { result: failed ? 'failure' : 'success', outputs }
}

interface StepRun {
  readonly call: Call
  readonly running: Running
  readonly machine: Machine
  readonly token: string
  readonly step: RawStep
  readonly contexts: Record<string, Data>
  readonly place: string
}

async function runStep(run: StepRun): Promise<{ outputs: Texts; outcome: Conclusion }> {
  const { call, step, contexts, machine } = run
  if (step.uses) {
    const action = ACTIONS[step.uses.split('@')[0] ?? '']
    if (!action) throw new Error(`no stand-in for ${step.uses}`)
    const given = evaluateAll(toTexts(step.with ?? {}), contexts)
    const { world, event } = call
    try {
      const outputs = await action({ world, event, with: given, token: run.token, workspace: machine.workspace })
      return { outputs, outcome: 'success' }
    } catch (error) {
      call.log.text.push(`${step.uses}: ${String(error)}\n`)
      return { outputs: {}, outcome: 'failure' }
    }
  }
  return runScript(run)
}

async function runScript({
  call,
  running,
  machine,
  step,
  contexts,
  place,
}: StepRun): Promise<{ outputs: Texts; outcome: Conclusion }> {
  executed.add(place)
  const defaults = { ...running.workflow.defaults?.run, ...running.job.defaults?.run }
  if (defaults.shell !== 'bash') throw new Error(`${place}: the shell is not set, so that pipefail is off`)
  const script = join(machine.temp, `step-${machine.next()}.sh`)
  writeFileSync(script, evaluateText(step.run ?? '', contexts))
  const outputFile = machine.file('output')
  const summaryFile = machine.file('summary')
  const env = {
    ...call.world.env,
    HOME: machine.home,
    ...defaultVariables(call, machine),
    PATH: [...machine.paths(), call.world.env['PATH']].join(':'),
    ...evaluateAll(running.job.env ?? {}, contexts),
    ...machine.env(),
    ...evaluateAll(step.env ?? {}, contexts),
    GITHUB_OUTPUT: outputFile,
    GITHUB_STEP_SUMMARY: summaryFile,
    GITHUB_ENV: machine.envFile,
    GITHUB_PATH: machine.pathFile,
  }
  const cwd = join(machine.workspace, defaults['working-directory'] ?? '')
  const { status, output } = await bash(script, cwd, env)
  call.log.text.push(`-- ${step.name ?? step.run?.split('\n')[0]}\n${output}`)
  call.log.summary.push(readFileSync(summaryFile, 'utf8'))
  return { outputs: readPairs(outputFile), outcome: status === 0 ? 'success' : 'failure' }
}

/** As the runner starts `shell: bash`. */
function bash(script: string, cwd: string, env: Texts): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()))
    child.once('error', reject)
    child.once('close', (status) => resolve({ status: status ?? 1, output }))
  })
}

interface Machine {
  /** Where one job's sign-ins and git settings are, and no other's. */
  readonly home: string
  readonly workspace: string
  readonly temp: string
  readonly envFile: string
  readonly pathFile: string
  file(kind: string): string
  next(): number
  env(): Texts
  paths(): readonly string[]
}

/** Each job has a new machine: nothing but outputs goes from one to the next. */
function makeMachine(world: World): Machine {
  const root = join(world.directory, `machine-${++count}`)
  const [workspace, temp, home] = [join(root, 'work'), join(root, 'temp'), join(root, 'home')]
  for (const folder of [workspace, temp, home]) mkdirSync(folder, { recursive: true })
  let steps = 0
  const empty = (name: string): string => {
    const path = join(root, name)
    writeFileSync(path, '')
    return path
  }
  const [envFile, pathFile] = [empty('env'), empty('path')]
  return {
    home,
    workspace,
    temp,
    envFile,
    pathFile,
    file: (kind) => empty(`${kind}-${++steps}`),
    next: () => ++steps,
    env: () => readPairs(envFile),
    paths: () => readFileSync(pathFile, 'utf8').split('\n').filter(Boolean).reverse(),
  }
}

/** `name=value` lines, and `name<<END` blocks. */
function readPairs(file: string): Texts {
  if (!existsSync(file)) return {}
  const pairs: Record<string, string> = {}
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const match = /^([A-Za-z_][\w-]*)=(.*)$/.exec(line)
    if (!match) throw new Error(`GitHub would refuse this line of an environment file: ${line}`)
    pairs[match[1] ?? ''] = match[2] ?? ''
  }
  return pairs
}

function defaultVariables({ event }: Call, machine: Machine): Texts {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'dev',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_REF: `refs/heads/${event.branch}`,
    GITHUB_REF_NAME: event.branch,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REPOSITORY_OWNER: 'Acme',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: event.sha,
    GITHUB_WORKSPACE: machine.workspace,
    RUNNER_TEMP: machine.temp,
    RUNNER_OS: 'Linux',
  }
}

function contextsOf({ event, inputs, secrets }: Call): Record<string, Data> {
  const github = {
    event_name: event.name,
    ref: `refs/heads/${event.branch}`,
    ref_name: event.branch,
    repository: 'acme/shop',
    repository_owner: 'Acme',
    sha: event.sha,
    event: { pull_request: { number: 1 } },
  }
  return {
    github,
    inputs,
    secrets,
    vars: event.vars ?? {},
    env: {},
    needs: {},
    steps: {},
    matrix: {},
    strategy: {},
    runner: {},
    job: {},
    jobs: {},
  }
}

function evaluateAll(texts: Texts, contexts: Record<string, Data>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, evaluateText(text, contexts)]))
}

function toTexts(values: Readonly<Record<string, string | number | boolean>>): Texts {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}
