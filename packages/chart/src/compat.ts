/** The release of Helm that is rendered as: 3.22 or 4.3. What differs is listed where it is done, under this name. */
export type Compat = 'helm3' | 'helm4'
