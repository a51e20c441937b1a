import { BarChart, CustomChart, LineChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { barOption, BAR_ROW } from './charts/bars.js'
import { lineOption } from './charts/lines.js'

use([BarChart, CustomChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer])

const drawn = new Map()
const resizing = new ResizeObserver((entries) => {
  for (const { target } of entries) redraw(target)
})

// The table stands open where no script runs; with the picture above it, it folds.
export function draw(figure) {
  const canvas = figure.querySelector('[data-chart-canvas]')
  const text = document.getElementById(figure.dataset.chart).textContent
  const known = drawn.get(canvas)
  if (known?.text === text) return
  const data = JSON.parse(text)
  figure.classList.add('is-drawn')
  if (data.kind === 'bar') canvas.style.height = `${data.bars.length * BAR_ROW + (data.target ? 28 : 0)}px`
  const chart = known?.chart ?? init(canvas, null, { renderer: 'svg' })
  drawn.set(canvas, { chart, data, text })
  show(canvas)
  if (known) return
  figure.querySelector('[data-chart-twin]').open = false
  resizing.observe(canvas)
}

function redraw(canvas) {
  const { chart } = drawn.get(canvas)
  if (!canvas.isConnected) {
    chart.dispose()
    drawn.delete(canvas)
    resizing.unobserve(canvas)
  } else if (canvas.clientWidth && canvas.clientWidth !== chart.getWidth() && !matchMedia('print').matches) {
    chart.resize()
    show(canvas)
  }
}

function show(canvas) {
  const { chart, data } = drawn.get(canvas)
  chart.setOption((data.kind === 'bar' ? barOption : lineOption)(data, canvas.clientWidth, canvas.clientHeight), { notMerge: true })
  // On paper the picture is scaled as a whole.
  canvas.querySelector('svg').setAttribute('viewBox', `0 0 ${chart.getWidth()} ${chart.getHeight()}`)
}
