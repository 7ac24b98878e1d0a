from datetime import date

from agent.composition import compose, quote_line
from agent.execution import Executed, Step
from tools.results import Draft, Evidence

DAY = date(2026, 10, 31)


def executed(draft: Draft) -> Executed:
    return Executed(Step(draft.result.tool, {}), {}, draft.result, 0.1)


def sales() -> Draft:
    draft = Draft("get_sales", {}, DAY)
    draft.fact("units", 44, "units")
    draft.fact("best", "Kettle", "text")
    draft.say("evidence", "The best seller was {best}.", "卖得最好的是{best}。", aspect="best_sellers")
    draft.say("lead", "The shop sold {units}.", "全店卖出 {units}。", aspect="total")
    for word in ("first", "second", "third"):
        draft.say("caveat", f"Mind the {word}.", f"注意 {word}。")
    draft.say("caveat", "These are synthetic data.", "这是合成数据。", aspect="synthetic")
    draft.say("next_step", "Why?", "为什么？")
    return draft


def test_the_answer_comes_before_evidence_and_caveats() -> None:
    text = compose([executed(sales())], "en").text
    assert text.startswith("The shop sold 44 units. The best seller was Kettle.")
    assert text.index("Kettle") < text.index("Mind the first")
    assert "third" not in text and "Why?" not in text


def test_what_was_asked_for_comes_first_also_among_several_calls() -> None:
    for calls in ([sales()], [sales(), sales()]):
        text = compose([executed(draft) for draft in calls], "en", "What sold best?").text
        assert text.startswith("The best seller was Kettle.")


def test_the_synthetic_label_is_never_crowded_out() -> None:
    assert "这是合成数据。" in compose([executed(sales())], "zh").text


def test_the_same_sentence_is_said_once() -> None:
    assert compose([executed(sales()), executed(sales())], "en").text.count("sold 44 units") == 1


def test_the_receipt_lists_what_the_words_speak_of() -> None:
    draft = sales()
    draft.fact("unused", 7, "units")
    composed = compose([executed(draft)], "en")
    assert composed.receipt == ["units", "best"]
    assert {fact.id for fact in composed.facts} == {"units", "best", "unused"}


def test_quotes_name_the_review_and_leave_flagged_ones_out() -> None:
    draft = sales()
    for number, flags in ((1, []), (2, ["advert"])):
        draft.result.evidence.append(
            Evidence(
                review_id=f"R{number}", product_id="B1", product_title="Kettle", date=None if number == 1 else DAY,
                rating=2, language="en", text="It\nleaks", score=0.9, flags=flags,
            )
        )  # fmt: skip
    composed = compose([executed(draft)], "en")
    assert '> "It leaks" — [R1] · 2 stars' in composed.text
    assert "R2" not in composed.text and [review.review_id for review in composed.quoted] == ["R1"]


def summary() -> Draft:
    draft = Draft("summarize_reviews", {}, DAY)
    zip_, smell = {"en": "the zip", "zh": "拉链"}, {"en": "the smell", "zh": "气味"}
    rows = [("E1", "en", zip_, []), ("E2", "en", zip_, []), ("E3", "en", zip_, []), ("Z1", "zh", zip_, [])]
    for review_id, language, about, flags in [*rows, ("E4", "en", smell, ["copied"])]:
        draft.result.evidence.append(
            Evidence(
                review_id=review_id, product_id="B1", product_title="Bag", date=DAY, rating=2,
                language=language, text="text", score=1, flags=flags, about=about,
            )
        )  # fmt: skip
    return draft


def test_a_summary_quotes_two_reviews_an_aspect_first_those_in_the_readers_language() -> None:
    english, chinese = compose([executed(summary())], "en"), compose([executed(summary())], "zh")
    assert [review.review_id for review in english.quoted] == ["E1", "E2", "E4"]
    assert [review.review_id for review in chinese.quoted] == ["Z1", "E1", "E4"]
    assert "[Z1]" in chinese.text and "· 拉链\n" in chinese.text
    assert english.text.endswith("· the smell · copied text"), "shown as flagged"


def test_an_error_says_what_to_do_and_offers_choices() -> None:
    draft = Draft("forecast_demand", {}, DAY)
    draft.fail(
        "unknown_product",
        en="No such thing.",
        zh="没有。",
        remedy_en="Try:",
        remedy_zh="试试：",
        options=["Kettle (B1)"],
    )
    assert compose([executed(draft)], "en").text == "No such thing. Try:\n\n- Kettle (B1)"


def test_a_long_quote_never_ends_in_half_a_number() -> None:
    for text in (f"{'very ' * 31}$30,000 paid", f"{'很好' * 77}共付$30,000元"):
        review = Evidence(
            review_id="R1",
            product_id="B",
            product_title="",
            date=DAY,
            rating=5,
            language="en",
            text=text,
            score=1,
        )
        line = quote_line(review, "en")
        assert "…" in line and "$3" not in line


def restock() -> Draft:
    draft = Draft("recommend_restock", {}, DAY)
    draft.fact("product", "Kettle", "text", entity="B1", metric="title")
    draft.fact("order", 30, "units")
    draft.fact("cover", 9, "days")
    draft.fact("target", 80, "units")
    draft.say("lead", "Order {order} of {product} now.", "{product}建议补 {order}。", aspect="order")
    draft.say(
        "verdict",
        "The stock lasts {cover}.",
        "库存还能卖 {cover}。",
        aspect="cover",
        opening=("The stock of {product} lasts {cover}.", "{product}的库存还能卖 {cover}。"),
    )
    draft.say("evidence", "{target} are needed.", "需要 {target}。", aspect="demand")
    draft.say("evidence", "{target} are needed, as said.", "如上，需要 {target}。", aspect="demand")
    draft.say("detail", "No: {product} lasts {cover}.", "不够：{product}只能卖 {cover}。", aspect="enough")
    return draft


def test_the_product_is_set_off_once_and_not_named_again() -> None:
    assert compose([executed(restock())], "en").text.startswith(
        "Order 30 units of **Kettle** now. The stock lasts 9 days."
    )
    assert compose([executed(restock())], "zh").text.startswith("“Kettle”建议补 30 件。库存还能卖 9 天。")


def test_a_sentence_that_comes_first_names_its_product_and_the_next_does_not() -> None:
    text = compose([executed(restock())], "en", "When does it run out?").text
    assert text.startswith("The stock of **Kettle** lasts 9 days. Order 30 units now.")


def test_a_detail_is_told_to_whoever_asks_and_makes_the_answer_short() -> None:
    assert "No:" not in compose([executed(restock())], "en", "How much should I order?").text
    text = compose([executed(restock())], "en", "Is it enough?").text
    assert text == "No: **Kettle** lasts 9 days. Order 30 units now."
    assert compose([executed(restock())], "zh", "够不够？").text.startswith("不够：“Kettle”只能卖 9 天。")


def test_values_are_not_told_twice() -> None:
    assert "as said" not in compose([executed(restock())], "en").text


def test_wordings_follow_the_question_and_nothing_else() -> None:
    draft = Draft("get_sales", {}, DAY)
    draft.fact("units", 44, "units")
    draft.say("lead", "Sold {units}.", "卖出 {units}。", others=[("{units} went out.", "出了 {units}。")])
    told = {q: compose([executed(draft)], "en", q).text for q in map(str, range(20))}
    assert set(told.values()) == {"Sold 44 units.", "44 units went out."}
    assert all(compose([executed(draft)], "en", question).text == text for question, text in told.items())
