// Where words beside a point that is not at the end of the picture cover as little of the lines as can be.
const LINE_HEIGHT = 20
const CLEAR = 6
const SAMPLES = 12
const PLACES = [
  { position: 'top', align: 'left' },
  { position: 'top', align: 'right' },
  { position: 'bottom', align: 'left' },
  { position: 'bottom', align: 'right' },
]

// `scales`: pixels per millisecond and per unit.
export function freePlace({ series }, own, last, width, scales) {
  const interval = own.spread?.find(([iso]) => iso === last[0])
  const places = PLACES.map(({ position, align }) => {
    const up = position === 'top' ? 1 : -1
    const end = interval ? interval[up > 0 ? 2 : 1] : last[1]
    const distance = Math.abs(end - last[1]) * scales.y + CLEAR
    const box = { at: Date.parse(last[0]), value: last[1], from: distance, to: distance + LINE_HEIGHT, up, right: align === 'left' ? 1 : -1, width }
    return { position, align, distance, covered: series.reduce((sum, line) => sum + covered(line, box, scales), 0) }
  })
  const { position, align, distance } = places.reduce((best, one) => (one.covered < best.covered ? one : best))
  return { position, align, distance }
}

// At how many of some places along the words a line runs through them.
function covered(line, { at, value, from, to, up, right, width }, scales) {
  const known = line.data.filter(([, one]) => one !== null).map(([iso, one]) => [Date.parse(iso), one])
  const places = Array.from({ length: SAMPLES + 1 }, (_none, step) => at + (right * width * step) / SAMPLES / scales.x)
  return places.filter((place) => {
    const there = valueAt(known, place)
    if (there === null) return false
    const height = (there - value) * scales.y * up
    return height > from - CLEAR && height < to + CLEAR
  }).length
}

// Behind its last point stand the words of a line itself, as high as that.
function valueAt(points, place) {
  if (!points.length || place < points[0][0]) return null
  const next = points.findIndex(([x]) => x >= place)
  if (next < 0) return points.at(-1)[1]
  if (next === 0) return points[0][1]
  const [[x0, y0], [x1, y1]] = [points[next - 1], points[next]]
  return y0 + ((y1 - y0) * (place - x0)) / (x1 - x0)
}
