"""The UCDP Georeferenced Event Dataset (codebook 23.1 and later): one row an event.

Who did it (side_a, side_b, dyad_name) is not imported. Places: where_prec 1 is a point, 2 a point known
within 25 km; 3 a district, 4 a governorate, 5 and more only a wider area, and none of these is ever a point.
"""

from __future__ import annotations

from seamline.actions.source import Preset

# As UCDP spells them, and the p-codes or English names of OCHA COD-AB.
DISTRICTS = {
    "Qaḑā’ Khānaqīn": "Khanaqin",
    "Qaḑā’ Tall ‘Afar": "Telafar",
    "Qaḑā’ Miqdādīyah": "Al-Muqdadiya",
    "Qaḑā’ al Miqdādīyah": "Al-Muqdadiya",
    "Qaḑā’ al Khāliş": "Al-Khalis",
    "Qaḑā’ Makhmūr": "Makhmour",
    "Qaḑā’ Sharqāţ": "Al-Shirqat",
    "Al-Shirqat district": "Al-Shirqat",
    "Tooz district": "Tooz Khurmato",
    "Sinjār district": "Sinjar",
    "Qaḑā’ al Mawşil": "Al-Mosul",
    "Qaḑā’ al Ḩawījah": "Al-Hawiga",
    "Qaḑā’ Kirkūk": "Kirkuk",
    "Qaḑā’ Kifrī": "Kifri",
    "Qaḑā’ Arbīl": "Erbil",
    "Qaḑā’ Dahūk": "Duhok",
    "Qaḑā’ Dibis": "Dibis",
    "Dāqūq district": "Daquq",
    "Tallkayf district": "Tilkaef",
    "Al Ba‘āj district": "Al-Baaj",
    "Qaḑā’ al Ḩamdānīyah": "Al-Hamdaniya",
}
GOVERNORATES = {
    "Nīnawá province": "Ninewa",
    "Kirkūk province": "Kirkuk",
    "At-Ta'mim province": "Kirkuk",
    "Diyālá province": "Diyala",
    "Şalāḩ ad Dīn province": "Salah Al-Din",
    "Arbīl province": "Erbil",
    "Dahūk province": "Duhok",
}
VIOLENCE = {
    "1": "State-based violence",
    "2": "Violence between organised groups",
    "3": "Violence against civilians",
}


def derive(values: dict[str, str]) -> dict[str, str]:
    """What an import of any kind takes from a row beside its columns."""
    what = VIOLENCE.get(values.get("type_of_violence", ""), "Organised violence")
    where = values.get("where_coordinates", "")
    low, best, high = (values.get(k, "") for k in ("low", "best", "high"))
    note = f"UCDP GED event {values.get('id', '')}. Deaths: best estimate {best}, low {low}, high {high}."
    told = {
        "summary": f"{what}: {where}"[:200],
        "narrative": f"{note} Place precision {values.get('where_prec', '')}: {where}.",
        "source": "UCDP GED",
        "type": "other",
    }
    if values.get("where_prec") == "3" and (district := DISTRICTS.get(values.get("adm_2", ""))):
        told["district"] = district
    if values.get("where_prec") in ("3", "4") and (whole := GOVERNORATES.get(values.get("adm_1", ""))):
        told["governorate"] = whole
    return told


UCDP = Preset(
    id="ucdp",
    source="ucdp-ged",
    attribution="UCDP GED (Sundberg & Melander 2013)",
    licence="CC-BY-4.0",
    needs=("id", "date_start", "date_end", "where_prec", "latitude", "longitude"),
    columns={
        "id": "id",
        "date_start": "start",
        "date_end": "end",
        "where_prec": "precision",
        "where_coordinates": "where",
        "latitude": "lat",
        "longitude": "lon",
        "best": "killed",
    },
    kept=("date_prec", "where_prec", "type_of_violence", "best", "low", "high"),
    kinds=("incident", "layer"),
    derive=derive,
)
