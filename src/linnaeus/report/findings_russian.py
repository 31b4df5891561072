"""The Russian words of what a page shows beyond scores; the keys are those of `findings_english`."""

from linnaeus.report.english import Forms

FINDINGS: dict[str, Forms] = {
    # images behind the cells of a confusion matrix
    "confusion.hint": "Выберите цветную клетку, чтобы увидеть её изображения, или имя строки, чтобы увидеть все ошибки этого класса.",
    "confusion.class": "<b>{name}</b>: приняты за другое {n} из {of}",
    "confusion.cell": (
        "<b>{name}</b> принято за <b>{taken_for}</b>: {n} изображение",
        "<b>{name}</b> принято за <b>{taken_for}</b>: {n} изображения",
        "<b>{name}</b> принято за <b>{taken_for}</b>: {n} изображений",
    ),
    "confusion.shown": "показаны самые уверенные: {n}",
    "close": "закрыть",
    # readings of curves
    "reading.epoch": "эпоха {epoch}",
    "reading.train": "обучение {value}",
    "reading.val": "проверка {value}",
    "reading.rate": "скорость {value}",
    # foot
    "foot.data": "данные {value}",
    "foot.recipe": "рецепт {value}",
    "foot.weights": "веса {value}",
    "foot.command": "Составить эту страницу заново: <code>{command}</code>",
    "foot.lab": "Выполнить всю работу заново: <code>{command}</code>",
    "repeat.examine": "просмотреть ошибки заново",
    "repeat.weights": "SHA-256 весов",
    "repeat.recipe": "SHA-256 рецепта",
    # several runs
    "runs.title": ("{n} запуск", "Сравнение {n} запусков", "Сравнение {n} запусков"),
    "runs.lead": "Все на данных <code>{source}</code>.",
    "runs.lead.various": (
        "На {n} наборе данных.",
        "На {n} наборах данных: их оценки несравнимы.",
        "На {n} наборах данных: их оценки несравнимы.",
    ),
    "runs.note": (
        "Доля верных ответов с 95-процентным доверительным интервалом. Даже если интервалы пересекаются, различие возможно: ниже "
        "сравниваются ответы на одни и те же изображения."
    ),
    "runs.accuracy": "Доля верных ответов ({split}), %, с 95-процентным интервалом",
    "compare": "Сравнение по изображениям",
    "compare.note": "Критерий Макнемара (mid-p); интервал Танго для разности в процентных пунктах, 95&nbsp;%.",
    "compare.on": "По изображениям, которые видели оба запуска ({split}).",
    "runs.differences": "Чем различаются рецепты",
    "runs.differences.note": "Все остальные поля совпадают.",
    "runs.curves.note": "По эпохам, на проверочной выборке. Первый запуск выделен цветом.",
    "runs.curves.accuracy": "Доля верных ответов на проверочной выборке, %",
    "runs.curves.loss": "Функция потерь на проверочной выборке",
    # calibration
    "calibration.note": (
        "Из ответов с вероятностью p верной должна быть доля p; ECE — среднее расхождение. На диагонали они совпадают; "
        "отрезки — 95-процентные интервалы."
    ),
    "calibration.figure": "Верные ответы, %, по вероятности ответа, %",
    "calibration.risk": "Верные ответы среди самых уверенных, %, по их доле, %",
    "reading.bin": "вероятность {sure} · верно {right} ({interval}) · изображений: {n}",
    "reading.risk": "самые уверенные {share} · от вероятности {threshold} · верно {right} ({interval})",
    "sets": "Множества ответов: столько классов, сколько нужно, чтобы среди них был верный",
    # a closer look
    "examination.note": (
        "Ближайшие обучающие изображения в пространстве признаков; сомнительные метки; что отражения и повороты делают с классами."
    ),
    "examination.neighbours": "Самые уверенные ошибки и ближайшие к ним обучающие изображения",
    "examination.neighbours.text": "Крупно — изображение, мелко — ближайшие обучающие. Наведите указатель, чтобы узнать, что это.",
    "examination.maps.text": (
        "Крупно — изображение; затем красным то, что говорило за ответ и за верный класс (Grad-CAM); затем ближайшие обучающие. "
        "Наведите указатель, чтобы узнать, что это."
    ),
    "examination.more": ("ещё {n}", "ещё {n}", "ещё {n}"),
    "map.answer": "что говорило за {name}, ответ сети",
    "map.label": "что говорило за {name}, верный класс",
    "neighbour": "{name}: {file}",
    "mistake.line": '<b>{label}</b> <small>{of_label}</small> <i class="taken">→ {predicted} <small>{chance}</small></i>',
    "mistake.near": "рядом: {names}",
    "turned": "Отражения и повороты",
    "turned.blurred": (
        "<code>{part}</code> показывает оба класса повёрнутыми, и они неразличимы: <b>{name}</b> принято за <b>{taken_for}</b>, "
        "{count} из {of}."
    ),
    "suspects": "Сомнительные метки",
    "suspects.fixes": (
        "Весь список — <code>fixes.csv</code>; <code>linnaeus data DATA --apply fixes.csv</code> создаёт исправленную копию."
    ),
    "suspect.line": '<b>{given}</b> <small>{of_given}</small> <i class="taken">→ {suggested} <small>{chance}</small></i>',
    # fit and published numbers
    "fit.note": "Что говорят кривые, на каких числах это основано и что попробовать дальше.",
    "references.note": "Запуск рядом с опубликованными числами: сравнимо лишь то, что сделано одинаково.",
    # findings of the audit
    "audit": "Что нашла проверка данных",
    "audit.pair": "{first} = {second}",
    "audit.files": ("{n} файл", "{n} файла", "{n} файлов"),
    "audit.first": "показаны первые: {n}",
}
