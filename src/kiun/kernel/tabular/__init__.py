from kiun.kernel.tabular.reading import read_workbook
