// The design system's colours and letters, as the charts need them.
export const INK = '#1a1a1a'
export const SUB = '#4d4d4d'
export const LINE = '#999999'
export const HAIR = '#e6e6e6'
export const KEY = '#0017c1'
// Told apart by lightness as well as by hue; each carries its name at its end.
export const SERIES = [KEY, '#197a4b', '#c74700', '#5c10be', '#00687b']
export const STATUS = { on_track: '#197a4b', even: '#806300', late: '#ce0000', stale: '#806300', unknown: '#595959', before: '#949494' }
export const FONT = '"Noto Sans JP Variable", "Noto Sans JP", sans-serif'
export const NARROW = 480

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 6 })
export const number = (value) => grouped.format(value).replace('-', '−')

export const tooltip = {
  renderMode: 'richText',
  backgroundColor: '#ffffff',
  borderColor: LINE,
  textStyle: { color: INK, fontFamily: FONT, fontSize: 14 },
  confine: true,
}

// Nothing but `richText` may be used for tooltips: HTML ones carry style attributes, which the pages refuse.
export const base = { animation: false, textStyle: { fontFamily: FONT }, aria: { enabled: false } }
