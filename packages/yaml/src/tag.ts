const CORE = 'tag:yaml.org,2002:'

/** `!!int` for `tag:yaml.org,2002:int`; other tags as they are. */
export function longTagToShort(tag: string): string {
  return tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag
}
