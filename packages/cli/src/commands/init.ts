import { access, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { branchesOf } from '../init/branches.ts'
import { type RoadFile, roadFor, type Shape } from '../init/files.ts'
import { nextSteps } from '../init/next-steps.ts'
import { findOwnChart } from '../init/own-chart.ts'
import { addRemote, namesOf, openOrInit } from '../init/repository.ts'
import { findService } from '../init/service.ts'
import { type Survey, surveyOf } from '../init/survey.ts'
import type { Io } from '../io.ts'

/** Writes the road to production into the repository of the current folder, with its own name, remote, image and branches. Nothing that exists is touched. */
export async function run(io: Io): Promise<number> {
  const repository = await openOrInit(io)
  try {
    const survey = await surveyOf(repository.directory)
    const { replacements, invented } = await namesOf(repository)
    const branches = await branchesOf(repository)
    // All that can be refused is looked at first: what is refused changes nothing.
    const service = isStarter(survey) ? undefined : findService(survey)
    const chart = isStarter(survey)
      ? undefined
      : await findOwnChart(survey, { image: replacements.image, folder: service?.folder, isOurs: isOurChart(survey) })
    const shape: Shape = { survey, replacements, branches, service, chart }
    const files = await roadFor(shape)
    if (invented !== undefined) await addRemote(repository, invented, io)
    const written: string[] = []
    for (const file of files) if (await writeNew(file, repository.directory)) written.push(file.path)
    report(shape, { written, kept: files.length - written.length }, io)
    return 0
  } finally {
    repository.close()
  }
}

// What an earlier run wrote whole is completed as it was begun.
function isStarter({ files }: Survey): boolean {
  return files.includes('app/src/management.ts') && files.includes('app/Dockerfile')
}

function isOurChart({ read }: Survey): boolean {
  return read('deploy/chart/templates/_helpers.tpl').includes('define "app.serverSelector"')
}

async function writeNew({ path, text, mode }: RoadFile, directory: string): Promise<boolean> {
  const target = join(directory, path)
  const isThere = await access(target).then(
    () => true,
    () => false,
  )
  if (isThere) return false
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, text, { mode, flag: 'wx' })
  return true
}

function report(shape: Shape, did: { readonly written: readonly string[]; readonly kept: number }, io: Io): void {
  for (const path of did.written) io.stdout.write(`  ${path}\n`)
  const { name } = shape.replacements
  io.stdout.write(`wrote ${did.written.length} files for ${name}; ${did.kept} were there and stay as they are\n`)
  io.stdout.write(found(shape))
  if (did.written.length > 0) io.stdout.write(nextSteps(shape.branches))
}

function found({ service, chart }: Shape): string {
  if (service === undefined) return ''
  const { folder, port, health } = service
  const place = folder === '' ? 'Dockerfile' : `${folder}/Dockerfile`
  if (chart === undefined) {
    const probe =
      health === undefined ? 'open port (no health route was found)' : `GET ${health.value} (${health.from})`
    return `your service stays as it is: ${place}, port ${port.value} (${port.from}), ready when: ${probe}; deploy/chart/values.yaml has both\n`
  }
  const pipeline = chart.takesDigest
    ? ''
    : 'it takes no image.digest, so no workflow that would write one is made: how it gets its tag stays yours\n'
  return `your service and your chart stay as they are: ${place} builds ${chart.image}, which ${chart.folder} runs\n${pipeline}`
}
