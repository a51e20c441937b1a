"""Words that town halls write above the columns of a staff list, and in them."""

import unicodedata

from kiun.kernel.tabular import Vocabulary
from kiun.municipality.models import Role

STAFF: Vocabulary = {
    "staff_number": ("職員番号", "職員コード", "職員No", "職員ID", "社員番号", "個人番号（職員）"),
    "name": ("氏名", "職員氏名", "職員名", "名前", "氏名（漢字）"),
    "kana": ("ふりがな", "フリガナ", "氏名（カナ）", "カナ氏名", "氏名カナ", "よみがな", "カナ"),
    "email": ("メールアドレス", "電子メール", "E-mail", "Eメール", "メール", "mail", "email"),
    "username": ("ログインID", "利用者ID", "ユーザー名", "ユーザID", "ユーザーID"),
    "department_code": ("所属コード", "部署コード", "課コード", "組織コード"),
    "division": ("部名", "部局名", "部局", "局名", "部", "局"),
    "department": ("所属", "所属名", "所属部署", "部署", "部署名", "課名", "所属課", "課室名", "課"),
    "section": ("係名", "係", "担当名", "班", "グループ"),
    "title": ("役職", "職名", "役職名", "補職名", "職"),
    "role": ("権限", "役割", "ロール", "Kiunでの役割"),
    "valid_from": ("発令日", "着任日", "開始日", "配属日", "異動日"),
    "valid_to": ("終了日", "任期満了日", "任用期限", "任期"),
}
DEPARTMENTS: Vocabulary = {
    "code": ("部署コード", "所属コード", "課コード", "組織コード", "コード"),
    "name": ("部署名", "所属名", "組織名", "課名", "名称", "部署"),
    "parent_code": ("上位部署コード", "親部署コード", "上位コード", "上位組織コード", "親コード"),
    "parent": ("上位部署", "上位部署名", "親部署", "上位組織", "上位所属"),
    "order": ("並び順", "表示順", "順番"),
}

ROLE_WORDS = {
    Role.ADMIN: ("管理者（DX推進課）", "管理者", "DX推進課", "推進課", "システム管理者", "admin"),
    Role.EXECUTIVE: ("首長・幹部", "首長", "幹部", "首長･幹部", "三役", "executive"),
    Role.HEAD: ("所属長", "課長", "部署の長", "長", "head"),
    Role.MEMBER: ("担当", "職員", "一般", "担当者", "一般職員", "member"),
    Role.VIEWER: ("閲覧", "閲覧のみ", "参照", "閲覧者", "viewer"),
    Role.PARTNER: ("協力者", "パートナー", "事業者", "partner"),
}
_ROLES = {word: role for role, words in ROLE_WORDS.items() for word in words}

# Where no role is written, the title tells it; the DX office is never guessed.
_EXECUTIVE_TITLES = ("市長", "町長", "村長", "区長", "知事", "副市長", "副町長", "副村長", "副区長", "副知事", "教育長")
_HEAD_TITLES = ("部長", "局長", "課長", "室長", "所長", "館長", "園長", "場長", "支所長", "事務局長", "会計管理者")


def plain(text: str) -> str:
    """For comparing: one width, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def spaced(text: str) -> str:
    """For keeping: one width of space between the parts of a name."""
    return " ".join(text.replace("\u3000", " ").split())


def number_key(text: str) -> str:
    """A staff number for comparing: Excel drops the zeros in front, 全角 is typed by hand."""
    return plain(text).lower().lstrip("0") or plain(text)


def role_of(word: str) -> Role | None:
    wanted = plain(word)
    return next((role for known, role in _ROLES.items() if plain(known).lower() == wanted.lower()), None)


def role_by_title(title: str) -> Role:
    words = plain(title)
    if words in _EXECUTIVE_TITLES:
        return Role.EXECUTIVE
    return Role.HEAD if words in _HEAD_TITLES else Role.MEMBER
