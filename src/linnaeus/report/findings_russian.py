"""The Russian words of what a page shows beyond scores; the keys are those of `findings_english`."""

from linnaeus.report.english import Forms

FINDINGS: dict[str, Forms] = {
    # images behind the cells of a confusion matrix
    "confusion.hint": "Выберите цветную ячейку, чтобы увидеть её изображения, или имя строки, чтобы увидеть все ошибки этого класса.",
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
    "repeat.examine": "просмотреть ошибки заново",
    "repeat.weights": "SHA-256 весов",
    "repeat.recipe": "SHA-256 рецепта",
    # several runs
    "runs.title": ("{n} запуск", "Сравнение {n} запусков", "Сравнение {n} запусков"),
}
