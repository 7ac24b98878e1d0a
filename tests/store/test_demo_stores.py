from store.demo import DEMO_STORES, ensure_demo_stores
from store.location import list_stores


def test_missing_demo_stores_are_built_once_with_progress(tmp_path):
    told = []
    built = ensure_demo_stores(tmp_path, lambda share, doing: told.append((share, doing)))
    assert sorted(built) == sorted(DEMO_STORES) == list_stores(tmp_path) == ["bazaar", "complete-journey"]
    assert all(0 <= share <= 1 and doing for share, doing in told)
    assert ensure_demo_stores(tmp_path) == []
