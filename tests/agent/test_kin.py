import pytest

from agent.kin import find_kin
from agent.memory import Memory, RememberedCall
from tools.results import ProductRef
from tools.shop import Shop


@pytest.fixture
def two(shop: Shop) -> tuple[ProductRef, Memory]:
    first, other = shop.catalogue.products[:2]
    refs = [ProductRef(product_id=p.product_id, title=p.title) for p in (first, other)]
    call = RememberedCall(tool="get_sales", said={"product": first.title})
    return refs[1], Memory(calls=[call], product=refs[0], recent=refs)


def test_a_product_spoken_of_is_pointed_back_at(shop: Shop, two: tuple[ProductRef, Memory]) -> None:
    earlier, memory = two
    word = earlier.title.split(",")[0]
    found = find_kin(shop, f"back to that {word}", memory)
    assert found is not None
    assert found.product_id == earlier.product_id


@pytest.mark.parametrize(
    "question", ["and in 30 days?", "what do people say?", "大概还能卖多少", "the silk tie"]
)
def test_a_question_that_tells_no_variant_names_none(
    shop: Shop, two: tuple[ProductRef, Memory], question: str
) -> None:
    assert find_kin(shop, question, two[1]) is None
