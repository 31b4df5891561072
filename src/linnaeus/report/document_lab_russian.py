"""The Russian words of a laboratory report; the keys are those of `document_lab_english`."""

from linnaeus.report.english import Forms

LAB: dict[str, Forms] = {
    "lab.title": "Отчёт по лабораторной работе",
    "lab.number": "№&nbsp;{blank}",
    "lab.university": "Университет",
    "lab.department": "Факультет, кафедра",
    "lab.course": "по дисциплине «{course}»",
    "lab.course.blank": "название дисциплины",
    "lab.topic": "Тема: {topic}",
    "lab.topic.general": "классификация изображений нейронными сетями",
    "lab.author": "Выполнил(а): {blank}",
    "lab.author.blank": "фамилия, имя, отчество",
    "lab.group": "Группа: {blank}",
    "lab.group.blank": "номер группы",
    "lab.variant": "Вариант: {blank}",
    "lab.variant.blank": "номер",
    "lab.teacher": "Проверил(а): {blank}",
    "lab.teacher.blank": "фамилия преподавателя",
    "lab.place": "Город, год",
    "lab.aim": "Изучить обучение нейронной сети для классификации изображений и измерить достигаемое качество.",
    "lab.tasks": "Задание",
    "lab.tasks.text": "В работе требуется:",
    "lab.task.run": "Обучить {model} на {data} (запуск {run}) и измерить результат.",
    "lab.method": "Метод",
    "lab.results": "Результаты по заданиям",
    "lab.task": "Задание {place}",
    "lab.run": "Запуск {run}",
    "lab.no_run": "Ни один запуск этого отчёта к заданию не относится.",
    "lab.write": (
        "Впишите свой текст в отмеченные места и напечатайте страницу в PDF или сохраните её: при закрытии написанное пропадёт."
    ),
    "lab.below": "Подробно ниже: {runs}.",
    "lab.answer": "Ваш ответ на это задание, с опорой на приведённые выше числа: …",
    "lab.conclusions": "Выводы",
    "lab.conclusions.text": "Записи запусков подтверждают перечисленное ниже; что из этого следует, решает автор работы.",
    "lab.conclusion": "Ваш вывод: …",
    "lab.appendix": "Приложение: вычислительная система и повторение опыта",
    "conclude.score": (
        "{run} верно распознаёт {percent} из {n} изображения ({split}; 95-процентный доверительный интервал от {low} до {high}).",
        "{run} верно распознаёт {percent} из {n} изображений ({split}; 95-процентный доверительный интервал от {low} до {high}).",
        "{run} верно распознаёт {percent} из {n} изображений ({split}; 95-процентный доверительный интервал от {low} до {high}).",
    ),
    "conclude.no_score": "У запуска {run} пока нет оценки.",
    "conclude.sealed": "Тестовая выборка запуска {run} не открывалась: есть только оценка на проверочной выборке.",
    "conclude.weakest": (
        "Хуже всего запуск {run} распознаёт класс {name}: полнота {percent} (95-процентный доверительный интервал от {low} до {high}, "
        "n = {n})."
    ),
    "conclude.time": (
        "Обучение {run} заняло {time}, {n} эпоха.",
        "Обучение {run} заняло {time}, {n} эпохи.",
        "Обучение {run} заняло {time}, {n} эпох.",
    ),
}
