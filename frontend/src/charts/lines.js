import { freePlace } from './labels.js'
import { base, FONT, HAIR, INK, KEY, LINE, NARROW, number, SERIES, SUB, tooltip } from './paint.js'

const time = (iso) => Date.parse(iso)
const FAN = '#c5d7fb'
// Above and below the lines stand the target's words and the days; a number above its point takes this height.
const AROUND = 56
const NUMBER = 30
// The words of the axis at the left take about this width.
const AXIS = 56
// An axis ends on round numbers, beyond what it shows.
const ROUNDED = 1.3

export function lineOption(data, width, height) {
  const narrow = width < NARROW
  return {
    ...base,
    grid: { left: 8, right: roomBeside(data, width), top: 28, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: { ...tooltip, trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: LINE } }, formatter: (hits) => spoken(data, hits) },
    xAxis: timeAxis(data),
    yAxis: valueAxis(data, narrow),
    series: [...fan(data), ...data.series.flatMap(spread), ...data.series.map((series, at) => course(data, series, at, width, height)), ...target(data)],
  }
}

// As wide as the longest line written beside the last point, but never a third of the picture.
function roomBeside(data, width) {
  const end = data.fan.at(-1)
  const beside = end
    ? [data.words.forecast, range(end, data.unit)]
    : data.series.flatMap(({ name, data: points }) => [data.series.length > 1 ? name : '', `${number(points.findLast(([, value]) => value !== null)?.[1] ?? 0)}${data.unit}`])
  return Math.min(Math.max(...beside.map(widthOf)) + 20, width / 3)
}

const widthOf = (line) => [...line].reduce((sum, sign) => sum + (sign.charCodeAt(0) < 0x2e80 ? 8 : 14), 0)

const endsEarly = ({ series }, day) => series.some(({ data }) => data.some(([iso, value]) => value !== null && iso > day))

const range = ({ low, high }, unit) => `${number(low)}–${number(high)}${unit}`

function timeAxis({ from, to, ticks }) {
  const labels = new Map(ticks.map(({ label, labelOn }) => [time(labelOn), label]))
  const places = ticks.map(({ on }) => time(on)).filter((place) => place >= time(from))
  return {
    type: 'value',
    min: time(from),
    max: time(to),
    axisLine: { show: true, lineStyle: { color: LINE } },
    axisTick: { show: true, customValues: places, lineStyle: { color: LINE } },
    axisLabel: { customValues: [...labels.keys()], formatter: (value) => labels.get(value) ?? '', color: SUB, fontSize: 13, hideOverlap: true },
    splitLine: { show: false },
  }
}

function valueAxis({ unit }, narrow) {
  return {
    type: 'value',
    scale: true,
    splitNumber: narrow ? 3 : 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: SUB, fontSize: 13, formatter: (value) => `${number(value)}${unit}` },
    splitLine: { lineStyle: { color: HAIR } },
  }
}

function course(data, series, at, width, height) {
  const { name, data: points } = series
  const color = SERIES[at % SERIES.length]
  const last = points.findLast(([, value]) => value !== null)
  // Where other lines go on to the right, the words stand above or below the last point, clear of them.
  const isOver = last && endsEarly(data, last[0])
  const label = last && `${data.series.length > 1 ? `${name}${isOver ? ' ' : '\n'}` : ''}${number(last[1])}${data.unit}`
  const place = last && (isOver ? freePlace(data, series, last, widthOf(label), scales(data, width, height)) : placeOfLabel(data, last[1], height))
  return {
    type: 'line',
    name,
    data: points.map(([iso, value]) => [time(iso), value]),
    symbol: 'circle',
    symbolSize: points.length > 24 ? 4 : 7,
    showSymbol: true,
    lineStyle: { width: 3, color },
    itemStyle: { color },
    emphasis: { disabled: true },
    labelLayout: { moveOverlap: 'shiftY' },
    z: 4,
    // With a fan to its right the number stands above its point, so that both stay legible.
    endLabel: { show: !data.fan.length && !isOver, formatter: label, color, fontFamily: FONT, fontSize: 14, fontWeight: 700, lineHeight: 18, distance: 8 },
    ...(last && (data.fan.length || isOver) ? lastLabel(points, last, label, color, place) : {}),
  }
}

// Each value with the interval in which it lies, as a line through its point.
function spread({ spread: ends = [] }, at) {
  if (!ends.length) return []
  const color = SERIES[at % SERIES.length]
  const edge = (place) => ({ type: 'line', name: 'low', silent: true, symbol: 'none', lineStyle: { opacity: 0 }, tooltip: { show: false }, data: ends.map((end) => [time(end[0]), end[place]]) })
  return [
    {
      type: 'custom',
      name: 'fan',
      silent: true,
      z: 3,
      data: ends.map(([iso, low, high]) => [time(iso), low, high]),
      renderItem: (_params, api) => {
        const [x, top] = api.coord([api.value(0), api.value(2)])
        const bottom = api.coord([api.value(0), api.value(1)])[1]
        return { type: 'line', shape: { x1: x, x2: x, y1: top, y2: bottom }, style: { stroke: color, lineWidth: 2, opacity: 0.55 } }
      },
      encode: { x: 0, y: [1, 2] },
    },
    // Keeps the intervals inside the axis.
    edge(1),
    edge(2),
  ]
}

