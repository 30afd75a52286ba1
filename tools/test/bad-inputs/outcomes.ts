import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer } from '../../../packages/apiserver/test/https.ts'
import { outcomeOf } from '../error-examples/outcome.ts'
import { sectionIn } from '../error-examples/page.ts'
import { ROOMS } from '../error-examples/rooms.ts'
import type { Case } from './cases.ts'
import type { Asked } from './requests.ts'
import type { ShownRow } from './rows.ts'

const PAGES = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/error-examples')
const EXAMPLES = 'tools/test/error-examples.test.ts'

/** What comes of what is entered. */
export async function outcomeOfCase(entered: Case): ReturnType<typeof outcomeOf> {
  return outcomeOf({ ...entered, code: '', when: '' })
}

/** The status, reason and text of the answer to a request. */
export async function answerTo({ method = 'GET', path, prepare, as, ...how }: Asked): Promise<{
  readonly answer: string
  readonly text: string
}> {
  const server = await startServer()
  await prepare?.(server)
  const token = as === undefined ? how.token : await server.tokenOf('default', as)
  const { status, object, text } = await server.ask(method, path, token === undefined ? how : { ...how, token })
  return { answer: `${status} ${object.reason ?? ''}`, text: text.replaceAll(String.raw`\"`, '"') }
}

/** The codes whose examples are tests of the row. */
export function examplesOf({ test, also = [] }: ShownRow): readonly string[] {
  return [test, ...also].filter(({ file }) => file === EXAMPLES).map(({ name }) => name.split(' ')[0] ?? '')
}

/** The code whose example is the row's first test. */
export function exampleOf(row: ShownRow): string | undefined {
  return row.test.file === EXAMPLES ? examplesOf(row)[0] : undefined
}

/** What the page of examples shows for a code: the command, where there is one, and what is printed. */
export function shownFor(code: string): { readonly command: string | undefined; readonly printed: string } {
  const room = ROOMS.find(({ examples }) => examples.some((example) => example.code === code))
  const section = room === undefined ? '' : sectionIn(readFileSync(join(PAGES, `${room.page}.md`), 'utf8'), code)
  const [, output = ''] = /`{3,4}console\n(.*?)\n`{3,4}$/s.exec(section) ?? []
  const [, command] = /^\$ (.+)\n/.exec(output) ?? []
  return { command, printed: output.replace(/^\$ .+\n/, '') }
}
