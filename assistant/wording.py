"""What the assistant says besides the documents' own words, in Chinese and in English: one row a phrase."""

from __future__ import annotations

from typing import Any

# key -> (Chinese, English)
WORDING: dict[str, tuple[str, str]] = {
    "lead": ("牵头单位：{names}", "Lead: {names}"),
    "responsible": ("责任单位：{names}", "Responsible: {names}"),
    "deadline": ("完成时限：{days}", "Deadline: {days}"),
    "date": ("时间：{days}", "Time: {days}"),
    "plan": ("计划举措：{text}", "Plan: {text}"),
    "bound": ("{who}：{raw}", "{who}: {raw}"),
    "comma": ("，", ", "),
    "semicolon": ("；", "; "),
    "names": ("、", ", "),
    "and_places": ("{names}等 {count} 个地方", "{names} and others, {count} in all"),
    "stop": ("。", "."),
    "none": ("未写明", "not stated"),
    "yes": ("是。", "Yes. "),
    "no": ("不是。", "No. "),
    "neither": ("都不是。", "Neither. "),
    "it_leads": ("由{names}牵头", "{names} leads"),
    "it_helps": ("{names}是责任单位", "{names} is a responsible unit"),
    "it_assists": ("{names}是配合的（责任单位）", "{names} helps"),
    "leads_instead": ("牵头的是{names}", "the lead is {names}"),
    "leads_not": ("牵头的是{names}，不是{others}", "The lead is {names}, not {others}"),
    "not_in_it": ("这一项里没有{names}。", "{names} has no part in it. "),
    "not_named": ("不是{names}", "not {names}"),
    "units_in": ("共 {count} 个单位", "{count} units"),
    "no_lead": ("文件没有写明牵头单位", "The document names no lead"),
    "no_responsible": ("文件没有写明其他责任单位", "The document names no other responsible unit"),
    "no_unit": (
        "文件没有写明这一项由哪个单位负责",
        "The document does not say which unit is responsible for this",
    ),
    "no_deadline": ("文件没有写明这一项的完成时限", "The document states no deadline for this"),
    "figures_said": ("文件写明{quotes}", "The document says {quotes}"),
    "no_figure": ("文件没有写明所问的数字", "The document does not state the figure asked for"),
    "corrected": (
        "文件没有把{names}列为这一项的{role}",
        "The document does not name {names} as {role} of this measure",
    ),
    "role_lead": ("牵头单位", "the lead"),
    "role_responsible": ("责任单位", "a responsible unit"),
    "role_any": ("牵头单位或责任单位", "lead or responsible"),
    "ignored": (
        "（只按文件回答，问题里让我照写的内容不作数。）",
        "(Answered from the documents only; what the question told me to write was not used.)",
    ),
    "source": ("{place}《{title}》{number}：“{quote}”", "{place}《{title}》{number}: “{quote}”"),
    "on_page": ("（第 {page} 页）", " (page {page})"),
    "no_page": ("（这份文件没有页码）", " (the file has no pages)"),
    "export": (
        "导出为文件：网页“责任台账”页筛选后可导出 Excel、CSV 和日历；命令行用 cewen measures --out 台账.xlsx。",
        "As a file: the page's Ledger tab, once filtered, exports Excel, CSV and a calendar; on the command line use"
        " cewen measures --out ledger.xlsx.",
    ),
    "no_more": ("没有更多相应的措施了。", "There are no further measures of this."),
    "article": ("第{number}条", " no. {number}"),
    "by_place": ("问题没有写明地方，按地方分别回答：", "No place was named; by place:"),
    "choose_place": ("想只看一个地方，可以补上地名。", "Name a place to see only that one."),
    "place_row": ("- **{place}**：{text}", "- **{place}**: {text}"),
    "place_unknown": ("- **{place}**：没有它的文件", "- **{place}**: there is no document of it"),
    "place_none": ("- **{place}**：没有找到相应的措施", "- **{place}**: no such measure found"),
    "same": ("{what}相同。", "The same {what}."),
    "different": ("{what}不同。", "Different {what}."),
    "sooner": ("{place}的更早。", " {place} comes first."),
    "see_also": ("另见", "See also"),
    "not_found_place": ("没有{names}的文件。", "There is no document of {names}."),
    "have_places": ("现有文件的地方：{names}。", "Places with documents: {names}."),
    "have_within": ("它下面有文件的是：{names}。", "Places within it that have some: {names}."),
    "have_others": ("另有文件的地方：{names}。", "Other places with documents: {names}."),
    "nearest_place": ("最接近的是{names}的文件。", "The nearest are documents of {names}."),
    "not_found_year": ("没有{place}{years}年的文件。", "There is no document of {place} for {years}."),
    "have_years": ("现有的是：{names}。", "There is: {names}."),
    "not_found_document": ("没有文号为{names}的文件。", "There is no document numbered {names}."),
    "not_found_unit": (
        "{place}的文件里没有出现{names}。",
        "{names} does not occur in the documents of {place}.",
    ),
    "near_units": ("名称相近的单位：{names}。", "Units with similar names: {names}."),
    "not_found_topic": (
        "{place}的文件里没有找到相应的措施。",
        "No such measure was found in the documents of {place}.",
    ),
    "missing_words": ("没有出现的词：{words}。", " Words that do not occur: {words}."),
    "nearest_measure": (
        "最接近的内容是{place}《{title}》{number}“{head}”，但不是所问的。",
        "The nearest is {place}《{title}》{number} “{head}”, which is not what was asked.",
    ),
    "elsewhere": ("其他地方的文件提到了：{names}。", "Documents of other places mention it: {names}."),
    "all_places": ("现有", "all places"),
    "no_number": ("{place}的文件里没有{numbers}。", "The documents of {place} have no {numbers}."),
    "unclear": ("没有看出要问哪一项措施。", "It is not clear which measure you mean."),
    "unclear_place": (
        "{place}有 {count} 份文件、{measures} 项措施。想问哪一项措施、哪个单位，还是哪个时限？",
        "{place} has {count} documents with {measures} measures. Which measure, unit or deadline do you mean?",
    ),
    "unclear_hint": (
        "请写出措施的内容（如“企业开办”）、单位或时限，最好带上地名：{places}。",
        "Name what the measure is about, a unit or a deadline, best with a place: {places}.",
    ),
    "due_by": ("{place}截至{days}的措施共 {count} 项", "{count} measures of {place} are due by {days}"),
    "declined": (
        "我只按已有文件回答，不编造任务、单位或时限。可以问我某个单位实际承担哪些任务。",
        "I answer from the documents only and do not make up tasks, units or deadlines. Ask me which tasks a unit really has.",
    ),
    "about": (
        "我是策问，根据已收录的政策文件回答：一项措施由谁牵头、谁配合、什么时候完成、内容和指标是什么；某个单位有哪些任务；某个时限前要完成哪些；几个地方有什么不同。每个答案都注明出处。",
        "I am Cewen. From the policy documents I hold I answer who leads a measure, who helps, by when, what it says "
        "and which figures it sets; all tasks of a unit; what is due by a date; how places differ. Every answer cites its source.",
    ),
    "about_documents": ("现有 {count} 份文件：", "I hold {count} documents:"),
    "document_row": (
        "- {place}《{title}》{doc_no}{issued}，{measures} 项措施",
        "- {place}《{title}》{doc_no}{issued}, {measures} measures",
    ),
    "and_more": (
        "等共 {count} 份。问“有哪些文件”可以看全部。",
        "and more, {count} in all. Ask “which documents” for the full list.",
    ),
    "examples": (
        "可以这样问：“{place}开办企业由谁牵头？”“{place}的{unit}有哪些任务？”",
        "For example: “Who leads business registration in {place}?”",
    ),
    "tasks_lead": ("{place}{unit}牵头的措施共 {count} 项", "{unit} ({place}) leads {count} measures"),
    "tasks_responsible": (
        "{place}{unit}作为责任单位的措施共 {count} 项",
        "{unit} ({place}) is responsible in {count} measures",
    ),
    "tasks_any": (
        "{place}{unit}参与的措施共 {count} 项（牵头 {lead} 项，作为责任单位 {responsible} 项）",
        "{unit} ({place}) takes part in {count} measures (leads {lead}, responsible in {responsible})",
    ),
    "tasks_none": (
        "{place}的文件里，{unit}没有{role}的措施。",
        "In the documents of {place}, {unit} has no measure as {role}.",
    ),
    "tasks_none_topic": (
        "{place}{unit}{role}的措施里没有与“{topic}”有关的；它{role}的措施共 {count} 项。",
        "None of the measures of {unit} ({place}) as {role} concerns “{topic}”; there are {count} in all.",
    ),
    "tasks_none_joint": (
        "{place}的文件里，没有{unit}共同{role}的措施。",
        "In the documents of {place}, no measure has {unit} together as {role}.",
    ),
    "tasks_none_partners": (
        "{place}的文件里，没有{lead}牵头、{responsible}配合的措施。",
        "In the documents of {place}, no measure is led by {lead} with {responsible} helping.",
    ),
    "tasks_partners": (
        "{place}的文件里，{lead}牵头、{responsible}配合的措施共 {count} 项",
        "{count} measures of {place} are led by {lead} with {responsible} helping",
    ),
    "tasks_shared": (
        "{place}{unit}与其他单位一起牵头的措施共 {count} 项",
        "{unit} ({place}) leads {count} measures together with others",
    ),
    "tasks_other": ("它{role}的措施有 {count} 项。", "It has {count} as {role}."),
    "role_word_lead": ("牵头", "lead"),
    "role_word_responsible": ("作为责任单位", "responsible unit"),
    "role_word_any": ("参与", "lead or responsible"),
    "due": ("{place}{days}的措施共 {count} 项", "{count} measures of {place} are due {days}"),
    "due_each": ("{place}：{counts}", "{place}: {counts}"),
    "due_count": ("{days} {count} 项", "{days} {count}"),
    "due_none": (
        "{place}的文件里没有时限为{days}的措施。",
        "In the documents of {place} no measure is due {days}.",
    ),
    "due_none_unit": (
        "{unit}没有时限为{days}的措施。",
        "{unit} has no measure that is due {days}.",
    ),
    "section": ("“{heading}”部分的措施共 {count} 项", "“{heading}”: {count} measures"),
    "due_earlier": ("另有 {count} 项的时限更早。", "{count} more are due earlier."),
    "due_all_earlier": (
        "更早的有 {count} 项，最晚到 {day}。",
        " {count} are due earlier, the last of them on {day}.",
    ),
    "no_upper": (
        "{place}的上级文件里没有找到对应的措施。",
        "No measure that corresponds to it was found in the documents of the levels above {place}.",
    ),
    "no_lower": (
        "{place}下级的文件里没有找到对应的措施。",
        "No measure that corresponds to it was found in the documents of the levels below {place}.",
    ),
    "mentioning": (
        "{place}提到“{words}”的措施共 {count} 项",
        "{count} measures of {place} mention “{words}”",
    ),
    "in_places": ("（{places} 个地方）", " (places: {places})"),
    "overdue": (
        "{place}到 {day} 已过完成时限的措施共 {count} 项",
        "{count} measures of {place} are overdue on {day}",
    ),
    "overdue_none": (
        "{place}到 {day} 没有已过完成时限的措施。",
        "No measure of {place} is overdue on {day}.",
    ),
    "goes_on": (
        "阶段性时限已过、仍要推进的有 {count} 项",
        " Of {count} a first day has passed and the work goes on",
    ),
    "not_due": (
        "{place}到 {day} 还没到完成时限的措施共 {count} 项",
        "{count} measures of {place} are not due yet on {day}",
    ),
    "not_due_none": (
        "{place}写明的完成时限到 {day} 都已过去。",
        "On {day} every deadline that {place} states has passed.",
    ),
    "ongoing": (
        "{place}长期推进的措施共 {count} 项",
        "{count} measures of {place} go on without an end",
    ),
    "ongoing_none": (
        "{place}没有写明长期推进的措施。",
        "No measure of {place} is said to go on without an end.",
    ),
    "due_first": ("{place}最先到期的措施共 {count} 项", "{count} measures of {place} are due first"),
    "due_first_none": ("{place}的措施都没有写明具体日期。", "No measure of {place} states a day."),
    "due_last": ("{place}最晚到期的措施共 {count} 项", "{count} measures of {place} are due last"),
    "due_last_none": ("{place}的措施都没有写明具体日期。", "No measure of {place} states a day."),
    "lacking_deadline": (
        "{place}没有写明完成时限的措施共 {count} 项",
        "{count} measures of {place} state no deadline",
    ),
    "lacking_date": (
        "{place}没有写明完成日期的措施共 {count} 项",
        "{count} measures of {place} state no date",
    ),
    "lacking_responsible": (
        "{place}没有写明其他责任单位的措施共 {count} 项",
        "{count} measures of {place} name no responsible unit besides the lead",
    ),
    "lacking_shared_lead": (
        "{place}有几个牵头单位的措施共 {count} 项",
        "{count} measures of {place} have more than one lead",
    ),
    "lacking_lead": (
        "{place}没有写明牵头单位的措施共 {count} 项",
        "{count} measures of {place} name no lead",
    ),
    "count": ("{place}的措施共 {count} 项", "{count} measures in {place}"),
    "count_paper": ("《{title}》的措施共 {count} 项", "《{title}》 has {count} measures"),
    "count_topic": (
        "{place}与“{topic}”有关的措施找到 {count} 项",
        "{count} measures of {place} concern “{topic}”",
    ),
    "shown": ("，先列 {shown} 项", ", {shown} of them listed in full"),
    "rest": ("其余 {count} 项见来源 {markers}。", "The other {count}: sources {markers}."),
    "group": ("**{place}《{title}》**（{count} 项）", "**{place}《{title}》** ({count})"),
    "several": ("找到 {count} 项：", "{count} measures:"),
    "documents": ("现有 {count} 份文件：", "{count} documents:"),
    "repeals": ("；废止 {names}", "; repeals {names}"),
    "courtesy": (
        "不客气。还想问哪项措施、哪个单位或哪个时限，直接问就行。",
        "You are welcome. Ask me about any measure, unit or deadline.",
    ),
    "off_topic": (
        "这个问题不在文件里。我只回答已收录的政策文件：哪项措施、由谁牵头、何时完成、某个部门有哪些任务。",
        "That is nothing the documents speak of. I answer from the policy papers here: which measure, who leads it, "
        "by when, and what a department has to do.",
    ),
    "number_where": (
        "好几个地方的文件都有这个编号：{names}。先列几个，补上地名可以只看一个地方。",
        "Documents of several places have that number: {names}. The first few follow; name a place to see only that one.",
    ),
    "in_force_here": (
        "；现有文件中没有一份写明废止它",
        "; none of the documents here repeals it",
    ),
    "in_force_repealed": ("；已由{names}废止", "; repealed by {names}"),
    "in_force_from": ("；自 {day} 起施行", "; in force from {day}"),
    "in_force_to": ("；有效期至 {day}", "; in force until {day}"),
    "units": ("{place}的措施里共有 {count} 个{what}", "{count} {what} in the measures of {place}"),
    "units_any": ("单位", "units"),
    "units_lead": ("牵头单位", "leading units"),
    "unit_row": (
        "- {unit}：{lead} 项牵头，{responsible} 项作为责任单位",
        "- {unit}: leads {lead}, responsible in {responsible}",
    ),
    "units_most": ("。项数最多的是：", ". Those with most measures:"),
    "count_row": ("- **{place}**：{count} 项措施", "- **{place}**: {count} measures"),
    "count_more": ("{place}的措施多 {more} 项。", "{place} has {more} more measures."),
    "tasks_each": ("{unit} {count} 项", "{unit} {count}"),
    "tasks_more": ("，{unit}多 {more} 项", "; {unit} has {more} more"),
    "tasks_counts": ("{role}的措施：{counts}", "Measures ({role}): {counts}"),
    "changes_none": (
        "没有找到可以对照的两级文件。",
        "No two documents of different levels to compare were found.",
    ),
    "changes_none_later": (
        "两级都写明时限的措施里，没有推迟的。",
        "Of the measures whose deadline both state, none was put off.",
    ),
    "changes_none_earlier": (
        "两级都写明时限的措施里，没有提前的。",
        "Of the measures whose deadline both state, none was brought forward.",
    ),
    "changes_head_later": (
        "{lower}对照{upper}，承接的措施 {all} 项，两级都写明时限而{lower}推迟的有 {count} 项",
        "{lower} carries on {all} measures of {upper}; of those whose deadline both state, {count} were put off",
    ),
    "changes_head_earlier": (
        "{lower}对照{upper}，承接的措施 {all} 项，两级都写明时限而{lower}提前的有 {count} 项",
        "{lower} carries on {all} measures of {upper}; of those whose deadline both state, {count} were brought forward",
    ),
    "changes_same": ("另有 {count} 项照搬，没有改动。", "{count} more are carried on unchanged."),
    "changes_head": (
        "{lower}对照{upper}，承接的措施 {all} 项，其中 {count} 项有改动",
        "{lower} carries on {all} measures of {upper}; {count} of them with changes",
    ),
    "change_row": ("- {number}“{head}”：{changes} {markers}", "- {number} “{head}”: {changes} {markers}"),
    "change_lead": ("牵头单位 {old} → {new}", "lead {old} → {new}"),
    "change_deadline": ("完成时限 {old} → {new}", "deadline {old} → {new}"),
    "change_responsible": ("责任单位 {old} → {new}", "responsible {old} → {new}"),
    "change_targets": ("指标 {old} → {new}", "figures {old} → {new}"),
    "change_text": ("内容有改动", "wording changed"),
    "change_nothing": ("内容一致", "unchanged"),
    "conflict": ("文件里有两处写法不同：", "The document says it in two ways:"),
}


# How an English phrase reads with a count of one.
OF_ONE = (
    ("1 measures", "1 measure"),
    (" are due", " is due"),
    (" state no", " states no"),
    (" name no", " names no"),
)


def say(key: str, english: bool = False, **values: Any) -> str:
    """The phrase in the language of the question."""
    text = WORDING[key][1 if english else 0].format(**values).replace(" ()", "")  # a unit that needs no place
    if english and values.get("count") == 1:
        for plural, single in OF_ONE:
            text = text.replace(plural, single)
    return text
