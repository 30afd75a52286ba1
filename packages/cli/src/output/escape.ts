import type { Output } from '../io.ts'

// Colours are harmless and wanted; everything else that a terminal obeys is not (title, clipboard, cursor, answers typed by the terminal itself).
const COMMANDS = /\u001B(?!\[[\d;]*m)|[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F-\u009F]/g
const LAST_OF_C0 = 0x1f

/** A text as a terminal may show it: its control characters are spelled out, `^[` for escape, as kubectl does; lines, tabs and colours stay. */
export function visible(text: string): string {
  return text.replace(COMMANDS, (character) => {
    const code = character.charCodeAt(0)
    if (code <= LAST_OF_C0) return `^${String.fromCharCode(code + 0x40)}`
    return `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** An output to a terminal for texts that come from charts, Applications and programs. */
export function terminalOutput(output: Output): Output {
  return { write: (text) => output.write(visible(text)) }
}
