"""Articles for the letters that are measured, in the languages and scripts they must bear."""

from typing import Final, NamedTuple


class Text(NamedTuple):
    """The words of an article."""

    title: str
    excerpt: str = ""
    author: str = ""
    category: str = ""
    language: str = ""
    alt: str = ""


_WORDS: Final = (
    ("The bridge opens again, two hours a day", "Trucks may cross at noon only."),
    ("Eelgrass is back in the inner basin", "Divers counted forty thousand shoots in June."),
    ("What rent near the quay costs now", "A room with a view of the cranes is four hundred."),
    ("Harbour clock eleven minutes slow since 1987", "Nobody wanted to climb up there."),
    ("Night ferry keeps its last two stewards", "They know every passenger by name."),
    ("Storm barrier passes its first test", "It closed in nine minutes and opened in forty."),
    ("A bakery that lights the town at four", "The smell reaches the signal box first."),
    ("School choir sings on the icebreaker", "There was room for forty and a piano."),
    ("Cannery windows glazed for the first time", "Green racks of kelp stand behind them."),
    ("The weather buoy that phoned a stranger", "She answered every call for a year."),
    ("Film festival stopped by the sea", "The heroine had just said that she could hear it."),
    ("Mudflat marathon won in borrowed waders", "Sixty runners were dug out on the way."),
)
ENGLISH: Final = tuple(
    Text(
        title=title,
        excerpt=f"{excerpt} The harbour office counted everything twice, and the second count "
        "was the larger one, which nobody at the quay found surprising.",
        author="Ines Kallwit" if number % 2 else "",
        category=("news", "science", "business")[number % 3],
        alt=f"Picture for story {number}: a view of the quay" if number % 2 else "",
    )
    for number, (title, excerpt) in enumerate(_WORDS, 1)
)
GERMAN: Final = tuple(
    Text(title=title, excerpt=excerpt, author="Jörg Müßig", category="Wirtschaft", language="de")
    for title, excerpt in (
        (
            "Donaudampfschifffahrtsgesellschaft stellt ihren Betrieb ein",
            (
                "Die Geschwindigkeitsbegrenzung auf dem Fluss machte den Fahrplan unmöglich, sagt "
                "die Reederei; die Kapitäne widersprechen."
            ),
        ),
        (
            "Größte Übung der Küstenwache seit fünf Jahren",
            "Zwölf Boote, vier Hubschrauber und eine sehr müde Möwe nahmen daran teil.",
        ),
    )
)
CHINESE: Final = tuple(
    Text(title=title, excerpt=excerpt, author="林海", category="科学", language="zh-Hans")
    for title, excerpt in (
        ("夜里的潮池会发光:研究人员解释海边的蓝色光点", ("港口实验室的研究人员连续三个月在夜里"
         "记录潮池中的光。他们发现,光点在退潮后一小时最亮,而且只在没有风的夜里出现。")),
        ("老吊车将变成一座图书馆", "市议会周二晚间以八票对三票通过了这项计划,工程将于春天开始。"),
        ("海带薯片工厂要雇用四十人", "一个学生厨房里的玩笑,如今搬进了昔日的罐头厂。"),
    )
)  # fmt: skip
ARABIC: Final = tuple(
    Text(title=title, excerpt=excerpt, author="هالة الدمنهوري", category="أعمال", language="ar")
    for title, excerpt in (
        ("مخبز صغير عند الميناء يوقظ المدينة برائحة الخبز",
         ("بدأ سامر النجّار بفرن واحد وكيس طحين، "
         "واليوم يقف الصيادون والطلاب في صفّ واحد أمام بابه قبل شروق الشمس.")),
        ("الجسر القديم يفتح من جديد ساعتين كل يوم", ("تعبر الشاحنات عند الظهر فقط، ويقول مكتب "
         "الميناء إن العدّ الثاني كان دائمًا أكبر من الأول.")),
        ("العبّارة الليلية تحتفظ بآخر مضيفيها", "يعرفان كل راكب باسمه منذ عشرين عامًا."),
        ("ساعة الميناء متأخرة إحدى عشرة دقيقة", "لم يرغب أحد في الصعود إلى هناك."),
    )
)  # fmt: skip
HEBREW: Final = tuple(
    Text(title=title, excerpt=excerpt, author="נועה לוי", category="חדשות", language="he")
    for title, excerpt in (
        ("הגשר הישן נפתח שוב לשעתיים ביום", ("משאיות יעברו בצהריים בלבד, ומשרד הנמל אומר "
         "שהספירה השנייה תמיד הייתה הגדולה יותר.")),
        ("עשב הים חזר לאגן הפנימי", "צוללנים ספרו ארבעים אלף נבטים בחודש יוני לבדו."),
        ("מעבורת הלילה שומרת על שני הדיילים האחרונים", "הם מכירים כל נוסע בשמו."),
    )
)  # fmt: skip
