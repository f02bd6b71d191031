from connectors.party_names import name_key


def test_case_and_spaces_make_no_other_name() -> None:
    assert name_key("  Brown  & SONS ") == name_key("brown & sons")


def test_a_near_name_is_another() -> None:
    assert name_key("Brown & Sons") != name_key("Brown & Son")
