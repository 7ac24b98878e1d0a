from store.lexical_index import cut_words
from store.shopping_words import name_otherwise


def test_a_thing_is_named_in_the_other_language_and_by_its_other_names():
    assert "拉链" in name_otherwise("Do the zips hold?")
    assert "zipper" in name_otherwise("拉链容易坏吗")
    assert "pants" in name_otherwise("trousers").split()


def test_a_name_inside_another_word_names_nothing():
    assert name_otherwise("a hatch that matches") == ""
    assert name_otherwise("what do people say") == ""
    assert "bag" not in cut_words(name_otherwise("包装破了"))
