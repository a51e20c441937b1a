import { base, FONT, INK, LINE, NARROW, STATUS, SUB, tooltip } from './paint.js'

export const BAR_ROW = 40
const PLAIN = '#4979f5'

export function barOption({ bars, target }, width) {
  const narrow = width < NARROW
  return {
    ...base,
    grid: { left: 4, right: 72, top: target ? 28 : 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: { ...tooltip, show: false },
    xAxis: { type: 'value', show: false, min: (range) => Math.min(0, range.min), max: (range) => Math.max(range.max, target?.value ?? 0) },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map((bar) => bar.label),
      axisLine: { lineStyle: { color: LINE } },
      axisTick: { show: false },
      axisLabel: { color: INK, fontSize: 14, lineHeight: 17, width: narrow ? 132 : 220, overflow: 'break' },
    },
    series: [
      {
        type: 'bar',
        barWidth: 16,
        data: bars.map((bar) => ({ value: bar.value ?? 0, itemStyle: { color: STATUS[bar.status] ?? PLAIN, borderRadius: 3 } })),
        emphasis: { disabled: true },
        label: { show: true, position: 'right', formatter: ({ dataIndex }) => bars[dataIndex].text, color: INK, fontFamily: FONT, fontSize: 14 },
        markLine: target && {
          silent: true,
          // Behind the bars and their numbers.
          z: 1,
          symbol: 'none',
          data: [{ xAxis: target.value }],
          lineStyle: { color: INK, type: [6, 5], width: 1.5 },
          label: { position: 'start', formatter: target.label, color: SUB, fontFamily: FONT, fontSize: 13, fontWeight: 700 },
        },
      },
    ],
  }
}
