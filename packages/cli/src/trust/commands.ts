import { messageOf, type SourceTree } from '@slipway/diag'
import { imageFile } from '@slipway/delivery'
import { discover, renderEnvironment, sourceBranch } from '@slipway/environments'
import type { Repository } from '@slipway/git'
import { systemClock } from '@slipway/objects'
import { type Render, renderInThread } from '@slipway/reconciler'
import { podCommands } from './pod-commands.ts'

type Environments = Awaited<ReturnType<typeof discover>>['environments']

const SKIPPED = new Set(['.git', 'node_modules', 'vendor'])
const UNKNOWN_DIGEST = `sha256:${'0'.repeat(64)}`

/** What a repository would run on this machine, a line each: what its Dockerfiles say, and what the pods and hooks of each environment run. */
export async function commandsOf(repository: Repository): Promise<readonly string[]> {
  const { environments } = await discover(repository)
  const branches = [...new Set(environments.map(sourceBranch))]
  const builds = await Promise.all(branches.map((branch) => buildLines(repository, branch)))
  // Rendering is somebody else's template: it gets its time and its memory, and no more.
  const thread = renderInThread({ script: new URL('./render-thread.mjs', import.meta.url), clock: systemClock })
  try {
    const seen = asReleased(repository, new Set(environments.map(({ name }) => imageFile(name))))
    const pods = await Promise.all(environments.map((each) => podLines(seen, each, thread.render)))
    return [...merged(branches, builds), ...pods.flat()]
  } finally {
    await thread.close()
  }
}

// The Dockerfile lines of a branch; none of one that is not there, which `up` says later.
async function buildLines(repository: Repository, branch: string): Promise<readonly string[]> {
  const tree = await treeOf(repository, branch)
  if (tree === undefined) return []
  const dockerfiles = [...filesOf(tree, '')].filter((path) => /(^|\/)Dockerfile$/.test(path))
  return dockerfiles.flatMap((path) =>
    new TextDecoder()
      .decode(tree.read(path))
      .split('\n')
      .flatMap((line, index) =>
        /^\s*(RUN|CMD|ENTRYPOINT)\s/i.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
  )
}

// What all branches have is said once; what only some have is said with their names.
function merged(branches: readonly string[], lines: readonly (readonly string[])[]): readonly string[] {
  const all = [...new Set(lines.flat())]
  return all.map((line) => {
    const having = branches.filter((_, index) => lines[index]?.includes(line))
    return having.length === branches.length ? line : `${having.join(', ')}: ${line}`
  })
}

async function podLines(
  repository: Repository,
  environment: Environments[number],
  render: Render,
): Promise<readonly string[]> {
  try {
    const revision = sourceBranch(environment)
    const { objects } = await renderEnvironment(repository, environment, { revision, render })
    return objects.flatMap(podCommands).map((line) => `${environment.name}: ${line}`)
  } catch (error) {
    return [`${environment.name}: what its pods run is not known: ${messageOf(error).split('\n')[0] ?? ''}`]
  }
}

// Before its first release a chart may refuse to render for want of a digest: any will do to see what would run.
function asReleased(repository: Repository, imageFiles: ReadonlySet<string>): Repository {
  const written = (tree: SourceTree): SourceTree => ({
    ...tree,
    read: (path) => {
      const data = tree.read(path)
      if (data === undefined || !imageFiles.has(path)) return data
      return new TextEncoder().encode(new TextDecoder().decode(data).replace(/digest: ""/, `digest: ${UNKNOWN_DIGEST}`))
    },
  })
  return { ...repository, loadTree: async (commit, options) => written(await repository.loadTree(commit, options)) }
}

async function treeOf(repository: Repository, branch: string): Promise<SourceTree | undefined> {
  try {
    return await repository.loadTree((await repository.resolve(branch)).commit)
  } catch {
    return undefined
  }
}

function* filesOf(tree: SourceTree, folder: string): Generator<string> {
  for (const { name, kind } of tree.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`
    if (kind === 'file') yield path
    else if (kind === 'directory' && !SKIPPED.has(name)) yield* filesOf(tree, path)
  }
}
