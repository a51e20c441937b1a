"""The workbook of initiatives and tasks: what its columns are called, how its cells are written and read.

Its words are Japanese on every screen: the file belongs to the town, not to the reader's language.
"""
