/** The lines of a byte stream as UTF-8 text, without their ends; a last line without an end counts. Lines may span chunks. */
export async function* linesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    let end = rest.indexOf('\n')
    while (end >= 0) {
      yield rest.slice(0, end)
      rest = rest.slice(end + 1)
      end = rest.indexOf('\n')
    }
  }
  if (rest !== '') yield rest
}
