// The chart library is large: it is fetched only where a page holds a chart.
let library

export async function drawCharts(root) {
  const charts = [...(root.querySelectorAll?.('[data-chart]') ?? [])]
  if (root.matches?.('[data-chart]')) charts.push(root)
  if (!charts.length) return
  library ??= import(document.querySelector('meta[name=kiun-charts]').content)
  const { draw } = await library
  for (const chart of charts) draw(chart)
}
