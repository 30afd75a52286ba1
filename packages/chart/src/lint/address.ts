const HOST =
  /^(?:[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,62}[a-zA-Z0-9_])?\.)*[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,62}[a-zA-Z0-9_])?\.?$/
const IPV6 = /^\[[0-9a-fA-F:.]+\]$/
const EMAIL =
  /^[\p{L}0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}0-9](?:[\p{L}0-9-]*[\p{L}0-9])?\.)+[\p{L}0-9](?:[\p{L}0-9-]*[\p{L}0-9])?$/u

/** An absolute address with a scheme, as an HTTP request line may hold it (govalidator.IsRequestURL). */
export function isRequestUrl(text: string): boolean {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)
  return match !== null && !/[\x00-\x20\x7f]/.test(text) && !/%(?![0-9a-fA-F]{2})/.test(text)
}

/** An address of the web or of a mailbox; the scheme may be missing (govalidator.IsURL). */
export function isUrl(text: string): boolean {
  if (text === '' || text.length >= 2083 || text.length <= 3 || text.startsWith('.')) return false
  const match =
    /^(?:(?:ftp|tcp|udp|wss?|https?):\/\/)?(?:\S+(?::\S*)?@)?([^/?#:[\]]+|\[[^\]]*\])(?::\d{1,5})?(?:[/?#]\S*)?$/.exec(
      text,
    )
  const host = match?.[1] ?? ''
  if (IPV6.test(host)) return true
  return HOST.test(host) && (host === 'localhost' || host.includes('.') || text.includes('://'))
}

/** An address of electronic mail, near enough to govalidator.IsEmail. */
export function isEmail(text: string): boolean {
  return EMAIL.test(text)
}
