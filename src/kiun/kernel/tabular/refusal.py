"""What can be wrong with a file or a cell, and how far a file may go."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class CellProblem:
    """Where, what, how to mend it; translated. `cell` is like "B7"; both places are empty for the file as a whole."""

    sheet: str
    cell: str
    what: str
    how: str

    def __str__(self) -> str:
        where = " ".join(part for part in (self.sheet, self.cell) if part)
        sentence = _("%(what)s %(how)s") % {"what": self.what, "how": self.how}
        return _("%(where)s: %(sentence)s") % {"where": where, "sentence": sentence} if where else sentence


class FileRefusedError(DomainError):
    """The file as a whole cannot be used; nothing of it was read."""

    def __init__(self, what: str, how: str, *, sheet: str = "", cell: str = "") -> None:
        self.problem = CellProblem(sheet, cell, what, how)
        super().__init__(self.problem, field="file")


@dataclass(frozen=True)
class Limits:
    """What one upload may cost. `cells` bounds memory: a sheet is a full grid from A1 to its last used cell."""

    file_bytes: int = field(default_factory=lambda: settings.UPLOAD_LIMIT_BYTES)
    unpacked_bytes: int = 300 * MEGABYTE
    unpack_ratio: int = 200  # real workbooks stay under 60; deflate can reach 1,032
    sheets: int = 100
    rows: int = 100_000
    columns: int = 500
    cells: int = 5_000_000  # of all sheets together
    cell_characters: int = 32_767  # Excel's own limit


def damaged() -> FileRefusedError:
    return FileRefusedError(
        _("The file is damaged and cannot be read."), _("Open it in Excel, save it again as .xlsx, and upload that.")
    )


def has_macros() -> FileRefusedError:
    return FileRefusedError(
        _("The file contains macros."), _("Save it as “Excel Workbook (.xlsx)”, without macros, and upload that.")
    )


def too_large_unpacked() -> FileRefusedError:
    return FileRefusedError(
        _("The file becomes too large when it is unpacked."),
        _("Delete unused sheets, rows and pictures, and save again."),
    )


def has_password() -> FileRefusedError:
    return FileRefusedError(
        _("The file is protected with a password."),
        _("Remove the password in Excel (File > Info), and upload it again."),
    )
