"""Rows are made here; headings as public code names them in ExportOrderList and ExportOrderDetailList."""

import pytest

from store.errors import ImportFailed
from store.importing.layouts import import_recognised, recognise_files

ORDERS = (
    "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,"
    "买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址 ,运送方式,联系电话 ,联系手机,订单创建时间,订单付款时间 ,"
    "宝贝标题 ,宝贝种类 ,物流单号 ,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因"
)
OLD_ITEMS = "订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码"
NEW_ITEMS = (
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,支付单号,"
    "买家应付货款,买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间"
)
SENT, DONE, CLOSED, UNPAID = "卖家已发货，等待买家确认", "交易成功", "交易关闭", "等待买家付款"


def _order(number, *, paid, status, paid_at, title="帆布包", kinds=1, parcel="", units=1, postage="10.00"):
    values = dict.fromkeys(ORDERS.split(","), "")
    values |= {
        "订单编号": f'="{number}"', "买家会员名": "小王子", "收货人姓名": "王小明", "联系手机": "'13800138000",
        "买家应付邮费": postage, "买家实际支付金额": paid, "订单状态": status, "订单付款时间 ": paid_at,
        "订单创建时间": "2024-03-01 08:00:00", "宝贝标题 ": title, "宝贝种类 ": str(kinds), "宝贝总数量": str(units),
        "物流单号 ": parcel,
    }  # fmt: skip
    return ",".join(values.values())


def _item(number, title, price, units, code, status=DONE):
    return f'="{number}",{title},{price},{units},,颜色分类:米白,,,{status},{code}'


def _write(path, header, rows):
    path.write_bytes("\n".join([header, *rows]).encode("gbk"))
    return path


@pytest.fixture
def orders(tmp_path):
    rows = [
        _order(
            "0012", paid="130.00", status=DONE, paid_at="2024-03-01 08:01:00", kinds=2, parcel="YT1", units=3
        ),
        _order("0013", paid="40.00", status=SENT, paid_at="2024/3/2 9:00", parcel="YT2", units=2),
        _order("0014", paid="0.00", status=UNPAID, paid_at=""),
        _order("0015", paid="50.00", status=CLOSED, paid_at="2024-03-02 10:00:00"),
        _order("0016", paid="50.00", status=CLOSED, paid_at="2024-03-02 11:00:00", parcel="YT3"),
        _order("0017", paid="0.00", status=CLOSED, paid_at=""),
    ]
    return _write(tmp_path / "ExportOrderList202403.csv", ORDERS, rows)


@pytest.fixture
def items(tmp_path):
    rows = [
        _item("0012", "帆布包", "80.00", 1, "BAG-01"),
        _item("0012", "保温杯", "40.00", 2, ""),
        _item("0013", "帆布包", "40.00", 2, "BAG-01", SENT),
        _item("0014", "帆布包", "40.00", 1, "BAG-01", UNPAID),
        _item("0015", "帆布包", "40.00", 1, "BAG-01", CLOSED),
        _item("0016", "帆布包", "40.00", 1, "BAG-01", CLOSED),
        _item("0099", "帆布包", "40.00", 1, "BAG-01"),
    ]
    return _write(tmp_path / "ExportOrderDetailList202403.csv", OLD_ITEMS, rows)


def test_items_take_day_and_payment_from_their_orders(empty_store, orders, items):
    seen = recognise_files([orders, items])
    assert seen.layout.name == "taobao"
    _, report = import_recognised(empty_store, seen)
    assert report.encoding == "gb18030"
    assert report.rejected_by_reason == {"no_order": 1, "not_paid": 1, "order_cancelled": 1}
    assert report.rows_read == report.rows_used + report.rows_folded + len(report.rejected)
    sold = empty_store.daily_sales().set_index(["unique_id", "ds"])
    assert sold.loc[("BAG-01", "2024-03-01"), ["y", "revenue"]].tolist() == [1.0, 60.0]
    assert sold.loc[("保温杯", "2024-03-01"), ["y", "revenue"]].tolist() == [2.0, 60.0]
    # Sent, and closed after it was sent: both were demand of the day of their payment.
    assert sold.loc[("BAG-01", "2024-03-02"), ["y", "revenue"]].tolist() == [3.0, 70.0]
    assert empty_store.products_by_id()["BAG-01"]["title"] == "帆布包"


def test_orders_alone_serve_where_each_has_one_kind_of_product(empty_store, orders):
    (report,) = import_recognised(empty_store, recognise_files([orders]))
    assert report.rejected_by_reason == {"order_cancelled": 2, "several_products": 1, "not_paid": 1}
    assert empty_store.daily_sales()["y"].sum() == 3.0


def test_items_without_dates_ask_for_their_orders(empty_store, items):
    with pytest.raises(ImportFailed, match="订单报表"):
        import_recognised(empty_store, recognise_files([items]))


def test_todays_items_need_no_orders(empty_store, tmp_path):
    row = "11,{order},帆布包,99.00,2,,,,,{status},BAG-01,,198.00,{paid},没有申请退款,,2024-03-01 08:00:00,{paid_at}"
    rows = [
        row.format(order=1, status=DONE, paid="150.00", paid_at="2024-03-01 08:00:05"),
        row.format(order=2, status=UNPAID, paid="0.00", paid_at=""),
        row.format(order=3, status=CLOSED, paid="150.00", paid_at="2024-03-01 09:00:00"),
    ]
    path = _write(tmp_path / "ExportOrderDetailList.csv", NEW_ITEMS, rows)
    (report,) = import_recognised(empty_store, recognise_files([path]))
    assert report.rejected_by_reason == {"not_paid": 1, "order_cancelled": 1}
    assert empty_store.daily_sales()[["y", "revenue"]].to_numpy().tolist() == [[2.0, 150.0]]


def test_buyers_are_not_stored(empty_store, orders, items):
    import_recognised(empty_store, recognise_files([orders, items]))
    empty_store.close()
    content = (empty_store.folder / "store.duckdb").read_bytes()
    for secret in ("小王子", "王小明", "13800138000"):
        assert secret.encode() not in content


def test_ids_that_a_spreadsheet_rounded_are_refused(empty_store, tmp_path):
    row = _order("1.93068E+15", paid="40.00", status=DONE, paid_at="2024-03-01 08:01:00")
    path = _write(tmp_path / "ExportOrderList.csv", ORDERS, [row])
    with pytest.raises(ImportFailed, match="rounded"):
        import_recognised(empty_store, recognise_files([path]))