// Pixels per millisecond and per unit of the axis, as far as they are known before it is drawn.
function scales(data, width, height) {
  const across = width - roomBeside(data, width) - AXIS
  return { x: across / (time(data.to) - time(data.from)), y: (height - AROUND) / axisOf(data) }
}

function axisOf({ series, fan, target }) {
  const shown = [
    ...series.flatMap(({ data, spread: ends = [] }) => [...data.map(([, one]) => one), ...ends.flatMap(([, low, high]) => [low, high])]),
    ...fan.flatMap(({ low, high }) => [low, high]),
    target?.value,
  ]
  const known = shown.filter((one) => Number.isFinite(one))
  return (Math.max(...known) - Math.min(...known) || 1) * ROUNDED
}

// Above the point, unless the target's line would run through it there; then below, clear of a rising line.
function placeOfLabel(data, value, height) {
  const gap = (((data.target?.value ?? value) - value) / axisOf(data)) * (height - AROUND)
  return gap > 0 && gap < NUMBER ? { position: 'bottom', align: 'left' } : { position: 'top' }
}

function lastLabel(points, last, label, color, place) {
  return {
    data: points.map(([iso, value]) => ({
      value: [time(iso), value],
      label: iso === last[0] ? { show: true, formatter: label, distance: 8, ...place, color, fontWeight: 700, fontSize: 14, fontFamily: FONT } : undefined,
    })),
  }
}

// The band grows from the last known value: low edge invisible, its height filled, the middle dashed.
function fan(data) {
  if (!data.fan.length) return []
  const start = data.series[0]?.data.findLast(([, value]) => value !== null)
  const places = [...(start ? [{ on: start[0], low: start[1], middle: start[1], high: start[1] }] : []), ...data.fan]
  const end = places.at(-1)
  return [
    {
      type: 'custom',
      name: 'fan',
      silent: true,
      z: 1,
      data: [0],
      renderItem: (_params, api) => ({
        type: 'polygon',
        shape: {
          points: [
            ...places.map((place) => api.coord([time(place.on), place.high])),
            ...places.toReversed().map((place) => api.coord([time(place.on), place.low])),
          ],
        },
        style: { fill: FAN, opacity: 0.55 },
      }),
      encode: { x: -1, y: -1 },
    },
    {
      type: 'line',
      name: data.words.forecast,
      data: places.map((place) => [time(place.on), place.middle]),
      symbol: 'none',
      lineStyle: { width: 2, type: 'dashed', color: KEY },
      itemStyle: { color: KEY },
      emphasis: { disabled: true },
      z: 3,
      endLabel: { show: true, formatter: `${data.words.forecast}\n${range(end, data.unit)}`, color: SUB, fontFamily: FONT, fontSize: 13, lineHeight: 18, distance: 8 },
    },
    // Keeps the band inside the axis.
    { type: 'line', name: 'low', data: data.fan.map((place) => [time(place.on), place.low]), silent: true, symbol: 'none', lineStyle: { opacity: 0 }, tooltip: { show: false } },
    { type: 'line', name: 'high', data: data.fan.map((place) => [time(place.on), place.high]), silent: true, symbol: 'none', lineStyle: { opacity: 0 }, tooltip: { show: false } },
  ]
}

function target({ target: goal, fan, from, to }) {
  if (!goal) return []
  // It ends with the forecast, whose range is written behind it.
  const end = fan.at(-1)?.on ?? to
  return [
    {
      type: 'line',
      name: 'target',
      silent: true,
      symbol: 'none',
      // An invisible line, so that the axis reaches the target.
      data: [[time(from), goal.value], [time(to), goal.value]],
      lineStyle: { opacity: 0 },
      tooltip: { show: false },
      markLine: {
        silent: true,
        symbol: 'none',
        animation: false,
        data: [[{ coord: [time(from), goal.value] }, { coord: [time(end), goal.value] }]],
        lineStyle: { color: INK, type: [6, 5], width: 1.5 },
        label: { position: 'insideStartTop', formatter: goal.label, color: INK, fontFamily: FONT, fontSize: 13, fontWeight: 700 },
      },
    },
  ]
}

function spoken(data, hits) {
  const shown = hits.filter(({ seriesName }) => !['low', 'high', 'target', 'fan'].includes(seriesName))
  if (!shown.length) return ''
  const iso = Object.keys(data.labels).find((day) => time(day) === shown[0].value[0])
  const point = data.fan.find(({ on }) => on === iso)
  const lines = shown.map(({ seriesName, value }) => `${seriesName} ${value[1] === null ? data.words.noValue : number(value[1]) + data.unit}`)
  const within = point ? [`${data.words.range} ${range(point, data.unit)}`] : []
  return [data.labels[iso] ?? '', ...lines, ...within].join('\n')
}
