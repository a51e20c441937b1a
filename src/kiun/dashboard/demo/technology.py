"""Systems, accounts, devices and network that the fictional work asks for."""

from kiun.initiatives.models import Mode, TechnologyNeed
from kiun.municipality.actors import Actor

# Number of the initiative → kind, name, how many, network zone, note; of the chosen way.
TECHNOLOGY: dict[str, tuple[tuple[str, str, int | None, str, str], ...]] = {
    "1-A": (("accounts", "電子申請サービス", 40, "internet", "所管課ごとの受付用"),),
    "1-B": (
        ("system", "窓口支援システム", None, "number", "住民記録と連携"),
        ("devices", "窓口端末", 12, "number", "入力補助の装置を含む"),
        ("network", "窓口の配線", None, "number", ""),
    ),
    "1-C": (("system", "窓口予約システム", None, "internet", "番号発券機と連携"),),
    "1-D": (("devices", "カード交付用端末", 4, "number", ""),),
    "2-C": (("accounts", "窓口予約システム", 10, "internet", "健診の枠を加える"),),
    "3-A": (
        ("system", "標準準拠システム", None, "number", "20業務"),
        ("network", "ガバメントクラウド接続", None, "number", "専用線"),
    ),
    "3-B": (("devices", "無線アクセスポイント", 120, "lgwan", "本庁舎と支所"),),
    "3-D": (("accounts", "自動化ソフト", 5, "lgwan", ""),),
    "4-A": (("system", "一斉配信サービス", None, "outside", "災害時も使えるもの"),),
    "4-B": (("devices", "水位センサー", 18, "outside", "携帯電話回線"),),
    "6-A": (("accounts", "電子申請サービス", 15, "internet", "保育所の入所申込み"),),
    "8-B": (("accounts", "対話型の生成AI", 200, "internet", "個人情報は入力しない"),),
}


def load_technology(actor: Actor) -> None:
    modes = {mode.initiative.code: mode for mode in Mode.objects.filter(is_chosen=True).select_related("initiative")}
    TechnologyNeed.objects.bulk_create(
        [
            TechnologyNeed(
                municipality=actor.municipality,
                mode=modes[code],
                kind=kind,
                name=name,
                quantity=quantity,
                zone=zone,
                note=note,
            )
            for code, needs in TECHNOLOGY.items()
            for kind, name, quantity, zone, note in needs
        ]
    )
