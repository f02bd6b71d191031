from connectors.practice.quotas import Gate, Quota


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def gate(*quotas: Quota, clock: Time | None = None, enabled: bool = True) -> Gate:
    return Gate(quotas, enabled=enabled, clock=clock or Time())


def test_it_refuses_what_is_over_and_says_how_long() -> None:
    clock = Time()
    minute = gate(Quota("minute", 2, 60), clock=clock)
    assert minute.enter("/a") is None
    clock.now += 10
    assert minute.enter("/a") is None
    refusal = minute.enter("/a")
    assert refusal is not None
    assert refusal.wait == 50
    clock.now += 50
    assert minute.enter("/a") is None


def test_a_weighted_quota_counts_each_item() -> None:
    both = gate(Quota("items", 40, 60, weighted=True), Quota("calls", 3, 60))
    assert both.enter("/batch", 30) is None
    refusal = both.enter("/batch", 30)
    assert refusal is not None
    assert refusal.quota.name == "items"
    assert both.left("items") == 10
    assert both.left("calls") == 2


def test_a_quota_keeps_to_its_path() -> None:
    narrow = gate(Quota("batch", 1, 60, path="/batch$"))
    assert narrow.enter("/x/batch") is None
    assert narrow.enter("/x/batch") is not None
    assert narrow.enter("/x/invoice") is None


def test_calls_at_the_same_time_are_counted() -> None:
    concurrent = gate(Quota("concurrent", 2, 0))
    assert concurrent.enter("/a") is None
    assert concurrent.enter("/a") is None
    assert concurrent.enter("/a") is not None
    concurrent.leave()
    assert concurrent.enter("/a") is None


def test_quotas_are_off_unless_asked_for() -> None:
    off = gate(Quota("minute", 1, 60), enabled=False)
    assert all(off.enter("/a") is None for _ in range(5))
